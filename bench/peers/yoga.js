import { createServer } from 'node:http';
import { useGraphQlJit } from '@envelop/graphql-jit';
import { createYoga } from 'graphql-yoga';
import { createKeptProcesses } from './finished-processes.js';
import { listen } from './listen.js';
import { createKeptSchema } from './subgraph-schema.js';

/*
 * GraphQL Yoga on Node's own server, without what is not needed here (uploads, batches, pages, logs). It keeps parsed
 * and validated documents by default. Arguments: the address of what plays Unico, and `jit` for its JIT plugin.
 */

const [, , upstream, jit] = process.argv;
const yoga = createYoga({
  schema: await createKeptSchema(createKeptProcesses(upstream)),
  plugins: jit === 'jit' ? [useGraphQlJit()] : [],
  graphiql: false,
  landingPage: false,
  logging: false,
  multipart: false,
});
listen(createServer(yoga));
