import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { HttpObserver } from '../../../../../src/upstream/http/types.ts';
import { unicoOf } from '../../../../support/unico.ts';
import { startUpstream } from '../../../../support/upstream.ts';
import {
  CALLS,
  CREATE_CAPTURE,
  factsOf,
  failureOf,
  GET_IDCLOUD,
  unicoReplying,
  type Call,
} from '../../../../support/unico-client.ts';
import { ok, responding, startRawUpstream } from '../../../../support/raw-upstream.ts';
import { callOptionsOf } from '../../../../support/call-options.ts';

const byName = CALLS.map((call) => [call.name, call] as const);

/** The largest response that is read, in bytes. */
const MAX_RESPONSE_BYTES = 512 * 1024;

/** The details of the failure of a call to an origin. */
async function failureAt(call: Call, url: string): Promise<Record<string, unknown>> {
  const unico = unicoOf({ url }, { attemptTimeoutMs: 1_500, operationTimeoutMs: 1_500 });
  onTestFinished(() => unico.close());
  return factsOf(await failureOf(call.run(unico)));
}

const unavailable = { kind: 'unavailable', status: undefined, retryAfterSeconds: undefined };

describe.each(byName)('%s', (_name, call) => {
  test('a refused connection is unavailable, and nothing happened', async () => {
    const closed = await startUpstream(() => ({}));
    await closed.close();
    expect(await failureAt(call, closed.url)).toMatchObject({ ...unavailable, mayHaveHappened: false });
  });

  test('a host without an address is unavailable, and nothing happened', async () => {
    const failure = await failureAt(call, 'http://unico.invalid');
    expect(failure).toMatchObject({ ...unavailable, mayHaveHappened: false });
  });

  test('a connection closed before the request is read is unavailable, and it may have happened', async () => {
    const { url } = await startRawUpstream((socket) => void socket.destroy());
    expect(await failureAt(call, url)).toMatchObject({ ...unavailable, mayHaveHappened: true });
  });

  test.each(['drop', 'drop in the middle of the body'] as const)(
    'a connection closed after the request (%s) is unavailable, it may have happened, and it is sent once',
    async (reply) => {
      const { unico, upstream } = await unicoReplying(reply);
      const failure = await failureOf(call.run(unico));
      expect(factsOf(failure)).toMatchObject({ ...unavailable, mayHaveHappened: true });
      expect(upstream.requests).toHaveLength(1);
    },
  );

  test.each(['never answer', 'never send the body'] as const)(
    'a response that does not come in time (%s) is unavailable, it may have happened, and it is sent once',
    async (reply) => {
      const { unico, upstream } = await unicoReplying(reply, {
        attemptTimeoutMs: 150,
        operationTimeoutMs: 150,
      });
      const failure = await failureOf(call.run(unico));
      expect(factsOf(failure)).toMatchObject({ ...unavailable, mayHaveHappened: true });
      expect(failure.message).toBe(`${call.name}: no response in time`);
      expect(upstream.requests).toHaveLength(1);
    },
  );

  test('a call whose caller has left before is not sent, and nothing happened', async () => {
    const { unico, upstream } = await unicoReplying({ body: call.body });
    const failure = await failureOf(call.run(unico, callOptionsOf(AbortSignal.abort())));
    expect(factsOf(failure)).toMatchObject({ ...unavailable, mayHaveHappened: false });
    expect(upstream.requests).toEqual([]);
  });

  test('a call whose caller leaves while Unico works may have happened', async () => {
    const caller = new AbortController();
    const { unico } = await unicoReplying(() => {
      caller.abort();
      return 'never answer';
    });
    const failure = await failureOf(call.run(unico, callOptionsOf(caller.signal)));
    expect(factsOf(failure)).toMatchObject({ ...unavailable, mayHaveHappened: true });
  });

  test('a call whose caller leaves while the response is read may have happened', async () => {
    const caller = new AbortController();
    const { unico } = await unicoReplying(() => {
      setTimeout(() => caller.abort(), 50);
      return 'never send the body';
    });
    const failure = await failureOf(call.run(unico, callOptionsOf(caller.signal)));
    expect(factsOf(failure)).toMatchObject({ ...unavailable, mayHaveHappened: true });
  });

  test.each([
    [
      'compressed without being requested',
      ok({ 'content-encoding': 'gzip' }, gzipSync(JSON.stringify(call.body))),
    ],
    ['compressed twice', ok({ 'content-encoding': 'gzip, br' }, 'x')],
    [
      'a decompression bomb',
      ok({ 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(50 * MAX_RESPONSE_BYTES))),
    ],
  ])('a response that is %s is a contract failure', async (_case, bytes) => {
    const { url } = await startRawUpstream(responding(...bytes));
    expect(await failureAt(call, url)).toMatchObject({ kind: 'contract', mayHaveHappened: true });
  });

  test('a response above the size limit is a contract failure, with and without a content-length', async () => {
    const body = JSON.stringify({ ...call.body, more: 'x'.repeat(MAX_RESPONSE_BYTES) });
    for (const headers of [{}, { 'content-length': String(body.length) }]) {
      const { unico } = await unicoReplying({ headers, body });
      expect(factsOf(await failureOf(call.run(unico)))).toMatchObject({
        kind: 'contract',
        mayHaveHappened: true,
      });
    }
  });

  test('a response that never ends is a contract failure', async () => {
    const { url } = await startRawUpstream((socket) => {
      const more = (): void => void (socket.writable && socket.write('x'.repeat(100_000), more));
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n\r\n{"id":"', more));
    });
    expect(await failureAt(call, url)).toMatchObject({ kind: 'contract', mayHaveHappened: true });
  });

  test.each([
    ['bytes that are not HTTP', ['SSH-2.0-OpenSSH_9.6\r\n']],
    ['HTTP with endless headers', ['HTTP/1.1 200 OK\r\n', 'x: y\r\n'.repeat(10_000)]],
    ['HTTP with a bad length', ['HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n{}']],
    ['HTTP with two lengths', ['HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{} ']],
    [
      'HTTP with broken chunks',
      ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n'],
    ],
    ['an upgrade', ['HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n']],
  ])('a server that responds with %s is unavailable, and it may have happened', async (_case, bytes) => {
    const { url } = await startRawUpstream(responding(...bytes));
    expect(await failureAt(call, url)).toMatchObject({ ...unavailable, mayHaveHappened: true });
  });
});

test('a response of exactly the size limit is read', async () => {
  const body = JSON.stringify(GET_IDCLOUD.body);
  const { unico } = await unicoReplying({ body: body + ' '.repeat(MAX_RESPONSE_BYTES - body.length) });
  expect(await GET_IDCLOUD.run(unico)).toMatchObject({ state: 'CREATED' });
});

test('an early hint before the response is ignored', async () => {
  const [head = '', body = ''] = ok({ 'content-encoding': 'identity' }, JSON.stringify(GET_IDCLOUD.body));
  const { url } = await startRawUpstream(
    responding('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n', head, body),
  );
  const unico = unicoOf({ url });
  onTestFinished(() => unico.close());
  expect(await GET_IDCLOUD.run(unico)).toMatchObject({ state: 'CREATED' });
});

test('a GET has the time of one attempt, and a POST has the time of its operation', async () => {
  const times = { attemptTimeoutMs: 100, operationTimeoutMs: 10_000 };
  for (const call of CALLS) {
    const slow = async (): Promise<{ body: object }> => {
      await new Promise((resolve) => setTimeout(resolve, 600));
      return { body: call.body };
    };
    const { unico } = await unicoReplying(slow, times);
    const end = call.run(unico).then(
      () => 'response',
      () => 'timeout',
    );
    expect([call.name, await end]).toEqual([call.name, call.method === 'GET' ? 'timeout' : 'response']);
  }
});

test('a caller that leaves does not affect other calls', async () => {
  const caller = new AbortController();
  const { unico, upstream } = await unicoReplying(async () => {
    if (upstream.requests.length === 2) caller.abort();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return { body: GET_IDCLOUD.body };
  });
  const [left, stayed] = await Promise.allSettled([
    GET_IDCLOUD.run(unico, callOptionsOf(caller.signal)),
    GET_IDCLOUD.run(unico),
  ]);
  expect([left.status, stayed.status]).toEqual(['rejected', 'fulfilled']);
});

test('after failures of every kind the next call succeeds', async () => {
  const faults = ['drop', 'drop in the middle of the body', 'never answer', 'never send the body'] as const;
  const { unico, upstream } = await unicoReplying(
    () => faults[upstream.requests.length - 1] ?? { body: CREATE_CAPTURE.body },
    { operationTimeoutMs: 150 },
  );
  for (let i = 0; i < faults.length; i++) await failureOf(CREATE_CAPTURE.run(unico));
  expect(await CREATE_CAPTURE.run(unico)).toMatchObject({ state: 'FINISHED' });
});

test('a hundred calls at once all succeed, over at most 32 connections', async () => {
  let open = 0;
  let peak = 0;
  const { unico } = await unicoReplying(async () => {
    peak = Math.max(peak, ++open);
    await new Promise((resolve) => setTimeout(resolve, 20));
    open--;
    return { body: GET_IDCLOUD.body };
  });
  await Promise.all(Array.from({ length: 100 }, () => GET_IDCLOUD.run(unico)));
  expect(peak).toBeLessThanOrEqual(32);
});

test('a token that is not a valid header value is neither sent nor part of a message', async () => {
  const { unico, upstream } = await unicoReplying(
    { body: CREATE_CAPTURE.body },
    { credential: { accessToken: 'secret\r\nx: y' } },
  );
  const failure = await failureOf(CREATE_CAPTURE.run(unico));
  expect(failure.message).not.toContain('secret');
  expect(upstream.requests).toEqual([]);
  expect(failure.mayHaveHappened).toBe(false);
});

test('a closed client sends nothing', async () => {
  const { unico, upstream } = await unicoReplying({ body: CREATE_CAPTURE.body });
  await unico.close();
  expect((await failureOf(CREATE_CAPTURE.run(unico))).kind).toBe('unavailable');
  expect(upstream.requests).toEqual([]);
});

test('each attempt is reported once, with its name and never with its address', async () => {
  const seen: unknown[] = [];
  const observe: HttpObserver = ({ name, status }) => void seen.push([name, status]);
  for (const call of CALLS) {
    const { unico } = await unicoReplying({ status: 500 }, { observer: { attempt: observe } });
    await failureOf(call.run(unico));
    const { unico: dropped } = await unicoReplying('drop', { observer: { attempt: observe } });
    await failureOf(call.run(dropped));
  }
  expect(seen).toEqual(
    CALLS.flatMap(({ name }) => [
      [name, 500],
      [name, null],
    ]),
  );
});
