import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { randomDataKey } from '../../../src/storage/encryption/data-key.ts';
import { MemoryStore } from '../../../src/storage/memory-store.ts';
import { EncryptedCollection } from '../../../src/storage/encrypted-collection.ts';
import { StoreUnavailable, type Store } from '../../../src/storage/store.ts';
import { Encryptor } from '../../../src/storage/encryption/encryptor.ts';
import { bytes, LONG, LONG_MS, overrideStore, textOf } from '../../support/stores.ts';

type Entry = { state: string };
const BEFORE: Entry = { state: 'before' };
const AFTER: Entry = { state: 'after' };
const ID = '12345678909';
const KIND = 'creation.1';

let store: Store;

beforeEach(() => {
  store = new MemoryStore();
});

const encryptorOf = (...keys: [Uint8Array, ...Uint8Array[]]): Encryptor => new Encryptor(keys, 'scope');
const collectionOf = (encryptor: Encryptor, kind = KIND): EncryptedCollection<Entry> =>
  new EncryptedCollection<Entry>(store, encryptor, { kind });

const encryptor = encryptorOf(randomDataKey());

/** Stores bytes where the entry would be. */
async function storeInstead(value: Uint8Array): Promise<void> {
  await store.set(encryptor.storageKeys({ kind: KIND, id: ID }), value, LONG);
}

describe('EncryptedCollection', () => {
  test('a collection returns any entry that was stored', async () => {
    const collection = new EncryptedCollection<unknown>(store, encryptor, { kind: KIND });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.jsonValue(), async (id, entry) => {
        await collection.set(id, { entry }, LONG_MS);
        expect(await collection.get(id)).toEqual(JSON.parse(JSON.stringify({ entry })));
      }),
    );
  });

  test('a collection has no entry of an id that was never used, or whose entry was removed', async () => {
    const collection = collectionOf(encryptor);
    expect(await collection.get(ID)).toBeNull();
    await collection.set(ID, BEFORE, LONG_MS);
    await collection.remove(ID);
    expect(await collection.get(ID)).toBeNull();
    expect(await collection.add(ID, AFTER, LONG_MS).existing).toBeNull();
  });

  test('an entry is added once, and later claims return the existing entry', async () => {
    const collection = collectionOf(encryptor);
    expect(await collection.add(ID, BEFORE, LONG_MS).existing).toBeNull();
    expect(await collection.add(ID, AFTER, LONG_MS).existing).toEqual(BEFORE);
    expect(await collection.get(ID)).toEqual(BEFORE);
    await collection.set(ID, AFTER, LONG_MS);
    expect(await collection.add(ID, BEFORE, LONG_MS).existing).toEqual(AFTER);
  });

  test('an entry is gone when its time to live has passed', async () => {
    const collection = collectionOf(encryptor);
    await collection.set(ID, BEFORE, 20);
    await expect.poll(() => collection.get(ID)).toBeNull();
    expect(await collection.add(ID, AFTER, LONG_MS).existing).toBeNull();
  });

  test('a collection sees nothing of other kinds, environments and data keys in the same store', async () => {
    const others = [
      collectionOf(encryptor, 'creation.2'),
      collectionOf(new Encryptor([randomDataKey()], 'scope')),
      collectionOf(encryptorOf(randomDataKey())),
    ];
    await collectionOf(encryptor).set(ID, BEFORE, LONG_MS);
    for (const other of others) {
      expect(await other.get(ID)).toBeNull();
      await other.remove(ID);
      expect(await other.add(ID, AFTER, LONG_MS).existing).toBeNull();
    }
    expect(await collectionOf(encryptor).get(ID)).toEqual(BEFORE);
  });

  test('neither ids nor entries are readable in the store', async () => {
    const seen: string[] = [];
    const watched = overrideStore(store, {
      set: async (keys, value) => void seen.push(...keys, textOf(value) ?? ''),
      add: async (keys, value) => {
        seen.push(...keys, textOf(value) ?? '');
        return null;
      },
    });
    const collection = new EncryptedCollection<Entry>(watched, encryptor, { kind: KIND });
    await collection.set(ID, { state: 'personal-data' }, LONG_MS);
    await collection.add(ID, { state: 'personal-data' }, LONG_MS).existing;
    expect(seen).toHaveLength(4);
    for (const text of seen) expect(text).not.toMatch(/12345678909|personal-data|state/);
  });

  test.each(['normal', 'durable'] as const)(
    'a collection writes its entries with its durability: %s',
    async (durability) => {
      const seen: unknown[] = [];
      const watched = overrideStore(store, {
        set: async (_, __, options) => void seen.push(options.durability),
        add: async (_, __, options) => {
          seen.push(options.durability);
          return null;
        },
      });
      const collection = new EncryptedCollection<Entry>(watched, encryptor, { kind: KIND, durability });
      await collection.set(ID, BEFORE, LONG_MS);
      await collection.add(ID, BEFORE, LONG_MS).existing;
      expect(seen).toEqual([durability, durability]);
    },
  );
});

