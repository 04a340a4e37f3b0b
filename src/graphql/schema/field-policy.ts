import { valueFromASTUntyped, type GraphQLField } from 'graphql';
import { SCOPES, type Requirement, type Scope } from '../../domain/caller.ts';

/** What the schema says of who may see a field. */
export type FieldPolicy = {
  /** The scopes of `@requiresScopes`. */
  requirement: Requirement;
  /** Whether it is personal: `@tag(name: "pii")`. */
  personal: boolean;
};

type Field = GraphQLField<unknown, unknown>;
type Arguments = Record<string, unknown>;

function directivesOf({ astNode }: Field): { name: string; given: Arguments }[] {
  return (astNode?.directives ?? []).map(({ name, arguments: given = [] }) => ({
    name: name.value,
    given: Object.fromEntries(
      given.map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)]),
    ),
  }));
}

function isScope(value: unknown): value is Scope {
  return SCOPES.some((scope) => scope === value);
}

function isWay(value: unknown): value is Scope[] {
  return Array.isArray(value) && value.length > 0 && value.every(isScope);
}

/** Takes only what can be understood whole: a scope that is misspelt would open or close a field for everybody. */
function isRequirement(value: unknown): value is Requirement {
  return Array.isArray(value) && value.length > 0 && value.every(isWay);
}

function readPolicy(field: Field): FieldPolicy {
  const directives = directivesOf(field);
  const requirement = directives.find(({ name }) => name === 'requiresScopes')?.given['scopes'];
  if (!isRequirement(requirement)) {
    throw new Error(
      `${field.name}: expected @requiresScopes with lists of ${SCOPES.join(', ')} in the schema`,
    );
  }
  // A router would ask for what a policy says, and nobody here can.
  if (directives.some(({ name }) => name === 'policy')) {
    throw new Error(`${field.name}: expected scopes alone, got @policy, which is not looked at here`);
  }
  return {
    requirement,
    personal: directives.some(({ name, given }) => name === 'tag' && given['name'] === 'pii'),
  };
}

const policies = new WeakMap<Field, FieldPolicy>();

/** What the schema says of a field. Throws where it does not say which scopes it requires. */
export function policyOf(field: Field): FieldPolicy {
  let rule = policies.get(field);
  if (rule === undefined) policies.set(field, (rule = readPolicy(field)));
  return rule;
}
