import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse, type GraphQLSchema } from 'graphql';
import { chargeLists } from '../limits/list-budget.ts';
import { resolvers } from '../resolvers/resolvers.ts';
import { enforceScopes } from './enforce-scopes.ts';
import { resolveEntitiesIndependently } from './entities.ts';
import { observeMutations } from './observe-mutations.ts';
import { readSdl } from './sdl.ts';
import { withoutSecurityDirectives } from './security-directives.ts';

/** What `_service { sdl }` says. */
export type SdlOptions = {
  /** Whether the SDL has `@requiresScopes`. Scopes are enforced all the same. */
  securityDirectives: boolean;
};

const WHOLE_SDL: SdlOptions = { securityDirectives: true };

/** Makes `_service { sdl }` return the SDL without security directives. */
function hideSecurityDirectives(schema: GraphQLSchema, sdl: string): void {
  const field = schema.getQueryType()?.getFields()['_service'];
  if (field === undefined) throw new Error('expected a schema of a subgraph, got one without _service');
  const service = { sdl: withoutSecurityDirectives(sdl) };
  field.resolve = () => service;
}

/** The contract of schema/ with its resolvers. */
async function createSchema({ securityDirectives }: SdlOptions): Promise<GraphQLSchema> {
  const schema = buildSubgraphSchema([{ typeDefs: parse(await readSdl()), resolvers }]);
  if (!securityDirectives) hideSecurityDirectives(schema, await sdlOf(schema));
  resolveEntitiesIndependently(schema, { Process: resolvers.Process });
  return schema;
}

/** The schema that this subgraph executes: each field checks its scopes. */
export async function createSubgraphSchema(options = WHOLE_SDL): Promise<GraphQLSchema> {
  const schema = await createSchema(options);
  observeMutations(schema);
  enforceScopes(schema);
  return schema;
}

/**
 * The same schema without the check in front of each field: for compiled queries, whose caller is known beforehand to
 * be permitted all of their fields (`compiled/non-personal-query.ts`).
 */
export async function createUnguardedSchema(options = WHOLE_SDL): Promise<GraphQLSchema> {
  const schema = await createSchema(options);
  chargeLists(schema);
  return schema;
}

async function sdlOf(schema: GraphQLSchema): Promise<string> {
  const { data, errors } = await graphql({ schema, source: '{ service: _service { sdl } }' });
  if (errors !== undefined) throw errors[0];
  return (data as { service: { sdl: string } }).service.sdl;
}

/** The result of `_service { sdl }`: the text that gateways and composers read. */
export async function serviceSdl(options = WHOLE_SDL): Promise<string> {
  return sdlOf(await createSubgraphSchema(options));
}
