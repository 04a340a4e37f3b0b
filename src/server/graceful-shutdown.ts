import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How often idle connections are closed while the server stops, in milliseconds: no operator notices the wait. */
const POLL_INTERVAL_MS = 25;

/**
 * Stops a server once it has sent the responses to the requests in flight. Node itself closes the connections that are
 * idle when the stop begins, but neither those that become idle later nor those that have not sent a request yet.
 */
export class GracefulShutdown {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  /** Must be created before the server listens, so that it knows all connections. */
  constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /**
   * Refuses new connections, closes those that are left after `graceMs` milliseconds, and resolves when all are closed.
   */
  async stop(graceMs: number): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#closeIdle();
    const poll = setInterval(() => this.#closeIdle(), POLL_INTERVAL_MS);
    const grace = setTimeout(() => this.#server.closeAllConnections(), graceMs);
    await closed.finally(() => {
      clearInterval(poll);
      clearTimeout(grace);
    });
  }

  #closeIdle(): void {
    this.#server.closeIdleConnections();
    for (const socket of this.#sockets) if (socket.bytesRead === 0) socket.destroy();
  }
}
