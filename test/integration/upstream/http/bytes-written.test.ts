import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { createServer as createTlsServer, setDefaultCACertificates, getCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { HttpClient } from '../../../../src/upstream/http/http-client.ts';
import type { HttpRequest } from '../../../../src/upstream/http/types.ts';
import { callOptionsOf } from '../../../support/call-options.ts';
import { createCertificate } from '../../../support/certificate.ts';
import { failureOf } from '../../../support/unico-client.ts';

const trusted = createCertificate();
const forAnotherHost = createCertificate('another.example');
const untrusted = createCertificate();
const usual = getCACertificates('default');

beforeAll(() =>
  setDefaultCACertificates([...usual, trusted.cert.toString(), forAnotherHost.cert.toString()]),
);
afterAll(() => setDefaultCACertificates(usual));

/** Lets a server listen until the end of the test. Returns its port. */
async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    // A client that disconnects is part of these tests.
    socket.on('error', () => {});
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

type OnSocket = (socket: Socket) => void;

/** A TCP server that calls this for each connection. */
const tcp = (onConnection: OnSocket) => (): Server => createTcpServer(onConnection);

/** A server that calls this once the client has sent something: the first message of a TLS handshake, or a request. */
const onData = (act: OnSocket) => tcp((socket) => void socket.once('data', () => act(socket)));

/** A TLS server that calls this for each connection that is established. */
const tls =
  (options: object, onConnection: OnSocket = () => {}) =>
  (): Server =>
    createTlsServer({ ...trusted, ...options }, (socket) => {
      socket.on('error', () => {});
      onConnection(socket);
    }).on('tlsClientError', () => {});

const creation: HttpRequest = {
  name: 'a creation',
  method: 'POST',
  path: '/',
  headers: {},
  body: ['{"image":"', 'x'.repeat(300_000), '"}'],
  resource: null,
  timeoutMs: 4_000,
  callOptions: callOptionsOf(),
};

/** Sends a creation over a new client. Returns whether it may have happened, and the message of the failure. */
async function outcomeAt(origin: string, more: Partial<HttpRequest> = {}): Promise<[boolean, string]> {
  const http = new HttpClient(origin);
  onTestFinished(() => http.close());
  const { kind, mayHaveHappened, message } = await failureOf(http.send({ ...creation, ...more }));
  expect(kind).toBe('unavailable');
  return [mayHaveHappened, message];
}

const ALERT = Buffer.from('15030300020228', 'hex');

describe('a creation of which no byte was written has not happened, and its message has the reason', () => {
  test.each<[string, () => Server, RegExp]>([
    ['is reset at once', tcp((socket) => socket.resetAndDestroy()), /no connection \((ECONNRESET|EPIPE)\)/],
    ['is reset', onData((socket) => socket.resetAndDestroy()), /no connection \(ECONNRESET\)/],
    ['is closed', onData((socket) => void socket.end()), /no connection \(ECONNRESET\)/],
    ['gets bytes that are not TLS', onData((socket) => void socket.end('SSH-2.0\r\n')), /\(ERR_SSL_\w+\)/],
    [
      'gets a response without TLS',
      onData((socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\n')),
      /\(ERR_SSL_\w+\)/,
    ],
    ['gets an alert', onData((socket) => void socket.end(ALERT)), /\(ERR_SSL_[\w/]+\)/],
    ['gets a certificate that is not trusted', tls(untrusted), /\(DEPTH_ZERO_SELF_SIGNED_CERT\)/],
    ['gets the certificate of another host', tls(forAnotherHost), /\(ERR_TLS_CERT_ALTNAME_INVALID\)/],
    [
      'needs a certificate of the client',
      tls({ requestCert: true, maxVersion: 'TLSv1.2' }),
      /\(ERR_SSL_[\w/]+\)/,
    ],
    ['gets no answer', tcp(() => {}), /\(UND_ERR_CONNECT_TIMEOUT\)/],
  ])('a TLS handshake that %s', async (_case, start, reason) => {
    const [mayHaveHappened, message] = await outcomeAt(`https://localhost:${await listen(start())}`);
    expect(message).toMatch(reason);
    expect(message).toMatch(/^a creation: no connection \(.+\); nothing was sent$/);
    expect(mayHaveHappened).toBe(false);
  });

  test('a TLS handshake that takes longer than the time of the operation', async () => {
    const port = await listen(createTcpServer(() => {}));
    const outcome = await outcomeAt(`https://localhost:${port}`, { timeoutMs: 100 });
    expect(outcome).toEqual([false, 'a creation: no connection in time; nothing was sent']);
  });

  test('a refused connection', async () => {
    const server = createTcpServer(() => {});
    const port = await listen(server);
    server.close();
    const outcome = await outcomeAt(`http://localhost:${port}`);
    expect(outcome).toEqual([false, 'a creation: no connection (ECONNREFUSED); nothing was sent']);
  });

  test('a host without an address', async () => {
    const [mayHaveHappened, message] = await outcomeAt('http://unico.invalid');
    expect(message).toMatch(/no connection \((ENOTFOUND|EAI_AGAIN)\); nothing was sent/);
    expect(mayHaveHappened).toBe(false);
  });

  test('a client that is closed', async () => {
    const http = new HttpClient('http://localhost:1');
    await http.close();
    const failure = await failureOf(http.send(creation));
    expect(failure).toMatchObject({ mayHaveHappened: false });
    expect(failure.message).toMatch(/no connection \(UND_ERR_\w+\)/);
  });
});

describe('a creation of which a byte was written may have happened', () => {
  test.each<[string, () => Server]>([
    ['is closed before the request is read', tcp((socket) => void socket.destroy())],
    ['is reset after the first bytes', onData((socket) => socket.resetAndDestroy())],
    ['is closed after the first bytes', onData((socket) => void socket.end())],
    ['gets bytes that are not HTTP', onData((socket) => void socket.end('SSH-2.0\r\n'))],
    [
      'is reset in the middle of the response',
      onData((socket) =>
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{', () => socket.resetAndDestroy()),
      ),
    ],
  ])('a connection that %s', async (_case, start) => {
    const [mayHaveHappened, message] = await outcomeAt(`http://localhost:${await listen(start())}`);
    expect(mayHaveHappened).toBe(true);
    expect(message).toMatch(/^a creation: connection failed \(\w+\)$/);
  });

  test.each<[string, () => Server]>([
    ['is closed at once', tls({}, (socket) => void socket.destroy())],
    // With TLS 1.3 the client may write before the server has seen that there is no certificate.
    ['needs a certificate of the client', tls({ requestCert: true, minVersion: 'TLSv1.3' })],
  ])('a TLS connection that %s', async (_case, start) => {
    const [mayHaveHappened] = await outcomeAt(`https://localhost:${await listen(start())}`);
    expect(mayHaveHappened).toBe(true);
  });

  test('a connection without a response in time', async () => {
    const port = await listen(createTcpServer((socket) => void socket.resume()));
    const outcome = await outcomeAt(`http://localhost:${port}`, { timeoutMs: 200 });
    expect(outcome).toEqual([true, 'a creation: no response in time']);
  });

  test('a connection that was used before and is closed when the next request arrives', async () => {
    let requests = 0;
    const server = createTcpServer((socket) => {
      socket.on('data', (bytes) => {
        if (!bytes.includes('HTTP/1.1')) return;
        requests += 1;
        if (requests === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
        else socket.destroy();
      });
    });
    const http = new HttpClient(`http://localhost:${await listen(server)}`);
    onTestFinished(() => http.close());
    expect((await http.send({ ...creation, body: '{}' })).status).toBe(200);
    expect(await failureOf(http.send({ ...creation, body: '{}' }))).toMatchObject({ mayHaveHappened: true });
    expect(requests).toBe(2);
  });
});

test('a request is reported as sent once it has a connection, and not when it gets none', async () => {
  const works = await listen(
    onData((socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'))(),
  );
  const broken = await listen(onData((socket) => socket.resetAndDestroy())());
  const sent: string[] = [];
  const http = new HttpClient(`http://localhost:${works}`);
  onTestFinished(() => http.close());
  await http.send({ ...creation, body: '{}', onSent: () => void sent.push('works') });
  await outcomeAt(`https://localhost:${broken}`, { onSent: () => void sent.push('broken') });
  expect(sent).toEqual(['works']);
});
