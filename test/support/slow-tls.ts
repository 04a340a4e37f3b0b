import { connect } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { createCertificate } from './certificate.ts';

/** A TLS proxy in front of an upstream. */
export type SlowTls = {
  url: string;
  /** The path of the certificate that clients have to trust. */
  certificate: string;
  close(): void;
};

/** Starts a proxy whose TLS handshakes take `handshakeMs`, as over the internet; later requests on a connection arrive at once. */
export async function startSlowTls(upstream: { url: string }, handshakeMs: number): Promise<SlowTls> {
  const { cert, key, path } = createCertificate();
  const sockets = new Set<TLSSocket>();
  const server = createServer(
    {
      key,
      cert,
      // Called in the middle of the handshake.
      SNICallback: (_, proceed) => void setTimeout(() => proceed(null), handshakeMs),
    },
    (socket) => {
      sockets.add(socket);
      const behind = connect(Number(new URL(upstream.url).port), '127.0.0.1');
      socket.pipe(behind).pipe(socket);
      for (const end of [socket, behind]) end.on('error', () => {});
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `https://localhost:${address.port}`,
    certificate: path,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
