import {
  getArgumentValues,
  getVariableValues,
  GraphQLError,
  type FieldNode,
  type GraphQLField,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from 'graphql';
import type { CoercedVariables } from '../selection/conditions.ts';

/** The variables of a request, before GraphQL has checked them. */
export type Variables = Readonly<Record<string, unknown>>;

/** A field of a query with its arguments as they are written there. */
export type FieldWithArguments = {
  field: GraphQLField<unknown, unknown>;
  node: FieldNode;
  /** Whether the values of its arguments are the same in all operations. */
  constant: boolean;
};

/** The name of the variable that passes an argument to the compiled query. */
export const inputName = (field: number, argument: string): string => `${argument}_${field}`;

/** Only whether there are errors matters: Apollo Server reports them. */
const FIRST_ERROR = { maxErrors: 1 };

/** Checks and converts the variables of a request, as GraphQL does; `null` where it would report an error. */
export function coerceVariables(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  variables: Variables,
): CoercedVariables | null {
  return getVariableValues(schema, definitions, variables, FIRST_ERROR).coerced ?? null;
}

/** The arguments of all fields of a compiled query. GraphQL itself evaluates them, as it does in plain execution. */
export class QueryInputs {
  readonly #constants: Variables;
  readonly #varying: readonly (FieldWithArguments & { number: number })[];

  constructor(fields: readonly FieldWithArguments[]) {
    const constants: Record<string, unknown> = {};
    const numbered = fields.map((field, number) => ({ ...field, number }));
    for (const field of numbered) if (field.constant) addArguments(constants, field, {});
    this.#constants = constants;
    this.#varying = numbered.filter(({ constant }) => !constant);
  }

  /** The arguments in one operation, by `inputName`; `null` where GraphQL would report an error for one of them. */
  evaluate(variables: CoercedVariables): Variables | null {
    const inputs = { ...this.#constants };
    try {
      for (const field of this.#varying) addArguments(inputs, field, variables);
      return inputs;
    } catch (error) {
      if (error instanceof GraphQLError) return null;
      throw error;
    }
  }
}

function addArguments(
  inputs: Record<string, unknown>,
  { field, node, number }: FieldWithArguments & { number: number },
  variables: CoercedVariables,
): void {
  const values = getArgumentValues(field, node, variables);
  // An optional argument without a value is absent.
  for (const name of Object.keys(values)) inputs[inputName(number, name)] = values[name];
}
