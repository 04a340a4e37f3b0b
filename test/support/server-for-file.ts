import { beforeAll, beforeEach } from 'vitest';
import type { Upstream } from './upstream.ts';

/**
 * Starts a server for all tests of a file, and stops it after the last one. Each test begins without seen requests.
 * Returns a function that returns the server, for use within tests.
 */
export function serverForFile<Server extends { upstream: Upstream; close(): Promise<void> }>(
  start: () => Promise<Server>,
): () => Server {
  let running: Server | null = null;
  const server = (): Server => {
    if (running === null)
      throw new Error('expected to be called within a test, got called before the server started');
    return running;
  };
  beforeAll(async () => {
    running = await start();
    return () => server().close();
  });
  beforeEach(() => {
    server().upstream.requests.length = 0;
  });
  return server;
}
