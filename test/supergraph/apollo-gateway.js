// node apollo-gateway.js <file of a supergraph | name=address …>: serves a graph by @apollo/gateway. With addresses, it composes
// the graph itself. It forwards its callers' tokens, with the secret for subgraphs from ROUTER_SECRET.
import { readFileSync } from 'node:fs';
import { ApolloGateway, IntrospectAndCompose, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';

const args = process.argv.slice(2);
const secret = { 'router-authorization': process.env.ROUTER_SECRET ?? '' };

class ForwardingDataSource extends RemoteGraphQLDataSource {
  willSendRequest({ request, context }) {
    const headers = { ...secret, ...(context.authorization && { authorization: context.authorization }) };
    for (const [name, value] of Object.entries(headers)) request.http.headers.set(name, value);
  }
}

function supergraph() {
  if (args.length === 1 && !args[0].includes('=')) return readFileSync(args[0], 'utf8');
  const subgraphs = args.map((arg) => ({
    name: arg.slice(0, arg.indexOf('=')),
    url: arg.slice(arg.indexOf('=') + 1),
  }));
  return new IntrospectAndCompose({ subgraphs, introspectionHeaders: secret });
}

const gateway = new ApolloGateway({
  supergraphSdl: supergraph(),
  buildService: ({ url }) => new ForwardingDataSource({ url }),
});
await startStandaloneServer(new ApolloServer({ gateway }), {
  listen: { host: '127.0.0.1', port: 0 },
  context: async ({ req }) => ({ authorization: req.headers.authorization }),
});
