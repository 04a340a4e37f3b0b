import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * When a client that has half-closed its connection gets an interim response, in milliseconds after the one before. Two
 * within half a second find a client that has left. Five in all, because clients written in Go read no more.
 */
const INTERIM_DELAYS_MS = [400, 100, 1_000, 2_000, 4_000];

const INTERIM_RESPONSE = 'HTTP/1.1 102 Processing\r\n\r\n';

/**
 * A client that only half-closed its connection ignores interim responses (RFC 9110, 15.2). The system of a client that
 * has closed it resets the connection after the first one, which the second one finds out.
 */
function findOutWhetherItLeft(socket: Socket): void {
  let timer: NodeJS.Timeout | undefined;
  socket.once('close', () => clearTimeout(timer));
  const sendInterim = (index: number): void => {
    const delay = INTERIM_DELAYS_MS[index];
    if (delay === undefined) return;
    timer = setTimeout(() => {
      if (socket.writable) socket.write(INTERIM_RESPONSE, () => sendInterim(index + 1));
    }, delay).unref();
  };
  sendInterim(0);
}

/**
 * Answers clients that half-close their connection once they have sent their requests (RFC 9112, 9.6). Node reports such
 * a client and one that has left in the same way, and closes the connections of both by default.
 */
export function answerHalfClosedClients(server: Server): void {
  // A property of every server of Node that its documentation and its types do not mention.
  Object.assign(server, { httpAllowHalfOpen: true });
  // Interim responses are unknown to HTTP/1.0: such a client is answered even if it has left.
  const oldClients = new WeakSet<Socket>();
  server.on('request', ({ httpVersionMinor, socket }) => {
    if (httpVersionMinor === 0) oldClients.add(socket);
  });
  server.on('connection', (socket: Socket) => {
    // Node's own listener runs first: it ends a connection without a request in flight.
    socket.once('end', () => {
      if (socket.writable && !oldClients.has(socket)) findOutWhetherItLeft(socket);
    });
  });
}
