import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createGracefulShutdown, type GracefulShutdown } from '../../../src/server/graceful-shutdown.ts';

const ASK = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n';
/** More than any of these tests takes. */
const LONG_MS = 20_000;

async function startServer(
  listener: RequestListener,
): Promise<{ drain: GracefulShutdown; open: () => Promise<Socket> }> {
  const server = createServer({ keepAliveTimeout: LONG_MS }, listener);
  const drain = createGracefulShutdown(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  onTestFinished(() => server.closeAllConnections());
  return {
    drain,
    async open() {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      await once(socket, 'connect');
      return socket;
    },
  };
}

/** Everything that comes until the connection ends. */
async function allOf(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(socket, 'close');
  return text;
}

describe('a server that is told to stop', () => {
  test('answers what it has begun, and then closes that connection too', async () => {
    const begun = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const { drain, open } = await startServer(async (_, response) => {
      begun.resolve();
      await go.promise;
      response.end('done');
    });
    const socket = await open();
    const received = allOf(socket);
    socket.write(ASK);
    await begun.promise;
    const stopped = drain(LONG_MS);
    go.resolve();
    expect(await received).toContain('done');
    await stopped;
  });

  test('waits neither for connections between two requests nor for those that have asked nothing yet', async () => {
    const { drain, open } = await startServer((_, response) => void response.end('done'));
    const used = await open();
    used.write(ASK);
    await once(used, 'data');
    const unused = await open();
    const closed = Promise.all([used, unused].map((socket) => once(socket, 'close')));
    await drain(LONG_MS);
    await closed;
    expect([used.destroyed, unused.destroyed]).toEqual([true, true]);
  });

  test('takes no new connection', async () => {
    const { drain, open } = await startServer((_, response) => void response.end('done'));
    await drain(LONG_MS);
    await expect(open()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('cuts off what is not done when its grace is over', async () => {
    const begun = Promise.withResolvers<void>();
    const { drain, open } = await startServer(() => begun.resolve());
    const socket = await open();
    const received = allOf(socket);
    socket.write(ASK);
    await begun.promise;
    await drain(50);
    expect(await received).toBe('');
  });
});
