import { RESTDataSource } from '@apollo/datasource-rest';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { verdictOf } from '../../src/domain/verdict/verdict.ts';
import { toProcess } from '../../src/upstream/unico/idcloud/to-process.ts';
import { processAnswer } from '../../src/upstream/unico/idcloud/response-schemas.ts';
import { createKeptProcesses } from './finished-processes.js';
import { createKeptSchema, createSubgraphSchema } from './subgraph-schema.js';

/*
 * Apollo Server as its documentation sets it up: standalone, which costs less than its integration for Express, and a data
 * source of @apollo/datasource-rest for each request, over the server's own cache. Arguments: the address of what plays Unico, and `kept` for processes
 * that are kept ready, as the other peers have them, in place of the data source.
 */

/** How long an answer is kept, in seconds: longer than any row takes. */
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
    return toProcess(processAnswer.parse(body).process, id, Date.now());
  }
}

const RESOLVERS = {
  Query: {
    process: (_, { id }, { unico }) => unico.getProcess(id),
    processes: (_, { ids }, { unico }) => ids.map((id) => unico.getProcess(id)),
  },
  Process: {
    __resolveReference: ({ id }, { unico }) => unico.getProcess(id),
    verdict: (process) => verdictOf(process),
  },
};

const [, , upstream, kept] = process.argv;
const schema =
  kept === 'kept'
    ? await createKeptSchema(createKeptProcesses(upstream))
    : await createSubgraphSchema(RESOLVERS);
const apollo = new ApolloServer({ schema });
const { cache } = apollo;
const { url } = await startStandaloneServer(apollo, {
  listen: { port: 0, host: '127.0.0.1' },
  context: async () => ({ unico: new UnicoDataSource(upstream, { cache }) }),
});
console.log(JSON.stringify({ url: new URL(url).origin }));
