import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How often it is looked which connections are done, in milliseconds: nobody who waits for a stop feels so little. */
const POLL_INTERVAL_MS = 25;

/** Lets a server finish what it has begun, for so many milliseconds; what is not done by then is cut off. */
export type GracefulShutdown = (graceMs: number) => Promise<void>;

/**
 * Makes what stops a server. Node closes connections that are between two requests when it is told to, but not those that
 * become so later, and not those that were opened and have not asked anything yet.
 */
export function createGracefulShutdown(server: Server): GracefulShutdown {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  function closeDone(): void {
    server.closeIdleConnections();
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  }

  return async (graceMs) => {
    const closed = new Promise((resolve) => server.close(resolve));
    closeDone();
    const looking = setInterval(closeDone, POLL_INTERVAL_MS);
    const grace = setTimeout(() => server.closeAllConnections(), graceMs);
    await closed.finally(() => {
      clearInterval(looking);
      clearTimeout(grace);
    });
  };
}
