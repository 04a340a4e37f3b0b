import { describe, expect, test } from 'vitest';
import { readRetryAfter } from '../../../../../src/upstream/http/retry-after.ts';
import { CALLS, factsOf, failureOf, GET_IDCLOUD, unicoReplying } from '../../../../support/unico-client.ts';

test.each(CALLS.map((call) => [call.name, call] as const))(
  '%s: a 429 is a rate-limited failure with its Retry-After, and nothing happened',
  async (_name, call) => {
    for (const body of ['', '<html>', 'null', { error: { code: '42900', description: 'slow down' } }]) {
      const { unico, upstream } = await unicoReplying({
        status: 429,
        headers: { 'retry-after': '12' },
        body,
      });
      expect(factsOf(await failureOf(call.run(unico)))).toMatchObject({
        kind: 'rate-limited',
        status: 429,
        retryAfterSeconds: 12,
        refusal: undefined,
        mayHaveHappened: false,
      });
      expect(upstream.requests).toHaveLength(1);
    }
  },
);

test('a 429 without Retry-After is a rate-limited failure with a second to wait, as Unico advises', async () => {
  const { unico } = await unicoReplying({ status: 429 });
  expect(factsOf(await failureOf(GET_IDCLOUD.run(unico)))).toMatchObject({
    kind: 'rate-limited',
    retryAfterSeconds: 1,
  });
});

test('the HTTP date of a Retry-After counts from now', async () => {
  const { unico } = await unicoReplying({
    status: 429,
    headers: { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() },
  });
  const { retryAfterSeconds } = await failureOf(GET_IDCLOUD.run(unico));
  expect(retryAfterSeconds).toBeGreaterThan(3_000);
  expect(retryAfterSeconds).toBeLessThanOrEqual(3_600);
});

describe('readRetryAfter', () => {
  const now = Date.parse('2026-11-23T12:00:00Z');

  test.each([
    ['12', 12],
    [' 12 ', 12],
    ['1', 1],
    ['0', 1],
    ['00012', 12],
    ['3600', 3_600],
    ['3601', 3_600],
    ['99999999999999999999999999', 3_600],
    ['Mon, 23 Nov 2026 12:00:30 GMT', 30],
    ['Mon, 23 Nov 2026 11:00:00 GMT', 1],
    ['Tue, 23 Nov 2027 12:00:00 GMT', 3_600],
    ['Monday, 23-Nov-26 12:00:30 GMT', 30],
    ['Mon Nov 23 12:00:30 2026', 30],
  ])('a Retry-After of %s is %d seconds', (header, seconds) => {
    expect(readRetryAfter(header, now)).toBe(seconds);
  });

  test.each([null, '', ' ', 'soon', 'NaN', 'Infinity', '<html>', '{}'])(
    'a Retry-After of %j is absent or unreadable, which means one second',
    (header) => {
      expect(readRetryAfter(header, now)).toBe(1);
    },
  );

  test.each(['-5', '12.5', '1,5', '5s', 'in 7', '12, 13', '+12', '1e3', '0x10'])(
    'a Retry-After of %j is neither seconds nor an HTTP date, which means one second',
    (header) => {
      expect(readRetryAfter(header, now)).toBe(1);
    },
  );
});
