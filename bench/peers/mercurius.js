import fastify from 'fastify';
import mercurius from 'mercurius';
import { createPreparedProcesses } from './prepared-processes.js';
import { createPreparedSchema } from './subgraph-schema.js';

/*
 * Mercurius with its JIT, which compiles an operation at its second execution. Its cache of parsed documents is on by
 * default. Argument: the origin of the upstream stub.
 */

const [, , upstream] = process.argv;
const app = fastify();
app.register(mercurius, {
  schema: await createPreparedSchema(createPreparedProcesses(upstream)),
  jit: 1,
  graphiql: false,
});
const url = await app.listen({ port: 0, host: '127.0.0.1' });
console.log(JSON.stringify({ url }));
