import { describe, expect, test } from 'vitest';
import { covers, maxLevel, FETCH_LEVELS, type FetchLevel } from '../../../src/domain/fetch-level.ts';

const PAIRS: [FetchLevel, FetchLevel][] = FETCH_LEVELS.flatMap((one) =>
  FETCH_LEVELS.map((other): [FetchLevel, FetchLevel] => [one, other]),
);

describe('needs', () => {
  test('lead from the id that everybody has to the token that nobody keeps', () => {
    expect(FETCH_LEVELS).toEqual(['key', 'source', 'summary', 'personal', 'signed-urls', 'sdk-token']);
  });

  test('are answered by what was read for the same need, and for each that is greater', () => {
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
  ] as [FetchLevel, FetchLevel][])('are not answered by less: %s is not %s', (had, needed) => {
    expect(covers(had, needed)).toBe(false);
    expect(covers(needed, had)).toBe(true);
  });

  test('of two the greater answers both, whichever comes first', () => {
    for (const [one, other] of PAIRS) {
      const both = maxLevel(one, other);
      expect([one, other]).toContain(both);
      expect(maxLevel(other, one)).toBe(both);
      expect([covers(both, one), covers(both, other)]).toEqual([true, true]);
    }
  });
});