describe('Claim.release', () => {
  test('a released claim leaves the id free', async () => {
    const collection = collectionOf(encryptor);
    const claim = collection.add(ID, BEFORE, LONG_MS);
    await claim.existing;
    await claim.release();
    expect(await collection.get(ID)).toBeNull();
    expect(await collection.add(ID, AFTER, LONG_MS).existing).toBeNull();
  });

  test('a released claim leaves the entry that was there before, also one that is equal', async () => {
    const collection = collectionOf(encryptor);
    await collection.add(ID, BEFORE, LONG_MS).existing;
    const claim = collection.add(ID, BEFORE, LONG_MS);
    expect(await claim.existing).toEqual(BEFORE);
    await claim.release();
    expect(await collection.get(ID)).toEqual(BEFORE);
  });

  test('a released claim leaves what has replaced its entry since, and what was added since', async () => {
    const collection = collectionOf(encryptor);
    const claim = collection.add(ID, BEFORE, LONG_MS);
    await claim.existing;
    await collection.set(ID, AFTER, LONG_MS);
    await claim.release();
    expect(await collection.get(ID)).toEqual(AFTER);
    await collection.remove(ID);
    await collection.add(ID, BEFORE, LONG_MS).existing;
    await claim.release();
    expect(await collection.get(ID)).toEqual(BEFORE);
  });

  test('a released claim removes also an entry that was written without an answer from the store', async () => {
    const silent = overrideStore(store, {
      add: async (...args) => {
        await store.add(...args);
        throw new StoreUnavailable('no answer in time');
      },
    });
    const claim = new EncryptedCollection<Entry>(silent, encryptor, { kind: KIND }).add(ID, BEFORE, LONG_MS);
    await expect(claim.existing).rejects.toThrow(StoreUnavailable);
    expect(await collectionOf(encryptor).get(ID)).toEqual(BEFORE);
    await claim.release();
    expect(await collectionOf(encryptor).get(ID)).toBeNull();
  });
});

describe('EncryptedCollection, where an entry cannot be decrypted', () => {
  const unreadable: [what: string, stored: Uint8Array][] = [
    [
      'encrypted with a key that is not in use',
      encryptorOf(randomDataKey()).encrypt({ kind: KIND, id: ID }, '{}'),
    ],
    ['encrypted for another id', encryptor.encrypt({ kind: KIND, id: randomUUID() }, '{}')],
    ['not an entry', bytes('something else')],
  ];

  test.each(unreadable)('an entry that cannot be decrypted counts as missing: %s', async (_, stored) => {
    await storeInstead(stored);
    expect(await collectionOf(encryptor).get(ID)).toBeNull();
  });

  test.each(unreadable)(
    'a claim does not replace an entry that cannot be decrypted: %s',
    async (_, stored) => {
      await storeInstead(stored);
      const { existing } = collectionOf(encryptor).add(ID, AFTER, LONG_MS);
      await expect(existing).rejects.toThrow(StoreUnavailable);
      await expect(existing).rejects.toThrow(
        /^creation\.1: DATA_KEY does not decrypt the entry that is stored there$/,
      );
      const [key = ''] = encryptor.storageKeys({ kind: KIND, id: ID });
      expect(textOf(await store.get(key))).toBe(textOf(stored));
    },
  );

  test.each(unreadable)(
    'getOrReject rejects for an entry that cannot be decrypted, and does not count it as missing: %s',
    async (_, stored) => {
      await storeInstead(stored);
      await expect(collectionOf(encryptor).getOrReject(ID)).rejects.toThrow(StoreUnavailable);
    },
  );

  test('an entry that cannot be decrypted can be replaced by set', async () => {
    await storeInstead(bytes('something else'));
    await collectionOf(encryptor).set(ID, AFTER, LONG_MS);
    expect(await collectionOf(encryptor).get(ID)).toEqual(AFTER);
  });
});

