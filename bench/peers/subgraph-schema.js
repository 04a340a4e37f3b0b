import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { readSdl } from '../../src/graphql/schema/sdl.ts';

/** The contract of schema/, answered by the resolvers of a peer. */
export async function createSubgraphSchema(resolvers) {
  return buildSubgraphSchema([{ typeDefs: parse(await readSdl()), resolvers }]);
}

/** The contract over processes that are kept ready: their members answer every field, so few resolvers are needed. */
export function createKeptSchema(kept) {
  return createSubgraphSchema({
    Query: {
      process: (_, { id }) => kept.get(id),
      processes: (_, { ids }) => ids.map(kept.get),
    },
    Process: { __resolveReference: ({ id }) => kept.get(id) },
  });
}
