import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  CALLS,
  CREATE_CAPTURE,
  CREATE_JOURNEY,
  factsOf,
  failureOf,
  FIND_REUSABLE,
  GET_IDCLOUD,
  GET_PROCESSES_V1,
  ID,
  SET_DOCUMENT,
  unicoReplying,
} from '../../../../support/unico-client.ts';

const HTML = '<!doctype html><html><title>502 Bad Gateway</title></html>';
const byName = CALLS.map((call) => [call.name, call] as const);

describe.each(byName)('%s', (_name, call) => {
  test.each([500, 501, 502, 503, 504, 599])(
    'HTTP %d is unavailable, and it may have happened',
    async (status) => {
      for (const body of ['', HTML, 'upstream connect error', { message: 'x' }, [], '"x"', 'null', '7']) {
        const { unico, upstream } = await unicoReplying({ status, body });
        const failure = await failureOf(call.run(unico));
        expect(factsOf(failure)).toMatchObject({ kind: 'unavailable', status, mayHaveHappened: true });
        expect(failure.upstreamCode).toBeUndefined();
        expect(upstream.requests).toHaveLength(1);
      }
    },
  );

  test.each([401, 403])(
    'HTTP %d without an error code is unauthorized, and nothing happened',
    async (status) => {
      for (const body of ['', HTML, 'RBAC: access denied', {}, [], 'null']) {
        const { unico } = await unicoReplying({ status, body });
        expect(factsOf(await failureOf(call.run(unico)))).toMatchObject({
          kind: 'unauthorized',
          status,
          mayHaveHappened: false,
        });
      }
    },
  );

  test.each([400, 402, 405, 409, 413, 415, 418, 422])(
    'HTTP %d without an error code is refused, and nothing happened',
    async (status) => {
      for (const body of ['', HTML, 'no', {}, { error: 'no' }, { code: 'NEW' }, [], 'null']) {
        const { unico } = await unicoReplying({ status, body });
        const failure = await failureOf(call.run(unico));
        expect(factsOf(failure)).toMatchObject({ kind: 'refused', status, mayHaveHappened: false });
        expect(failure.refusal).toBeUndefined();
      }
    },
  );

  test.each([202, 204, 206, 300, 304])(
    'HTTP %d is a contract failure, and it may have happened',
    async (status) => {
      const { unico } = await unicoReplying({
        status,
        body: status === 204 || status === 304 ? '' : call.body,
      });
      expect(factsOf(await failureOf(call.run(unico)))).toMatchObject({
        kind: 'contract',
        status,
        mayHaveHappened: true,
      });
    },
  );

  test.each([301, 302, 303, 307, 308])(
    'a redirect with HTTP %d is a contract failure, and is not followed',
    async (status) => {
      const { unico, upstream } = await unicoReplying(({ path }) =>
        path === '/elsewhere' ? { body: call.body } : { status, headers: { location: '/elsewhere' } },
      );
      expect((await failureOf(call.run(unico))).kind).toBe('contract');
      expect(upstream.requests).toHaveLength(1);
    },
  );

  test.each([
    ['HTML', HTML],
    ['an empty body', ''],
    ['text', 'OK'],
    ['truncated JSON', '{"process":{"id":"'],
    ['two JSON texts', '{}{}'],
    ['a list', '[]'],
    ['a text', '"x"'],
    ['null', 'null'],
    ['a number', '7'],
    ['an object without an id', '{"process":{},"status":3}'],
    ['an empty id', '{"id":"","process":{"id":""}}'],
    ['an id that is a number', '{"id":7,"process":{"id":7}}'],
    ['an id that is null', '{"id":null,"process":{"id":null}}'],
    // An empty object is an empty list of documents.
    ...(call === FIND_REUSABLE ? [] : [['an empty object', '{}']]),
    ['an error with HTTP 200', '{"error":{"code":"99999","description":"Internal failure!"}}'],
    ['an error of the gateway with HTTP 200', '{"code":13,"message":"internal error","details":[]}'],
  ])('a 200 with %s is a contract failure, and it may have happened', async (_case, body) => {
    const { unico, upstream } = await unicoReplying({ body });
    const failure = await failureOf(call.run(unico));
    expect(factsOf(failure)).toMatchObject({ kind: 'contract', mayHaveHappened: true, refusal: undefined });
    expect(upstream.requests).toHaveLength(1);
  });
});

