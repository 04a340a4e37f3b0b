import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TLSSocket } from 'node:tls';

/** A door of TLS in front of an upstream. */
export type SlowTls = {
  url: string;
  /** The certificate that its clients have to trust, as a file. */
  certificate: string;
  close(): void;
};

/** Each new connection takes `handshakeMs` to stand, as over the internet; what is sent over it then arrives at once. */
export async function startSlowTls(upstream: { url: string }, handshakeMs: number): Promise<SlowTls> {
  const dir = mkdtempSync(join(tmpdir(), 'tls-'));
  const [key, certificate] = [join(dir, 'key.pem'), join(dir, 'certificate.pem')];
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const made = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-keyout',
    key,
    '-out',
    certificate,
  ];
  execFileSync('openssl', ['req', '-x509', '-nodes', '-days', '2', ...name, ...made], { stdio: 'ignore' });

  const sockets = new Set<TLSSocket>();
  const server = createServer(
    {
      key: readFileSync(key),
      cert: readFileSync(certificate),
      // Asked in the middle of the handshake.
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
    certificate,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
