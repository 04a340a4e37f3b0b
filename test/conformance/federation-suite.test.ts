import { afterAll, beforeAll, expect, test } from 'vitest';
import { runFederationSuite, startNeighbour, type Result } from '../supergraph/federation-suite.ts';
import { startGateway, type Gateway } from '../supergraph/start-gateway.ts';
import { startSubgraph, type Subgraph } from '../support/subgraph.ts';
import { unicoOf } from '../support/unico.ts';
import { createProductsSchema } from '../support/products-subgraph.ts';

let products: Subgraph;
let neighbours: Gateway[];
let gateway: Gateway;
let results: Result[];

beforeAll(async () => {
  const schema = await createProductsSchema();
  // The products need no Unico: no server listens at that port.
  products = await startSubgraph(unicoOf({ url: 'http://127.0.0.1:9' }), { schema });
  const [users, inventory] = await Promise.all([startNeighbour('users'), startNeighbour('inventory')]);
  neighbours = [users, inventory];
  gateway = await startGateway({
    products: `${products.url}/graphql`,
    users: users.url,
    inventory: inventory.url,
  });
  results = await runFederationSuite(`${products.url}/graphql`, `${gateway.url}/graphql`);
});

afterAll(async () => {
  await gateway.close();
  await Promise.all([products, ...neighbours].map((server) => server.close()));
});

/** The files of the suite, with the number of their tests. */
const SUITES = {
  composeDirective: 1,
  ftv1: 1,
  inaccessible: 2,
  interfaceObject: 2,
  introspection: 1,
  key: 8,
  link: 1,
  override: 2,
  provides: 1,
  requires: 1,
  shareable: 2,
  tag: 1,
};

test.each(Object.entries(SUITES))("every test of Apollo's federation suite passes: %s", (suite, tests) => {
  const ofSuite = results.filter((result) => result.suite === suite);
  expect(ofSuite.filter(({ status }) => status !== 'passed')).toEqual([]);
  expect(ofSuite).toHaveLength(tests);
});

test("every file of Apollo's federation suite runs", () => {
  expect([...new Set(results.map(({ suite }) => suite))].toSorted()).toEqual(Object.keys(SUITES));
});
