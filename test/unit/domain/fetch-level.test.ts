import { describe, expect, test } from 'vitest';
import { covers, maxLevel, FETCH_LEVELS, type FetchLevel } from '../../../src/domain/fetch-level.ts';

const PAIRS: [FetchLevel, FetchLevel][] = FETCH_LEVELS.flatMap((one) =>
  FETCH_LEVELS.map((other): [FetchLevel, FetchLevel] => [one, other]),
);

describe('fetch levels', () => {
  test('the fetch levels lead from the id, which the caller has, to the token, which is never cached', () => {
    expect(FETCH_LEVELS).toEqual(['key', 'source', 'summary', 'personal', 'signed-urls', 'sdk-token']);
  });

  test('a level is covered by itself and by every higher level', () => {
    const answered = PAIRS.filter(([had, needed]) => covers(had, needed));
    expect(answered.map(([had, needed]) => `${had} for ${needed}`)).toEqual(
      FETCH_LEVELS.flatMap((had, i) => FETCH_LEVELS.slice(0, i + 1).map((needed) => `${had} for ${needed}`)),
    );
  });

  test.each([
    ['summary', 'personal'],
    ['personal', 'signed-urls'],
    ['signed-urls', 'sdk-token'],
    ['key', 'source'],
    ['source', 'summary'],
  ] as [FetchLevel, FetchLevel][])(
    'a lower level does not cover a higher one: %s does not cover %s',
    (had, needed) => {
      expect(covers(had, needed)).toBe(false);
      expect(covers(needed, had)).toBe(true);
    },
  );

  test('the maximum of two levels covers both, whichever comes first', () => {
    for (const [one, other] of PAIRS) {
      const both = maxLevel(one, other);
      expect([one, other]).toContain(both);
      expect(maxLevel(other, one)).toBe(both);
      expect([covers(both, one), covers(both, other)]).toEqual([true, true]);
    }
  });
});
