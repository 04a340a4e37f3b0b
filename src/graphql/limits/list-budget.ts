import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  type FieldNode,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import type { Context } from '../context.ts';
import { wrapResolvers } from '../schema/wrap-resolvers.ts';
import { QuerySizer } from './query-size.ts';
import { RESPONSE_TOO_LARGE } from './response-budget.ts';

/** The result of `fieldsOfItem` by the list of a field's nodes, which lives as long as the compiled query. */
const fieldsPerItem = new WeakMap<readonly FieldNode[], number>();

/** The most fields that one item of a list adds to the response. */
function fieldsOfItem({ fieldNodes, fragments }: GraphQLResolveInfo): number {
  let fields = fieldsPerItem.get(fieldNodes);
  if (fields === undefined) {
    const sizer = new QuerySizer((name) => fragments[name]);
    const selectionSets = fieldNodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    fields = selectionSets.reduce((sum, selectionSet) => sum + sizer.measure(selectionSet).fields, 0);
    fieldsPerItem.set(fieldNodes, fields);
  }
  return fields;
}

/**
 * Charges the items of each list to the operation's response budget, all fields of an item at once. `enforceScopes`
 * charges each field as it is resolved, which would be most of the work of a compiled query. The sum here is never
 * smaller.
 */
export function chargeLists(schema: GraphQLSchema): void {
  wrapResolvers(schema, ({ field, resolve }) => {
    if (!isListType(getNullableType(field.type)) || !isCompositeType(getNamedType(field.type))) return null;
    return (source, args, context: Context, info) => {
      const items: unknown = resolve(source, args, context, info);
      const { responseBudget } = context;
      if (Array.isArray(items)) responseBudget.left -= items.length * fieldsOfItem(info);
      if (responseBudget.left < 0) throw RESPONSE_TOO_LARGE;
      return items;
    };
  });
}
