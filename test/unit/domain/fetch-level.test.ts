import { describe, expect, test } from 'vitest';
import { answers, greater, NEEDS, type Need } from '../../../src/domain/fetch-level.ts';

const PAIRS: [Need, Need][] = NEEDS.flatMap((one) => NEEDS.map((other): [Need, Need] => [one, other]));

describe('needs', () => {
  test('lead from the id that everybody has to the token that nobody keeps', () => {
    expect(NEEDS).toEqual(['key', 'source', 'projection', 'personal', 'signed-urls', 'sdk-token']);
  });

  test('are answered by what was read for the same need, and for each that is greater', () => {
    const answered = PAIRS.filter(([had, needed]) => answers(had, needed));
    expect(answered.map(([had, needed]) => `${had} for ${needed}`)).toEqual(
      NEEDS.flatMap((had, i) => NEEDS.slice(0, i + 1).map((needed) => `${had} for ${needed}`)),
    );
  });

  test.each([
    ['projection', 'personal'],
    ['personal', 'signed-urls'],
    ['signed-urls', 'sdk-token'],
    ['key', 'source'],
    ['source', 'projection'],
  ] as [Need, Need][])('are not answered by less: %s is not %s', (had, needed) => {
    expect(answers(had, needed)).toBe(false);
    expect(answers(needed, had)).toBe(true);
  });

  test('of two the greater answers both, whichever comes first', () => {
    for (const [one, other] of PAIRS) {
      const both = greater(one, other);
      expect([one, other]).toContain(both);
      expect(greater(other, one)).toBe(both);
      expect([answers(both, one), answers(both, other)]).toEqual([true, true]);
    }
  });
});
