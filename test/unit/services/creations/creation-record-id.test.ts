import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Owner } from '../../../../src/domain/caller.ts';
import { parseIdempotencyKey } from '../../../../src/domain/idempotency-key.ts';
import { creationRecordId } from '../../../../src/services/creations/creation-record-id.ts';
import { clientOwner, DEPLOYMENT, keyOf, partnerOwner, userOwner } from '../../../support/owners.ts';

/** Texts that look like parts of an id, or have characters with a meaning in one. */
const TRICKY = ['a', 'b', 'a","b', '"', '\\', '","', ' ', '[', 'partner', 'client', 'user', '\u2028', 'é'];
const name = fc.oneof(fc.constantFrom(...TRICKY), fc.string({ unit: 'binary', minLength: 1 }));
const key = fc
  .oneof(
    fc.constantFrom('k', '["partner","a","k"]', 'owned', '","k'),
    fc.stringMatching(/^[\x21-\x7e]{1,128}$/),
  )
  .map(keyOf);

const owner = fc.oneof(
  fc.constant(DEPLOYMENT),
  name.map(partnerOwner),
  fc.tuple(name, name).map(([client, issuer]) => clientOwner(client, issuer)),
  fc.tuple(name, name, name).map(([client, subject, issuer]) => userOwner(client, subject, issuer)),
);

describe('creationRecordId', () => {
  const stored: [string, Owner, string][] = [
    ['all callers', DEPLOYMENT, 'order-1'],
    ['a partner', partnerOwner('acme'), 'owned ["partner","acme","order-1"]'],
    ['a client', clientOwner('orders'), 'owned ["client","https://issuer.example.com/","orders","order-1"]'],
    [
      'a user of a client',
      userOwner('orders', 'luke'),
      'owned ["user","https://issuer.example.com/","orders","luke","order-1"]',
    ],
    ['a partner with a quotation mark', partnerOwner('a","b'), 'owned ["partner","a\\",\\"b","order-1"]'],
  ];
  test.each(stored)('the id is a store format that does not change: %s', (_, given, expected) => {
    expect(creationRecordId(given, keyOf('order-1'))).toBe(expected);
  });

  test('two creations have the same id only with the same owner and the same key', () => {
    fc.assert(
      fc.property(owner, key, owner, key, (one, itsKey, other, otherKey) => {
        const same = JSON.stringify([one, itsKey]) === JSON.stringify([other, otherKey]);
        expect(creationRecordId(one, itsKey) === creationRecordId(other, otherKey)).toBe(same);
      }),
      { numRuns: 2_000 },
    );
  });

  test('no key is the id of a record that has an owner: no caller reaches it by a key alone', () => {
    fc.assert(
      fc.property(owner, key, (given, itsKey) => {
        const isKey = parseIdempotencyKey(creationRecordId(given, itsKey)) !== null;
        expect(isKey).toBe(given.kind === 'deployment');
      }),
    );
  });
});
