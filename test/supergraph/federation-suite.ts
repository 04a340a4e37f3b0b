import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startListening, type Listening } from './start-listening.ts';

/*
 * Apollo's compatibility suite for federation subgraphs. Its CLI starts the graph around the subgraph `products` with Docker
 * or a download; here the graph is the gateway of the other tests and the suite's own subgraphs `users` and `inventory`.
 */

const HERE = fileURLToPath(new URL('./', import.meta.url));
const SUITE = '@apollo/federation-subgraph-compatibility-tests';

/** The file of the suite with the SDL of the subgraph `products`. */
export const PRODUCTS_SDL = new URL(`./node_modules/${SUITE}/products.graphql`, import.meta.url);

export type Neighbour = 'users' | 'inventory';

/** Starts one of the suite's own subgraphs. */
export function startNeighbour(name: Neighbour): Promise<Listening> {
  return startListening(`${SUITE}/dist/subgraphs/${name}/index.js`, { preload: ['any-port.js'] });
}

const JEST_CONFIG = {
  rootDir: `${HERE}node_modules/${SUITE}/dist/tests`,
  testEnvironment: 'node',
  // By default Jest ignores files in node_modules, and transforms files that need no transformation.
  haste: { retainAllFiles: true },
  testPathIgnorePatterns: [],
  transform: {},
  watchman: false,
  moduleNameMapper: { '^make-fetch-happen$': `${HERE}fetch-gateway.cjs` },
};

/** One test of the suite: `suite` is its file, such as `key`; `failures` is empty when it passes. */
export type Result = { suite: string; title: string; status: string; failures: string[] };

/** The parts of Jest's report that this file reads. */
type Report = {
  testResults: {
    name: string;
    message: string;
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
  }[];
};

/** Runs the suite against the subgraph `products` and the gateway in front of it, both given by their URLs. */
export async function runFederationSuite(productsUrl: string, gatewayUrl: string): Promise<Result[]> {
  const args = ['--ci', '--json', '--runInBand', '--config', JSON.stringify(JEST_CONFIG)];
  const env = { ...process.env, PRODUCTS_URL: productsUrl, GATEWAY_URL: gatewayUrl };
  const report = await new Promise<string>((resolve, reject) => {
    execFile(
      process.execPath,
      [`${HERE}node_modules/jest/bin/jest.js`, ...args],
      { cwd: HERE, env, maxBuffer: 64 * 1024 * 1024 },
      // The report contains failed tests; it is missing only when Jest itself fails.
      (error, stdout, stderr) =>
        stdout === '' ? reject(new Error(stderr, { cause: error })) : resolve(stdout),
    );
  });
  const { testResults } = JSON.parse(report) as Report;
  return testResults.flatMap(({ name, message, assertionResults }) => {
    const suite = /([^/\\]+)\.test\.js$/.exec(name)?.[1] ?? name;
    if (assertionResults.length === 0)
      return [{ suite, title: suite, status: 'failed', failures: [message] }];
    return assertionResults.map(({ fullName, status, failureMessages }) => ({
      suite,
      title: fullName,
      status,
      failures: failureMessages,
    }));
  });
}
