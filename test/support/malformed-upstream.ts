import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { idcloudBody } from './bodies.ts';
import { startRawUpstream } from './raw-upstream.ts';

/** How the upstream behaves on a connection that has requested the process `id`. */
export type Behaviour = (socket: Socket, id: string) => void;

/** The largest response that is read, in bytes. */
export const MAX_RESPONSE_BYTES = 512 * 1024;

/** Starts a TCP server that responds correctly for the process `goodId`, and behaves as given for any other process. */
export async function startMalformed(behave: Behaviour): Promise<{ url: string; goodId: string }> {
  const goodId = randomUUID();
  const { url } = await startRawUpstream((socket) => {
    socket.on('data', (head) => {
      const [, id = ''] = /^\w+ \S*\/([^/ ?]+)[ ?]/.exec(head.toString('latin1')) ?? [];
      if (id === goodId) socket.write(responseBytes(JSON.stringify(idcloudBody(goodId))));
      else behave(socket, id);
    });
  });
  return { url, goodId };
}

/** A well-formed response: its head and its body. */
export function responseBytes(
  body: string | Buffer,
  headers: Record<string, string> = {},
  status = '200 OK',
): Buffer {
  const lines = Object.entries({ 'content-length': String(Buffer.byteLength(body)), ...headers });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${head}\r\n`), Buffer.from(body)]);
}

/** Sends `first`, and then `repeated` until the client disconnects, a megabyte at a time. */
export function flooding(first: string, repeated: string): Behaviour {
  const megabyte = Buffer.from(repeated.repeat(Math.ceil(1_000_000 / repeated.length)));
  return (socket) => {
    socket.write(first);
    // The next write waits for this one, so that the other requests of the test are served in between.
    const more = (): void => void (socket.writable && socket.write(megabyte, more));
    more();
  };
}

/** Sends `first`, and then `byte` every 20 ms. */
export const dripping =
  (first: string, byte: string): Behaviour =>
  (socket) => {
    socket.write(first);
    const drip = setInterval(() => socket.write(byte), 20);
    socket.on('close', () => clearInterval(drip));
  };

/** Responds with this body, headers and status. */
export const respondingWith =
  (body: (id: string) => string | Buffer, headers: Record<string, string> = {}, status?: string): Behaviour =>
  (socket, id) =>
    void socket.write(responseBytes(body(id), headers, status));

/** The JSON of a finished process of client/v1/process, with more properties. */
export const finished = (id: string, more: string): string =>
  `{"process":{"id":"${id}","state":"PROCESS_STATE_FINISHED",${more}}}`;

/** Repeats a chunk until a response is about as large as is read. */
export const upToLimit = (chunk: string): string =>
  chunk.repeat(Math.floor((MAX_RESPONSE_BYTES - 1_000) / chunk.length));

/** 64 MiB of spaces in each encoding: a client that trusts the response would unpack them. */
const SPACES = Buffer.alloc(64 * 1024 * 1024, ' ');
export const BOMBS: Record<string, Buffer> = {
  gzip: gzipSync(SPACES),
  deflate: deflateSync(SPACES),
  br: brotliCompressSync(SPACES),
  zstd: zstdCompressSync(SPACES),
};

/** Starts a TLS server that prefers HTTP/2 to HTTP/1.1, and records the version of each request. */
export async function startSecureUpstream(body: object): Promise<{
  url: string;
  /** The path of the certificate that clients have to trust. */
  certificate: string;
  versions: string[];
}> {
  const folder = mkdtempSync(join(tmpdir(), 'tls-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const options = ['-newkey', 'rsa:2048', '-keyout', key, '-out', certificate];
  execFileSync('openssl', ['req', '-x509', '-nodes', '-days', '2', ...name, ...options], { stdio: 'ignore' });

  const versions: string[] = [];
  const server = createSecureServer(
    { key: readFileSync(key), cert: readFileSync(certificate), allowHTTP1: true },
    ({ httpVersion }, response) => {
      versions.push(httpVersion);
      response.setHeader('alt-svc', 'h2="localhost:1"; ma=86400');
      response.end(JSON.stringify(body));
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `https://localhost:${address.port}`, certificate, versions };
}
