import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    globalSetup: ['test/support/install-supergraph.ts'],
    // Real servers start and stop in tests; a machine of two busy cores needs a while for that.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
