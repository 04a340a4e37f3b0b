import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse, type GraphQLSchema } from 'graphql';
import { resolvers } from '../resolvers/resolvers.ts';
import { resolveEntitiesOneByOne } from './entities.ts';
import { chargeLists } from '../limits/list-budget.ts';
import { enforceScopes } from './enforce-scopes.ts';
import { readSdl } from './sdl.ts';

/** The contract of schema/ with its resolvers. */
async function createSchema(): Promise<GraphQLSchema> {
  const schema = buildSubgraphSchema([{ typeDefs: parse(await readSdl()), resolvers }]);
  resolveEntitiesOneByOne(schema, { Process: resolvers.Process });
  return schema;
}

/** What this subgraph executes: its contract behind the scopes that it demands. */
export async function createSubgraphSchema(): Promise<GraphQLSchema> {
  const schema = await createSchema();
  enforceScopes(schema);
  return schema;
}

/**
 * The same without the guard in front of each field: for queries of which it is known beforehand that their caller may have
 * all of their fields (`open-query.ts`).
 */
export async function createUnguardedSchema(): Promise<GraphQLSchema> {
  const schema = await createSchema();
  chargeLists(schema);
  return schema;
}

/** What `_service { sdl }` answers: the text that gateways and composers read. */
export async function serviceSdl(): Promise<string> {
  const schema = await createSubgraphSchema();
  const { data, errors } = await graphql({ schema, source: '{ service: _service { sdl } }' });
  if (errors !== undefined) throw errors[0];
  return (data as { service: { sdl: string } }).service.sdl;
}
