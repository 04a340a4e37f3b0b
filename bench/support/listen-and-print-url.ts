import type { Server } from 'node:http';

/** Listens on a port that is free, and prints where, for whoever has started this process. */
export function listenAndSayWhere(server: Server): void {
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('unreachable: it listens on a port');
    console.log(JSON.stringify({ url: `http://127.0.0.1:${address.port}` }));
  });
}
