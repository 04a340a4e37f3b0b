import { createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Starts a TCP server, for responses that no HTTP server would send. It is closed when the test ends. */
export async function startRawUpstream(onConnection: (socket: Socket) => void): Promise<{ url: string }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    // A client that disconnects is part of these tests.
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}` };
}

/** Responds to every request with the same bytes. */
export function responding(...bytes: (string | Uint8Array)[]): (socket: Socket) => void {
  return (socket) =>
    void socket.on('data', () => {
      for (const part of bytes) socket.write(part);
    });
}

/** The head of a 200 response, and its body. */
export function ok(headers: Record<string, string>, body: string | Uint8Array): (string | Uint8Array)[] {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return [`HTTP/1.1 200 OK\r\n${lines.join('')}content-length: ${body.length}\r\n\r\n`, body];
}
