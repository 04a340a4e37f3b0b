import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Transactional } from '../../../../src/domain/process-creation.ts';
import type { UnicoClient } from '../../../../src/upstream/unico/client.ts';
import { processesV1Body } from '../../../support/bodies.ts';
import { unicoOf } from '../../../support/unico.ts';
import { factsOf, failureOf, NEVER_CANCELLED, ID, unicoReplying } from '../../../support/unico-client.ts';
import { startRawUpstream } from '../../../support/raw-upstream.ts';
import { validReply, tokenBody, unicoWithTokens } from '../../../support/token-service.ts';
import { callOptionsOf } from '../../../support/call-options.ts';

const image = (): string => randomBytes(624_000).toString('base64');

/** Six images: more than a connection accepts at a time. */
const BODY = {
  subject: { code: '12345678909', name: 'Padmé "Ñ" 😀' },
  references: Array.from({ length: 5 }, () => ({
    referenceType: 'REFERENCE_TYPE_IMAGE_BASE64' as const,
    referenceContent: image(),
  })),
  imageBase64: image(),
};
const CAPTURE: Transactional = { kind: 'transactional', ...BODY };
const create = (unico: UnicoClient, callOptions = NEVER_CANCELLED) =>
  unico.createProcess(CAPTURE, callOptions);

/** A boolean, because a failed assertion prints the compared values, and these have megabytes. */
const isWhole = (body: string | undefined): boolean => body === JSON.stringify(BODY);

/** Creates a client of a TCP server that calls `onRequest` once a request has started, and stops reading it. */
async function unicoStopping(onRequest: (socket: Socket) => void, operationTimeoutMs = 5_000) {
  let connections = 0;
  const upstream = await startRawUpstream((socket) => {
    connections += 1;
    socket.once('data', () => {
      socket.pause();
      onRequest(socket);
    });
  });
  const unico = unicoOf(upstream, { operationTimeoutMs });
  return { unico, connections: () => connections, [Symbol.asyncDispose]: () => unico.close() };
}

function responseText(status: string, body: object): string {
  const text = JSON.stringify(body);
  return `HTTP/1.1 ${status}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}

describe('a creation with images of 5 MB', () => {
  test('a large creation arrives whole, once, and with a content-length', async () => {
    const { unico, upstream } = await unicoReplying({ body: processesV1Body(ID) });
    expect(await create(unico)).toMatchObject({ id: ID });
    const [request, ...others] = upstream.requests;
    expect(others).toEqual([]);
    expect(isWhole(request?.body)).toBe(true);
    expect(request?.headers).toMatchObject({
      'content-length': String(Buffer.byteLength(JSON.stringify(BODY))),
    });
    expect(request?.headers).not.toHaveProperty('transfer-encoding');
  });

  test('a large creation whose token was rejected arrives whole a second time', async () => {
    const { unico, upstream } = await unicoWithTokens(
      (nth) => ({ body: tokenBody(nth) }),
      (request, token) => (token === 'token-1' ? { status: 401 } : validReply(request)),
    );
    await create(unico);
    const sent = upstream.requests.filter(({ path }) => path === '/processes/v1');
    expect(sent.map(({ body }) => isWhole(body))).toEqual([true, true]);
  });

  test('a large creation that Unico refuses before reading it is refused', async () => {
    await using started = await unicoStopping((socket) => {
      socket.write(responseText('400 Bad Request', { error: { code: '20507', description: '' } }));
    });
    expect(factsOf(await failureOf(create(started.unico)))).toMatchObject({
      kind: 'refused',
      upstreamCode: '20507',
      mayHaveHappened: false,
    });
    expect(started.connections()).toBe(1);
  });

  test('a large creation whose connection breaks may have happened, and is not sent again', async () => {
    await using started = await unicoStopping((socket) => socket.resetAndDestroy());
    expect(factsOf(await failureOf(create(started.unico)))).toMatchObject({
      kind: 'unavailable',
      mayHaveHappened: true,
    });
    expect(started.connections()).toBe(1);
  });

  test('a large creation that Unico stops reading times out, may have happened, and is not sent again', async () => {
    await using started = await unicoStopping(() => {}, 300);
    expect(factsOf(await failureOf(create(started.unico)))).toMatchObject({
      kind: 'unavailable',
      mayHaveHappened: true,
    });
    expect(started.connections()).toBe(1);
  });

  test('a large creation whose caller leaves is aborted, and may have happened', async () => {
    const caller = new AbortController();
    const closed = Promise.withResolvers<void>();
    await using started = await unicoStopping((socket) => {
      socket.on('close', () => closed.resolve());
      caller.abort();
      socket.resume();
    });
    const failure = await failureOf(create(started.unico, callOptionsOf(caller.signal)));
    expect(factsOf(failure)).toMatchObject({ kind: 'unavailable', mayHaveHappened: true });
    await closed.promise;
    expect(started.connections()).toBe(1);
  });

  test('a large creation whose connection is refused did not happen', async () => {
    const unico = unicoOf({ url: 'http://127.0.0.1:1' });
    expect(factsOf(await failureOf(create(unico)))).toMatchObject({
      kind: 'unavailable',
      mayHaveHappened: false,
    });
    await unico.close();
  });
});
