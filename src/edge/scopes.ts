import { defaultFieldResolver, isIntrospectionType, isObjectType, type GraphQLSchema } from 'graphql';
import type { Requirement } from '../domain/caller.ts';
import { ruleOf } from '../resolvers/field-rules.ts';
import { demandScopes } from '../resolvers/refusal.ts';
import type { Context } from './context.ts';

/** What it takes to be answered a representation: federation's own field has no place for a directive. */
export const ENTITY_SCOPES: Requirement = [['identity:read']];

/** `_service` and `_entities`: the router has been let in already, and each entity is looked at for itself. */
const isOfFederation = (name: string): boolean => name.startsWith('_');

/**
 * Makes every field ask for the scopes that `@requiresScopes` says before it is resolved, whichever way led to it: what
 * routers do in front of this subgraph, done again. Throws where a field says none, so that none is open by oversight.
 */
export function enforceScopes(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type) || isOfFederation(type.name)) continue;
    for (const field of Object.values(type.getFields())) {
      if (isOfFederation(field.name)) continue;
      const { requirement } = ruleOf(field);
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (source, args, context: Context, info) => {
        demandScopes(context.caller, requirement);
        return resolve(source, args, context, info);
      };
    }
  }
}
