import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { GracefulShutdown } from '../../../src/server/graceful-shutdown.ts';

const REQUEST = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n';
/** More than any of these tests takes. */
const LONG_MS = 20_000;

async function startServer(
  listener: RequestListener,
): Promise<{ shutdown: GracefulShutdown; open: () => Promise<Socket> }> {
  const server = createServer({ keepAliveTimeout: LONG_MS }, listener);
  const shutdown = new GracefulShutdown(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  onTestFinished(() => server.closeAllConnections());
  return {
    shutdown,
    async open() {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      await once(socket, 'connect');
      return socket;
    },
  };
}

/** Everything that the server sends until the connection ends. */
async function receiveAll(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(socket, 'close');
  return text;
}

describe('GracefulShutdown', () => {
  test('a server that stops answers the request in flight, and then closes its connection', async () => {
    const begun = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const { shutdown, open } = await startServer(async (_, response) => {
      begun.resolve();
      await go.promise;
      response.end('done');
    });
    const socket = await open();
    const received = receiveAll(socket);
    socket.write(REQUEST);
    await begun.promise;
    const stopped = shutdown.stop(LONG_MS);
    go.resolve();
    expect(await received).toContain('done');
    await stopped;
  });

  test('a server that stops waits neither for idle connections nor for those without a request yet', async () => {
    const { shutdown, open } = await startServer((_, response) => void response.end('done'));
    const used = await open();
    used.write(REQUEST);
    await once(used, 'data');
    const unused = await open();
    const closed = Promise.all([used, unused].map((socket) => once(socket, 'close')));
    await shutdown.stop(LONG_MS);
    await closed;
    expect([used.destroyed, unused.destroyed]).toEqual([true, true]);
  });

  test('a server that has stopped refuses new connections', async () => {
    const { shutdown, open } = await startServer((_, response) => void response.end('done'));
    await shutdown.stop(LONG_MS);
    await expect(open()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('a request that is still in flight after the grace period is cut off', async () => {
    const begun = Promise.withResolvers<void>();
    const { shutdown, open } = await startServer(() => begun.resolve());
    const socket = await open();
    const received = receiveAll(socket);
    socket.write(REQUEST);
    await begun.promise;
    await shutdown.stop(50);
    expect(await received).toBe('');
  });
});
