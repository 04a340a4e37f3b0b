import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { readSdl } from '../../src/graphql/schema/sdl.ts';

/** The schema of schema/ with a peer's resolvers. */
export async function createSubgraphSchema(resolvers) {
  return buildSubgraphSchema([{ typeDefs: parse(await readSdl()), resolvers }]);
}

/** The schema over prepared processes: their properties resolve every other field, so it needs few resolvers. */
export function createPreparedSchema(processes) {
  return createSubgraphSchema({
    Query: {
      process: (_, { id }) => processes.get(id),
      processes: (_, { ids }) => ids.map(processes.get),
    },
    Process: { __resolveReference: ({ id }) => processes.get(id) },
  });
}
