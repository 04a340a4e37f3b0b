import { afterAll, beforeAll, expect, test } from 'vitest';
import { runFederationSuite, startNeighbour, type Result } from '../supergraph/federation-suite.ts';
import { startGateway } from '../supergraph/start-gateway.ts';
import { startSubgraph } from '../support/subgraph.ts';
import { unicoOf } from '../support/unico.ts';
import { createProductsSchema } from '../support/products-subgraph.ts';

const running = new AsyncDisposableStack();
let results: Result[];

beforeAll(async () => {
  const schema = await createProductsSchema();
  // Products are no business of Unico's: nothing listens there.
  const products = await startSubgraph(unicoOf({ url: 'http://127.0.0.1:9' }), { schema });
  running.defer(() => products.close());
  const [users, inventory] = await Promise.all([startNeighbour('users'), startNeighbour('inventory')]);
  running.defer(() => users.close());
  running.defer(() => inventory.close());
  const gateway = await startGateway({
    products: `${products.url}/graphql`,
    users: users.url,
    inventory: inventory.url,
  });
  running.defer(() => gateway.close());
  results = await runFederationSuite(`${products.url}/graphql`, `${gateway.url}/graphql`);
});

afterAll(() => running.disposeAsync());

/** The files of the suite, and how many tests are in each. */
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

test.each(Object.entries(SUITES))(
  "Apollo's federation suite finds nothing wrong with the server: %s",
  (suite, tests) => {
    const ofSuite = results.filter((result) => result.suite === suite);
    expect(ofSuite.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(ofSuite).toHaveLength(tests);
  },
);

test("Apollo's federation suite is run as a whole", () => {
  expect([...new Set(results.map(({ suite }) => suite))].toSorted()).toEqual(Object.keys(SUITES));
});
