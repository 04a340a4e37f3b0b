import {
  defaultFieldResolver,
  isIntrospectionType,
  isObjectType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import type { Context } from '../context.ts';

type Resolver = GraphQLFieldResolver<unknown, Context>;

/** A field of the schema with its current resolver, which may be GraphQL's default resolver. */
export type FieldToWrap = {
  type: GraphQLObjectType;
  field: GraphQLField<unknown, unknown>;
  resolve: Resolver;
};

/**
 * Replaces the resolvers of a schema's fields, introspection excepted: `wrap` returns the new resolver, or `null` to
 * leave a field as it is. Changes the schema in place: it is built once, and only its caller uses it.
 */
export function wrapResolvers(schema: GraphQLSchema, wrap: (field: FieldToWrap) => Resolver | null): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const wrapped = wrap({ type, field, resolve: field.resolve ?? defaultFieldResolver });
      if (wrapped !== null) field.resolve = wrapped;
    }
  }
}
