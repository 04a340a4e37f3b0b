import fastify from 'fastify';
import mercurius from 'mercurius';
import { createKeptProcesses } from './finished-processes.js';
import { createKeptSchema } from './subgraph-schema.js';

/*
 * Mercurius with its JIT: an operation is compiled when it comes the second time. Its cache of parsed documents is on
 * by default. Arguments: the address of what plays Unico.
 */

const [, , upstream] = process.argv;
const app = fastify();
app.register(mercurius, {
  schema: await createKeptSchema(createKeptProcesses(upstream)),
  jit: 1,
  graphiql: false,
});
const url = await app.listen({ port: 0, host: '127.0.0.1' });
console.log(JSON.stringify({ url }));
