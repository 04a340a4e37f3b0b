import {
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  type DirectiveNode,
  type SelectionNode,
} from 'graphql';

/** The variables of an operation as GraphQL has coerced them. */
export type CoercedVariables = { readonly [name: string]: unknown };

/** `@skip` leaves a selection out if its argument is true, `@include` if it is false. */
const LEAVES_OUT_IF: ReadonlyMap<string, boolean> = new Map([
  [GraphQLSkipDirective.name, true],
  [GraphQLIncludeDirective.name, false],
]);

/** The argument of a validated `@skip` or `@include`: a boolean, or a variable by its name. */
function argumentOf({ arguments: args = [] }: DirectiveNode): boolean | { variable: string } | null {
  const value = args.find(({ name }) => name.value === 'if')?.value;
  if (value?.kind === Kind.BOOLEAN) return value.value;
  return value?.kind === Kind.VARIABLE ? { variable: value.name.value } : null;
}

function conditionsOf({ directives = [] }: SelectionNode): readonly DirectiveNode[] {
  return directives.filter(({ name }) => LEAVES_OUT_IF.has(name.value));
}

/** The names of the variables that decide, by `@skip` or `@include`, whether a field or fragment is left out. */
export function conditionVariables(node: SelectionNode): string[] {
  return conditionsOf(node).flatMap((condition) => {
    const argument = argumentOf(condition);
    return typeof argument === 'object' && argument !== null ? [argument.variable] : [];
  });
}

/**
 * Whether `@skip` or `@include` leaves a field or fragment out. A variable without a boolean value leaves nothing out:
 * GraphQL reports it where it executes the operation.
 */
export function isLeftOut(node: SelectionNode, variables: CoercedVariables): boolean {
  return conditionsOf(node).some((condition) => {
    const argument = argumentOf(condition);
    const value = typeof argument === 'object' && argument !== null ? variables[argument.variable] : argument;
    return value === LEAVES_OUT_IF.get(condition.name.value);
  });
}