test.each(
  [GET_IDCLOUD, SET_DOCUMENT, GET_PROCESSES_V1].flatMap((call) =>
    ['63060f52-f146-4c12-a234-5bb5031f6f5b', 'abc-123', '../53060f52', ` ${ID}`].map(
      (id) => [call.name, id, call] as const,
    ),
  ),
)('%s rejects a response with the id %j', async (_name, id, call) => {
  const { unico } = await unicoReplying({ body: { id, status: 3, process: { id } } });
  expect(factsOf(await failureOf(call.run(unico)))).toMatchObject({
    kind: 'contract',
    mayHaveHappened: true,
  });
});

test.each([
  ['abc-123', CREATE_CAPTURE],
  ['not/an/id', CREATE_JOURNEY],
  ['..', CREATE_JOURNEY],
  ['a'.repeat(321), CREATE_JOURNEY],
])(
  'a created process with the malformed id %s is a contract failure, and it may have happened',
  async (id, call) => {
    const { unico } = await unicoReplying({ body: { id, process: { id } } });
    expect(factsOf(await failureOf(call.run(unico)))).toMatchObject({
      kind: 'contract',
      mayHaveHappened: true,
    });
  },
);

test('a creation accepts 201 as well as 200', async () => {
  for (const call of [CREATE_CAPTURE, CREATE_JOURNEY]) {
    const { unico } = await unicoReplying({ status: 201, body: call.body });
    expect(await call.run(unico)).toMatchObject({ id: ID });
  }
});

test('documents that are not a list are a contract failure, and not an empty list', async () => {
  for (const items of [{}, { documentId: 'x' }, 'x', 7, true]) {
    const { unico } = await unicoReplying({ body: { items } });
    expect((await failureOf(FIND_REUSABLE.run(unico))).kind).toBe('contract');
  }
});

describe('the text of a failure', () => {
  const SECRETS = [
    '12345678909',
    'a-token',
    'key-onb',
    'key-doc',
    ID,
    'canary',
    '127.0.0.1',
    '/9j/4AAQ',
    'code=',
  ];
  const BODIES = [
    'canary 12345678909',
    { error: { code: '20507', description: 'canary 12345678909' } },
    { error: { code: 'canary 12345678909', description: 'canary' } },
    { code: 'canary-12345678909', message: 'canary', details: ['canary'] },
    { canary: { id: '12345678909' }, process: { canary: 1, id: ['canary 12345678909'] } },
    '{"canary 12345678909": ',
    { items: 'canary', id: { canary: '12345678909' } },
  ];

  test.each(byName)(
    '%s: a failure contains no body, address, token, key or document number',
    async (_name, call) => {
      for (const status of [200, 204, 302, 400, 401, 403, 409, 418, 429, 500]) {
        for (const body of BODIES) {
          const headers = { location: 'http://127.0.0.1/canary', 'retry-after': 'canary' };
          const { unico } = await unicoReplying({ status, headers, body: status === 204 ? '' : body });
          const failure = await failureOf(call.run(unico));
          const text = [
            inspect(failure, { depth: 9, showHidden: true }),
            JSON.stringify(failure),
            String(failure),
          ];
          // The stack contains files of this project, and nothing of the call.
          for (const secret of SECRETS) expect(text.join('\n')).not.toContain(secret);
        }
      }
    },
  );

  test.each(['drop', 'drop in the middle of the body'] as const)(
    'the failure of a broken connection contains no address, token, key or document number: %s',
    async (reply) => {
      for (const call of CALLS) {
        const { unico } = await unicoReplying(reply);
        const text = inspect(await failureOf(call.run(unico)), { depth: 9, showHidden: true });
        for (const secret of SECRETS) expect(text).not.toContain(secret);
      }
    },
  );
});