describe('EncryptedCollection during a rotation of the data key', () => {
  const old = randomDataKey();
  const renewed = randomDataKey();
  const before = encryptorOf(old);
  const after = encryptorOf(renewed);
  const newOld = encryptorOf(renewed, old);
  const oldNew = encryptorOf(old, renewed);

  /** The replica that writes, and the one that then has to find the entry. */
  const successions: [keys: string, first: Encryptor, next: Encryptor][] = [
    ['old, then new,old', before, newOld],
    ['old, then old,new', before, oldNew],
    ['old,new, then old', oldNew, before],
    ['old,new, then new,old', oldNew, newOld],
    ['new,old, then old,new', newOld, oldNew],
    ['new,old, then new', newOld, after],
    ['new, then new,old', after, newOld],
  ];

  test.each(successions)(
    'an entry is found by a replica with other keys, and never added again: %s',
    async (_, first, next) => {
      expect(await collectionOf(first).add(ID, BEFORE, LONG_MS).existing).toBeNull();
      expect(await collectionOf(next).get(ID)).toEqual(BEFORE);
      expect(await collectionOf(next).add(ID, AFTER, LONG_MS).existing).toEqual(BEFORE);
      expect(await collectionOf(first).get(ID)).toEqual(BEFORE);
    },
  );

  test.each(successions)(
    'an entry that a replica with other keys has replaced stays replaced: %s',
    async (_, first, next) => {
      await collectionOf(first).add(ID, BEFORE, LONG_MS).existing;
      await collectionOf(next).set(ID, AFTER, LONG_MS);
      expect(await collectionOf(next).get(ID)).toEqual(AFTER);
      expect(await collectionOf(next).add(ID, BEFORE, LONG_MS).existing).toEqual(AFTER);
    },
  );

  test.each(successions)(
    'an entry that one replica removed can be added by one with other keys: %s',
    async (_, first, next) => {
      await collectionOf(first).add(ID, BEFORE, LONG_MS).existing;
      await collectionOf(first).remove(ID);
      expect(await collectionOf(next).get(ID)).toBeNull();
      expect(await collectionOf(next).add(ID, AFTER, LONG_MS).existing).toBeNull();
    },
  );

  test('many entries are found at once, each of them under the data key that wrote it', async () => {
    await collectionOf(before).set('of the old key', BEFORE, LONG_MS);
    await collectionOf(after).set('of the new key', AFTER, LONG_MS);
    const ids = ['of the new key', 'of no key', 'of the old key'];
    const found = new Map(Object.entries({ 'of the old key': BEFORE, 'of the new key': AFTER }));
    for (const replica of [newOld, oldNew]) expect(await collectionOf(replica).getMany(ids)).toEqual(found);
    expect(await collectionOf(before).getMany(ids)).toEqual(new Map([['of the old key', BEFORE]]));
  });

  test('a replica with the old key alone does not add again what one with both keys has added', async () => {
    await collectionOf(newOld).add(ID, BEFORE, LONG_MS).existing;
    await expect(collectionOf(before).add(ID, AFTER, LONG_MS).existing).rejects.toThrow(StoreUnavailable);
    expect(await collectionOf(newOld).get(ID)).toEqual(BEFORE);
  });

  test('getOrReject finds an entry of each data key in use, and nothing where there is no entry', async () => {
    expect(await collectionOf(newOld).getOrReject(ID)).toBeNull();
    await collectionOf(before).set(ID, BEFORE, LONG_MS);
    for (const replica of [before, newOld, oldNew]) {
      expect(await collectionOf(replica).getOrReject(ID)).toEqual(BEFORE);
    }
  });

  test('of replicas with different keys that claim an id at the same time, exactly one wins', async () => {
    const replicas = [newOld, oldNew, newOld, oldNew, newOld].map((one) => collectionOf(one));
    const answers = await Promise.all(
      replicas.map((collection, n) => collection.add(ID, { state: `by ${n}` }, LONG_MS).existing),
    );
    const winner = answers.indexOf(null);
    expect(answers.map((answer) => answer?.state ?? null)).toEqual(
      answers.map((_, n) => (n === winner ? null : `by ${winner}`)),
    );
  });
});
