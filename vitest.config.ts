import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    // Vite would take graphql's ESM build and Node takes its CommonJS one: two copies, whose classes are not equal.
    // Tests run with the one that serves.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    globalSetup: ['test/support/install-supergraph.ts', 'test/support/provide-redis.ts'],
    // Real servers start and stop in tests; a machine of two busy cores needs a while for that.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
