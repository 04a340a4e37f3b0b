import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse, type GraphQLSchema } from 'graphql';
import { resolvers } from '../resolvers/resolvers.ts';
import { resolveEntitiesOneByOne } from './entities.ts';
import { enforceScopes } from './scopes.ts';
import { readSdl } from './sdl.ts';

/** What this subgraph executes: the contract of schema/ with its resolvers, behind the scopes that it demands. */
export async function createSubgraphSchema(): Promise<GraphQLSchema> {
  const schema = buildSubgraphSchema([{ typeDefs: parse(await readSdl()), resolvers }]);
  resolveEntitiesOneByOne(schema);
  enforceScopes(schema);
  return schema;
}

/** What `_service { sdl }` answers: the text that gateways and composers read. */
export async function serviceSdl(): Promise<string> {
  const schema = await createSubgraphSchema();
  const { data, errors } = await graphql({ schema, source: '{ service: _service { sdl } }' });
  if (errors !== undefined) throw errors[0];
  return (data as { service: { sdl: string } }).service.sdl;
}
