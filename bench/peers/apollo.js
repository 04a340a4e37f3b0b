import { RESTDataSource } from '@apollo/datasource-rest';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { VerdictPolicy } from '../../src/domain/verdict/verdict.ts';
import { toProcess } from '../../src/upstream/unico/idcloud/to-process.ts';
import { processResponse } from '../../src/upstream/unico/idcloud/response-schemas.ts';
import { createPreparedProcesses } from './prepared-processes.js';
import { createPreparedSchema, createSubgraphSchema } from './subgraph-schema.js';

/** The verdicts of a deployment without an APIKEY: the processes of the rows are journeys of a published flow. */
const verdictPolicy = new VerdictPolicy({
  capabilities: { apiKeys: {}, flows: new Map() },
  reviewTeam: false,
});

/*
 * Apollo Server as its documentation sets it up: standalone, which costs less than its integration for Express, and a data
 * source of @apollo/datasource-rest for each request, over the server's own cache. Arguments: the origin of the upstream
 * stub, and `prepared` for prepared processes, as the other peers have them, instead of the data source.
 */

/** How long a response stays in the cache, in seconds: longer than any row takes. */
const TTL_S = 3_600;

class UnicoDataSource extends RESTDataSource {
  constructor(baseURL, options) {
    super(options);
    this.baseURL = baseURL;
  }

  async getProcess(id) {
    const body = await this.get(`/client/v1/process/${id}`, {
      headers: { authorization: 'Bearer a-token' },
      cacheOptions: { ttl: TTL_S },
    });
    return toProcess(processResponse.parse(body).process, id, Date.now());
  }
}

const RESOLVERS = {
  Query: {
    process: (_, { id }, { unico }) => unico.getProcess(id),
    processes: (_, { ids }, { unico }) => ids.map((id) => unico.getProcess(id)),
  },
  Process: {
    __resolveReference: ({ id }, { unico }) => unico.getProcess(id),
    verdict: (process) => verdictPolicy.verdictOf(process),
  },
};

const [, , upstream, processes] = process.argv;
const schema =
  processes === 'prepared'
    ? await createPreparedSchema(createPreparedProcesses(upstream))
    : await createSubgraphSchema(RESOLVERS);
const apollo = new ApolloServer({ schema });
const { cache } = apollo;
const { url } = await startStandaloneServer(apollo, {
  listen: { port: 0, host: '127.0.0.1' },
  context: async () => ({ unico: new UnicoDataSource(upstream, { cache }) }),
});
console.log(JSON.stringify({ url: new URL(url).origin }));
