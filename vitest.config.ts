import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Test servers that several projects need; each starts once per project that names it. */
const REDIS = 'test/support/provide-redis.ts';
const SUPERGRAPH = 'test/support/install-supergraph.ts';

/** A folder of test/ as a project: `npx vitest run --project unit`. */
function project(name: string, globalSetup: string[]) {
  return { extends: true as const, test: { name, include: [`test/${name}/**/*.test.ts`], globalSetup } };
}

export default defineConfig({
  resolve: {
    // Vite would take graphql's ESM build and Node takes its CommonJS one: two copies, whose classes are not equal.
    // Tests run with the one that serves.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    projects: [
      // No socket, no process: pure rules and single objects.
      project('unit', []),
      // Real sockets, databases and files, one part of the server or one GraphQL operation at a time.
      project('integration', [REDIS]),
      // The program as its users start it, behind a gateway too.
      project('e2e', [REDIS, SUPERGRAPH]),
      // Other people's suites and tools: federation, GraphQL over HTTP, composers, linters.
      project('conformance', [SUPERGRAPH]),
    ],
    // Most of the time passes in windows, deadlines and restarts: two files at a time halve it, also on two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    exclude: ['**/node_modules/**'],
    // Real servers start and stop in tests; a machine of two busy cores needs a while for that.
    // Tests that run at the same time do so because they wait; more at a time would delay each other.
    maxConcurrency: 3,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
