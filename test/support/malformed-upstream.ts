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

/** What is done to a connection that has asked for a process. */
export type Deed = (socket: Socket, id: string) => void;

/** The largest answer that is read. */
export const LIMIT = 512 * 1024;

/** A server of bytes that answers for one process as it should, and does its deed to whoever asks for another. */
export async function startHostile(deed: Deed): Promise<{ url: string; good: string }> {
  const good = randomUUID();
  const { url } = await startRawUpstream((socket) => {
    socket.on('data', (head) => {
      const [, id = ''] = /^\w+ \S*\/([^/ ?]+)[ ?]/.exec(head.toString('latin1')) ?? [];
      if (id === good) socket.write(answerOf(JSON.stringify(idcloudBody(good))));
      else deed(socket, id);
    });
  });
  return { url, good };
}

/** An answer in order: its head and its body. */
export function answerOf(
  body: string | Buffer,
  headers: Record<string, string> = {},
  status = '200 OK',
): Buffer {
  const lines = Object.entries({ 'content-length': String(Buffer.byteLength(body)), ...headers });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${head}\r\n`), Buffer.from(body)]);
}

/** Says something, and then the same for as long as it is listened to, a megabyte at a time. */
export function saying(first: string, overAndOver: string): Deed {
  const megabyte = Buffer.from(overAndOver.repeat(Math.ceil(1_000_000 / overAndOver.length)));
  return (socket) => {
    socket.write(first);
    // The next only when this one is taken: the other requests of the test have their turn in between.
    const more = (): void => void (socket.writable && socket.write(megabyte, more));
    more();
  };
}

/** Says something, and then a byte now and then. */
export const dripping =
  (first: string, byte: string): Deed =>
  (socket) => {
    socket.write(first);
    const drip = setInterval(() => socket.write(byte), 20);
    socket.on('close', () => clearInterval(drip));
  };

/** Answers so. */
export const answering =
  (body: (id: string) => string | Buffer, headers: Record<string, string> = {}, status?: string): Deed =>
  (socket, id) =>
    void socket.write(answerOf(body(id), headers, status));

/** A finished process of client/v1/process, with some members more. */
export const finished = (id: string, more: string): string =>
  `{"process":{"id":"${id}","state":"PROCESS_STATE_FINISHED",${more}}}`;

/** The same piece over and over, until an answer is about as large as they may be. */
export const upToLimit = (piece: string): string => piece.repeat(Math.floor((LIMIT - 1_000) / piece.length));

/** 64 MiB of spaces in each encoding: what a client unpacks that trusts the answer. */
const SPACES = Buffer.alloc(64 * 1024 * 1024, ' ');
export const BOMBS: Record<string, Buffer> = {
  gzip: gzipSync(SPACES),
  deflate: deflateSync(SPACES),
  br: brotliCompressSync(SPACES),
  zstd: zstdCompressSync(SPACES),
};

/** A server that would rather speak HTTP/2 than HTTP/1.1, and says which it has come to. */
export async function startSecureUpstream(answer: object): Promise<{
  url: string;
  /** The certificate that its clients have to trust, as a file. */
  certificate: string;
  spoken: string[];
}> {
  const folder = mkdtempSync(join(tmpdir(), 'tls-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const made = ['-newkey', 'rsa:2048', '-keyout', key, '-out', certificate];
  execFileSync('openssl', ['req', '-x509', '-nodes', '-days', '2', ...name, ...made], { stdio: 'ignore' });

  const spoken: string[] = [];
  const server = createSecureServer(
    { key: readFileSync(key), cert: readFileSync(certificate), allowHTTP1: true },
    ({ httpVersion }, response) => {
      spoken.push(httpVersion);
      response.setHeader('alt-svc', 'h2="localhost:1"; ma=86400');
      response.end(JSON.stringify(answer));
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `https://localhost:${address.port}`, certificate, spoken };
}
