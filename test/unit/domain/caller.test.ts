import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ALL_SCOPES_CALLER,
  ANONYMOUS,
  permits,
  scopesAmong,
  SCOPES,
  type Requirement,
  type Scope,
} from '../../../src/domain/caller.ts';

const someScopes = fc.subarray<Scope>([...SCOPES]);
const requirement = fc.array(fc.subarray<Scope>([...SCOPES], { minLength: 1 }));

describe('scopes among words', () => {
  test('are those of ours, however often and in whatever order they are said', () => {
    fc.assert(
      fc.property(someScopes, fc.array(fc.string()), (ours, others) => {
        const strange = others.filter((word) => !SCOPES.some((scope) => scope === word));
        const words = [...ours, ...strange, ...ours.toReversed()];
        expect([...scopesAmong(words)].toSorted()).toEqual(ours.toSorted());
      }),
    );
  });

  test('are the same object for the same scopes, by which is known what was worked out for them', () => {
    expect(scopesAmong(['identity:write', 'x', 'identity:read'])).toBe(
      scopesAmong(['identity:read', 'identity:write', 'identity:read']),
    );
    expect(scopesAmong(['x'])).toBe(scopesAmong([]));
    expect(scopesAmong(['identity:read'])).not.toBe(scopesAmong(['identity:pii']));
  });

  test('are not found in what is only like them', () => {
    const words = [
      'identity',
      'identity:',
      'identity:readx',
      'IDENTITY:READ',
      ' identity:read',
      '*',
      'constructor',
    ];
    expect([...scopesAmong(words)]).toEqual([]);
    expect([...scopesAmong('identity:read')]).toEqual([]);
  });
});

describe('a requirement', () => {
  const [read, pii, write] = SCOPES;
  const rows: [Requirement, Scope[], boolean][] = [
    [[[read]], [read], true],
    [[[read]], [pii, write], false],
    [[[read, pii]], [read], false],
    [[[read, pii]], [pii], false],
    [[[read, pii]], [pii, read], true],
    [[[read, pii], [write]], [write], true],
    [[[read, pii], [write]], [read], false],
    [[[read, pii], [write]], [], false],
    [[], [read, pii, write], false],
  ];
  test.each(rows)('%j is met by %j: %s', (required, scopes, met) => {
    expect(permits(required, scopesAmong(scopes))).toBe(met);
  });

  test('that is met stays so with more scopes, and with more ways', () => {
    fc.assert(
      fc.property(requirement, requirement, someScopes, someScopes, (required, ways, some, more) => {
        fc.pre(permits(required, scopesAmong(some)));
        expect(permits(required, scopesAmong([...some, ...more]))).toBe(true);
        expect(permits([...ways, ...required], scopesAmong(some))).toBe(true);
      }),
    );
  });
});

test('nobody may do anything that asks for something, and everybody everything', () => {
  fc.assert(
    fc.property(requirement, (required) => {
      expect(permits(required, ANONYMOUS.scopes)).toBe(false);
      expect(permits(required, ALL_SCOPES_CALLER.scopes)).toBe(required.length > 0);
    }),
  );
});
