import {
  defaultFieldResolver,
  isEnumType,
  isIntrospectionType,
  isObjectType,
  isScalarType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import type { Requirement } from '../../domain/caller.ts';
import { policyOf } from './field-policy.ts';
import { requireScopes } from '../errors/access-denied.ts';
import { chargeField } from '../limits/response-budget.ts';
import type { Context } from '../context.ts';

/** What it takes to be answered a representation: federation's own field has no place for a directive. */
export const ENTITY_SCOPES: Requirement = [['identity:read']];

/** What federation adds: the router has been let in already, and each entity is looked at for itself. */
const OF_FEDERATION = new Set(['Query._service', 'Query._entities', '_Service.sdl']);

/** Directives that close something to callers; here they count on fields alone. */
const CLOSING = new Set(['requiresScopes', 'authenticated', 'policy']);

/** Throws where a type is closed as a whole: routers would hold to it, and this service would not. */
function demandNoneOnType(type: GraphQLNamedType): void {
  if (!isObjectType(type) && !isEnumType(type) && !isScalarType(type)) return;
  const nodes = [type.astNode, ...type.extensionASTNodes];
  const closing = nodes.flatMap((node) => node?.directives ?? []).find(({ name }) => CLOSING.has(name.value));
  if (closing)
    throw new Error(`${type.name}: expected @${closing.name.value} on its fields, got it on the type`);
}

/**
 * Makes every field ask for the scopes that `@requiresScopes` says before it is resolved, whichever way led to it: what
 * routers do in front of this subgraph, done again; and counts it. Throws where a field says none, so that none is open by oversight.
 */
export function enforceScopes(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    const fields = isObjectType(type) && !isIntrospectionType(type) ? Object.values(type.getFields()) : [];
    for (const field of fields) {
      if (OF_FEDERATION.has(`${type.name}.${field.name}`)) continue;
      const { requirement } = policyOf(field);
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (source, args, context: Context, info) =>
        chargeField(field.type, context, () => {
          requireScopes(context.caller, requirement);
          return resolve(source, args, context, info);
        });
    }
    demandNoneOnType(type);
  }
}
