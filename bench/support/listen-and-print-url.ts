import type { Server } from 'node:http';

/** Listens on a free port, and prints the URL as a line of JSON for the process that started this one. */
export function listenAndPrintUrl(server: Server): void {
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('unreachable: it listens on a port');
    console.log(JSON.stringify({ url: `http://127.0.0.1:${address.port}` }));
  });
}
