import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse, type GraphQLSchema } from 'graphql';
import { chargeLists } from '../limits/list-budget.ts';
import { resolvers } from '../resolvers/resolvers.ts';
import { enforceScopes } from './enforce-scopes.ts';
import { resolveEntitiesIndependently } from './entities.ts';
import { readSdl } from './sdl.ts';

/** The contract of schema/ with its resolvers. */
async function createSchema(): Promise<GraphQLSchema> {
  const schema = buildSubgraphSchema([{ typeDefs: parse(await readSdl()), resolvers }]);
  resolveEntitiesIndependently(schema, { Process: resolvers.Process });
  return schema;
}

/** The schema that this subgraph executes: each field checks its scopes. */
export async function createSubgraphSchema(): Promise<GraphQLSchema> {
  const schema = await createSchema();
  enforceScopes(schema);
  return schema;
}

/**
 * The same schema without the check in front of each field: for compiled queries, whose caller is known beforehand to
 * be permitted all of their fields (`compiled/non-personal-query.ts`).
 */
export async function createUnguardedSchema(): Promise<GraphQLSchema> {
  const schema = await createSchema();
  chargeLists(schema);
  return schema;
}

/** The result of `_service { sdl }`: the text that gateways and composers read. */
export async function serviceSdl(): Promise<string> {
  const schema = await createSubgraphSchema();
  const { data, errors } = await graphql({ schema, source: '{ service: _service { sdl } }' });
  if (errors !== undefined) throw errors[0];
  return (data as { service: { sdl: string } }).service.sdl;
}
