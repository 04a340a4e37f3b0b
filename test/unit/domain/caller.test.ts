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

describe('scopesAmong', () => {
  test('the scopes of a token are those of this service, however often and in whatever order the token names them', () => {
    fc.assert(
      fc.property(someScopes, fc.array(fc.string()), (ours, others) => {
        const strange = others.filter((word) => !SCOPES.some((scope) => scope === word));
        const words = [...ours, ...strange, ...ours.toReversed()];
        expect([...scopesAmong(words)].toSorted()).toEqual(ours.toSorted());
      }),
    );
  });

  test('equal scopes are one object, so that results can be cached by this object', () => {
    expect(scopesAmong(['identity:write', 'x', 'identity:read'])).toBe(
      scopesAmong(['identity:read', 'identity:write', 'identity:read']),
    );
    expect(scopesAmong(['x'])).toBe(scopesAmong([]));
    expect(scopesAmong(['identity:read'])).not.toBe(scopesAmong(['identity:pii']));
  });

  test('a string that only resembles a scope is no scope', () => {
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

describe('permits', () => {
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
  test.each(rows)('the requirement %j is met by the scopes %j: %s', (required, scopes, met) => {
    expect(permits(required, scopesAmong(scopes))).toBe(met);
  });

  test('a requirement that is met stays met with more scopes, and with more alternatives', () => {
    fc.assert(
      fc.property(requirement, requirement, someScopes, someScopes, (required, ways, some, more) => {
        fc.pre(permits(required, scopesAmong(some)));
        expect(permits(required, scopesAmong([...some, ...more]))).toBe(true);
        expect(permits([...ways, ...required], scopesAmong(some))).toBe(true);
      }),
    );
  });
});

test('the anonymous caller meets no requirement, and the caller with all scopes meets every one', () => {
  fc.assert(
    fc.property(requirement, (required) => {
      expect(permits(required, ANONYMOUS.scopes)).toBe(false);
      expect(permits(required, ALL_SCOPES_CALLER.scopes)).toBe(required.length > 0);
    }),
  );
});
