import { isEnumType, isObjectType, isScalarType, type GraphQLNamedType, type GraphQLSchema } from 'graphql';
import type { Requirement } from '../../domain/caller.ts';
import type { Context } from '../context.ts';
import { requireScopes } from '../errors/access-denied.ts';
import { chargeField } from '../limits/response-budget.ts';
import { isInPayload, policyOf } from './field-policy.ts';
import { SECURITY_DIRECTIVES } from './security-directives.ts';
import { wrapResolvers } from './wrap-resolvers.ts';

/** The scopes that a representation in `_entities` needs: the SDL has no such field, and so no directive on it. */
export const ENTITY_SCOPES: Requirement = [['identity:read']];

/**
 * Fields that federation adds. Only the router requests them, which has authenticated itself, and each entity is
 * checked by itself.
 */
const FEDERATION_FIELDS = new Set(['Query._service', 'Query._entities', '_Service.sdl']);

/** Throws when a whole type is restricted: routers would enforce that, and this service checks fields alone. */
function rejectRestrictedType(type: GraphQLNamedType): void {
  if (!isObjectType(type) && !isEnumType(type) && !isScalarType(type)) return;
  const nodes = [type.astNode, ...type.extensionASTNodes];
  const directive = nodes
    .flatMap((node) => node?.directives ?? [])
    .find(({ name }) => SECURITY_DIRECTIVES.has(name.value));
  if (directive === undefined) return;
  throw new Error(`${type.name}: expected @${directive.name.value} on its fields, got it on the type`);
}

/**
 * Makes every field check the scopes of its `@requiresScopes` before it is resolved, on every path that leads to it,
 * and charges it to the response budget. A router may check the same; this service does not depend on it. Throws for a
 * field without `@requiresScopes`, so that no field is accessible by mistake.
 */
export function enforceScopes(schema: GraphQLSchema): void {
  wrapResolvers(schema, ({ type, field, resolve }) => {
    if (FEDERATION_FIELDS.has(`${type.name}.${field.name}`)) return null;
    const { requirement, payloadRequirement } = policyOf(field);
    return (source, args, context: Context, info) =>
      chargeField(field.type, context, () => {
        requireScopes(context.caller, isInPayload(info.path.prev) ? payloadRequirement : requirement);
        return resolve(source, args, context, info);
      });
  });
  for (const type of Object.values(schema.getTypeMap())) rejectRestrictedType(type);
}
