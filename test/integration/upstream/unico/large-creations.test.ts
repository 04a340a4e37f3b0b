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

/** Six images: more than any connection takes at a time. */
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

/** Compared here, because a test that fails prints what it compares, and these are megabytes. */
const isWhole = (body: string | undefined): boolean => body === JSON.stringify(BODY);

/** Clients of a server of bytes that says something to each connection once its request has begun, and reads no more. */
async function unicoThat(begun: (socket: Socket) => void, operationTimeoutMs = 5_000) {
  let connections = 0;
  const upstream = await startRawUpstream((socket) => {
    connections += 1;
    socket.once('data', () => {
      socket.pause();
      begun(socket);
    });
  });
  const unico = unicoOf(upstream, { operationTimeoutMs });
  return { unico, connections: () => connections, [Symbol.asyncDispose]: () => unico.close() };
}

function answer(status: string, body: object): string {
  const text = JSON.stringify(body);
  return `HTTP/1.1 ${status}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}

describe('a creation with images of 5 MB', () => {
  test('arrives whole, once, and says how long it is', async () => {
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

  test('arrives whole a second time where its token is dead', async () => {
    const { unico, upstream } = await unicoWithTokens(
      (nth) => ({ body: tokenBody(nth) }),
      (request, token) => (token === 'token-1' ? { status: 401 } : validReply(request)),
    );
    await create(unico);
    const sent = upstream.requests.filter(({ path }) => path === '/processes/v1');
    expect(sent.map(({ body }) => isWhole(body))).toEqual([true, true]);
  });

  test('that is refused before it was read is refused', async () => {
    await using started = await unicoThat((socket) => {
      socket.write(answer('400 Bad Request', { error: { code: '20507', description: '' } }));
    });
    expect(factsOf(await failureOf(create(started.unico)))).toMatchObject({
      kind: 'refused',
      upstreamCode: '20507',
      mayHaveHappened: false,
    });
    expect(started.connections()).toBe(1);
  });

  test('whose connection ends in the middle may have happened, and is not sent again', async () => {
    await using started = await unicoThat((socket) => socket.resetAndDestroy());
    expect(factsOf(await failureOf(create(started.unico)))).toMatchObject({
      kind: 'unavailable',
      mayHaveHappened: true,
    });
    expect(started.connections()).toBe(1);
  });

  test('that is not read on ends with its time, may have happened, and is not sent again', async () => {
    await using started = await unicoThat(() => {}, 300);
    expect(factsOf(await failureOf(create(started.unico)))).toMatchObject({
      kind: 'unavailable',
      mayHaveHappened: true,
    });
    expect(started.connections()).toBe(1);
  });

  test('that nobody waits for any more ends in the middle', async () => {
    const leaving = new AbortController();
    const left = Promise.withResolvers<void>();
    await using started = await unicoThat((socket) => {
      socket.on('close', () => left.resolve());
      leaving.abort();
      socket.resume();
    });
    const failure = await failureOf(create(started.unico, callOptionsOf(leaving.signal)));
    expect(factsOf(failure)).toMatchObject({ kind: 'unavailable', mayHaveHappened: true });
    await left.promise;
    expect(started.connections()).toBe(1);
  });

  test('to which nobody listens did surely not happen', async () => {
    const unico = unicoOf({ url: 'http://127.0.0.1:1' });
    expect(factsOf(await failureOf(create(unico)))).toMatchObject({
      kind: 'unavailable',
      mayHaveHappened: false,
    });
    await unico.close();
  });
});
