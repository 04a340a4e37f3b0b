import { describe, expect, test } from 'vitest';
import { readRetryAfter } from '../../../../src/upstream/http/retry-after.ts';

describe('readRetryAfter', () => {
  const now = Date.parse('2026-11-23T12:00:00Z');

  test.each([
    ['12', 12],
    [' 12 ', 12],
    ['1', 1],
    ['0', 1],
    ['00012', 12],
    ['60', 60],
    ['61', 60],
    ['3600', 60],
    ['99999999999999999999999999', 60],
    ['Mon, 23 Nov 2026 12:00:30 GMT', 30],
    ['Mon, 23 Nov 2026 11:00:00 GMT', 1],
    ['Tue, 23 Nov 2027 12:00:00 GMT', 60],
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
