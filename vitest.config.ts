import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    // Vite would take graphql's ESM build and Node takes its CommonJS one: two copies, whose classes are not equal.
    // Tests run with the one that serves.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    // Most of the time is waited for windows, deadlines and restarts: two at a time halve it, also on two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    exclude: ['**/node_modules/**'],
    globalSetup: ['test/support/install-supergraph.ts', 'test/support/provide-redis.ts'],
    // Real servers start and stop in tests; a machine of two busy cores needs a while for that.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
