import { valueFromASTUntyped, type GraphQLField, type GraphQLResolveInfo } from 'graphql';
import { SCOPES, type Requirement, type Scope } from '../../domain/caller.ts';

/** What the schema says about access to a field. */
export type FieldPolicy = {
  /** The scopes that allow to read the field wherever it is selected. */
  requirement: Requirement;
  /** All scopes of `@requiresScopes`: those that allow to read the field of the process in a mutation's payload. */
  payloadRequirement: Requirement;
  /** Whether the field is personal data: `@tag(name: "pii")`. */
  personal: boolean;
};

type Field = GraphQLField<unknown, unknown>;
type Arguments = Record<string, unknown>;

function directivesOf({ astNode }: Field): { name: string; args: Arguments }[] {
  return (astNode?.directives ?? []).map(({ name, arguments: args = [] }) => ({
    name: name.value,
    args: Object.fromEntries(args.map((arg) => [arg.name.value, valueFromASTUntyped(arg.value)])),
  }));
}

function isScope(value: unknown): value is Scope {
  return SCOPES.some((scope) => scope === value);
}

function isScopeList(value: unknown): value is Scope[] {
  return Array.isArray(value) && value.length > 0 && value.every(isScope);
}

/** Whether all scopes are known: a misspelt scope would grant or deny a field to all callers. */
function isRequirement(value: unknown): value is Requirement {
  return Array.isArray(value) && value.length > 0 && value.every(isScopeList);
}

/**
 * The alternatives that count outside of payloads. A caller that creates a process may continue with it: alternatives
 * without `identity:read` are for the process that its own mutation returns, and not for every process of the tenant. A
 * router does not know that difference. A field without another alternative, such as those of a payload itself, keeps
 * them.
 */
function outsideOfPayloads(requirement: Requirement): Requirement {
  const reading = requirement.filter((all) => all.includes('identity:read'));
  return reading.length === 0 ? requirement : reading;
}

function readPolicy(field: Field): FieldPolicy {
  const directives = directivesOf(field);
  const requirement = directives.find(({ name }) => name === 'requiresScopes')?.args['scopes'];
  if (!isRequirement(requirement)) {
    throw new Error(
      `${field.name}: expected @requiresScopes with lists of ${SCOPES.join(', ')} in the schema`,
    );
  }
  // A router would evaluate a policy; this service cannot.
  if (directives.some(({ name }) => name === 'policy')) {
    throw new Error(
      `${field.name}: expected scopes alone, got @policy, which this service does not evaluate`,
    );
  }
  return {
    requirement: outsideOfPayloads(requirement),
    payloadRequirement: requirement,
    personal: directives.some(({ name, args }) => name === 'tag' && args['name'] === 'pii'),
  };
}

const policies = new WeakMap<Field, FieldPolicy>();

/**
 * The policy of a field, read once. Throws for a field without `@requiresScopes`, so that the server does not start.
 */
export function policyOf(field: Field): FieldPolicy {
  let policy = policies.get(field);
  if (policy === undefined) policies.set(field, (policy = readPolicy(field)));
  return policy;
}

/** Whether a field, by its path in the response, is directly in the payload of a mutation. */
export function isInPayload(path: GraphQLResolveInfo['path'] | undefined): boolean {
  return path?.prev?.typename === 'Mutation';
}
