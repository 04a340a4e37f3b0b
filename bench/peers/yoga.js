import { createServer } from 'node:http';
import { useGraphQlJit } from '@envelop/graphql-jit';
import { createYoga } from 'graphql-yoga';
import { createPreparedProcesses } from './prepared-processes.js';
import { listen } from './listen.js';
import { createPreparedSchema } from './subgraph-schema.js';

/*
 * GraphQL Yoga on Node's own server, without features that the rows do not need (uploads, batches, pages, logs). It caches
 * parsed and validated documents by default. Arguments: the origin of the upstream stub, and `jit` for its JIT plugin.
 */

const [, , upstream, jit] = process.argv;
const yoga = createYoga({
  schema: await createPreparedSchema(createPreparedProcesses(upstream)),
  plugins: jit === 'jit' ? [useGraphQlJit()] : [],
  graphiql: false,
  landingPage: false,
  logging: false,
  multipart: false,
});
listen(createServer(yoga));
