import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';

/** The subgraph of another team, whose customers were verified: it has only the id of a process. */
export const CUSTOMER_SDL = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Customer @key(fields: "id") { id: ID! name: String! verification: Process }
  type Process @key(fields: "id", resolvable: false) { id: ID! }
  type Query { customer(id: ID!): Customer customers: [Customer!]! }
`;

export type Customer = { id: string; name: string; verification: { id: string } | null };

/** Starts the subgraph on a real socket, with these customers. */
export async function startCustomerSubgraph(
  customers: Customer[],
): Promise<{ url: string; close(): Promise<void> }> {
  const resolvers = {
    Query: {
      customer: (_: unknown, { id }: { id: string }) => customers.find((customer) => customer.id === id),
      customers: () => customers,
    },
  };
  const apollo = new ApolloServer({
    schema: buildSubgraphSchema([{ typeDefs: parse(CUSTOMER_SDL), resolvers }]),
    plugins: [ApolloServerPluginInlineTraceDisabled()],
  });
  const { url } = await startStandaloneServer(apollo, { listen: { host: '127.0.0.1', port: 0 } });
  return { url, close: () => apollo.stop() };
}
