import {
  defaultFieldResolver,
  getNamedType,
  getNullableType,
  isCompositeType,
  isIntrospectionType,
  isListType,
  isObjectType,
  type FieldNode,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import { RESPONSE_TOO_LARGE } from './response-budget.ts';
import type { Context } from '../context.ts';
import { createQuerySizer } from './query-size.ts';

/** By the list of a field's nodes, which lives as long as the compiled query does. */
const known = new WeakMap<readonly FieldNode[], number>();

/** How many fields each item of a list is answered with, at the most. */
function fieldsOfItem({ fieldNodes, fragments }: GraphQLResolveInfo): number {
  let fields = known.get(fieldNodes);
  if (fields === undefined) {
    const measure = createQuerySizer((name) => fragments[name]);
    const below = fieldNodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    fields = below.reduce((sum, selections) => sum + measure(selections).fields, 0);
    known.set(fieldNodes, fields);
  }
  return fields;
}

/**
 * Counts what lists are answered with against the budget of the operation, all fields of an item at once: `enforceScopes`
 * counts each field when it is resolved, and where no field asks for scopes that would be most of the work. It comes to
 * as much or more, never to less.
 */
export function chargeLists(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    const fields = isObjectType(type) && !isIntrospectionType(type) ? Object.values(type.getFields()) : [];
    for (const field of fields) {
      if (!isListType(getNullableType(field.type)) || !isCompositeType(getNamedType(field.type))) continue;
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (source, args, context: Context, info) => {
        const items: unknown = resolve(source, args, context, info);
        const { responseBudget } = context;
        if (Array.isArray(items)) responseBudget.left -= items.length * fieldsOfItem(info);
        if (responseBudget.left < 0) throw RESPONSE_TOO_LARGE;
        return items;
      };
    }
  }
}
