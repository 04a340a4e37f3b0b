import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { randomDataKey } from '../../../src/storage/encryption/data-key.ts';
import { MemoryStore } from '../../../src/storage/memory-store.ts';
import { EncryptedCollection } from '../../../src/storage/encrypted-collection.ts';
import { StoreUnavailable, type Store } from '../../../src/storage/store.ts';
import { Encryptor } from '../../../src/storage/encryption/encryptor.ts';
import { bytes, LONG_MS, textOf } from '../../support/stores.ts';

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
const shelfOf = (encryptor: Encryptor, kind = KIND): EncryptedCollection<Entry> =>
  new EncryptedCollection<Entry>(store, encryptor, { kind });

const encryptor = encryptorOf(randomDataKey());

/** Puts something that the vault does not open where an entry would be. */
async function putInTheWay(what: Uint8Array): Promise<void> {
  await store.set(encryptor.storageKeys({ kind: KIND, id: ID }), what, LONG_MS);
}

describe('a shelf', () => {
  test('gives back whatever was put on it', async () => {
    const collection = new EncryptedCollection<unknown>(store, encryptor, { kind: KIND });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.jsonValue(), async (id, entry) => {
        await collection.set(id, { entry }, LONG_MS);
        expect(await collection.get(id)).toEqual(JSON.parse(JSON.stringify({ entry })));
      }),
    );
  });

  test('has nothing of an id that nothing was put under, or whose entry was removed', async () => {
    const collection = shelfOf(encryptor);
    expect(await collection.get(ID)).toBeNull();
    await collection.set(ID, BEFORE, LONG_MS);
    await collection.remove(ID);
    expect(await collection.get(ID)).toBeNull();
    expect(await collection.add(ID, AFTER, LONG_MS).existing).toBeNull();
  });

  test('adds an entry once, and then answers the one that is there', async () => {
    const collection = shelfOf(encryptor);
    expect(await collection.add(ID, BEFORE, LONG_MS).existing).toBeNull();
    expect(await collection.add(ID, AFTER, LONG_MS).existing).toEqual(BEFORE);
    expect(await collection.get(ID)).toEqual(BEFORE);
    await collection.set(ID, AFTER, LONG_MS);
    expect(await collection.add(ID, BEFORE, LONG_MS).existing).toEqual(AFTER);
  });

  test('forgets an entry when its life is over', async () => {
    const collection = shelfOf(encryptor);
    await collection.set(ID, BEFORE, 20);
    await expect.poll(() => collection.get(ID)).toBeNull();
    expect(await collection.add(ID, AFTER, LONG_MS).existing).toBeNull();
  });

  test('sees nothing of other kinds, environments and data keys in the same store', async () => {
    const others = [
      shelfOf(encryptor, 'creation.2'),
      shelfOf(new Encryptor([randomDataKey()], 'scope')),
      shelfOf(encryptorOf(randomDataKey())),
    ];
    await shelfOf(encryptor).set(ID, BEFORE, LONG_MS);
    for (const other of others) {
      expect(await other.get(ID)).toBeNull();
      await other.remove(ID);
      expect(await other.add(ID, AFTER, LONG_MS).existing).toBeNull();
    }
    expect(await shelfOf(encryptor).get(ID)).toEqual(BEFORE);
  });

  test('leaves nothing readable in the store, neither ids nor entries', async () => {
    const seen: string[] = [];
    const watched: Store = {
      ...store,
      set: async (names, value) => void seen.push(...names, textOf(value) ?? ''),
      add: async (names, value) => {
        seen.push(...names, textOf(value) ?? '');
        return null;
      },
    };
    const collection = new EncryptedCollection<Entry>(watched, encryptor, { kind: KIND });
    await collection.set(ID, { state: 'personal-data' }, LONG_MS);
    await collection.add(ID, { state: 'personal-data' }, LONG_MS).existing;
    expect(seen).toHaveLength(4);
    for (const text of seen) expect(text).not.toMatch(/12345678909|personal-data|state/);
  });

  test.each(['usual', 'lasting'] as const)(
    'asks the store to keep its entries as it was told to: %s',
    async (durability) => {
      const asked: unknown[] = [];
      const watched: Store = {
        ...store,
        set: async (_, __, ___, how) => void asked.push(how),
        add: async (_, __, ___, how) => {
          asked.push(how);
          return null;
        },
      };
      const collection = new EncryptedCollection<Entry>(watched, encryptor, { kind: KIND, durability });
      await collection.set(ID, BEFORE, LONG_MS);
      await collection.add(ID, BEFORE, LONG_MS).existing;
      expect(asked).toEqual([durability, durability]);
    },
  );
});

describe('an addition that is withdrawn', () => {
  test('leaves the id free', async () => {
    const collection = shelfOf(encryptor);
    const addition = collection.add(ID, BEFORE, LONG_MS);
    await addition.existing;
    await addition.release();
    expect(await collection.get(ID)).toBeNull();
    expect(await collection.add(ID, AFTER, LONG_MS).existing).toBeNull();
  });

  test('leaves the entry that was there before it, also one that is alike', async () => {
    const collection = shelfOf(encryptor);
    await collection.add(ID, BEFORE, LONG_MS).existing;
    const addition = collection.add(ID, BEFORE, LONG_MS);
    expect(await addition.existing).toEqual(BEFORE);
    await addition.release();
    expect(await collection.get(ID)).toEqual(BEFORE);
  });

  test('leaves what was made of it since, and what somebody else has added since', async () => {
    const collection = shelfOf(encryptor);
    const addition = collection.add(ID, BEFORE, LONG_MS);
    await addition.existing;
    await collection.set(ID, AFTER, LONG_MS);
    await addition.release();
    expect(await collection.get(ID)).toEqual(AFTER);
    await collection.remove(ID);
    await collection.add(ID, BEFORE, LONG_MS).existing;
    await addition.release();
    expect(await collection.get(ID)).toEqual(BEFORE);
  });

  test('takes back also what was written though nobody was told so', async () => {
    const consecutive429s: Store = {
      ...store,
      add: async (...asked) => {
        await store.add(...asked);
        throw new StoreUnavailable('not answered in time');
      },
    };
    const addition = new EncryptedCollection<Entry>(consecutive429s, encryptor, { kind: KIND }).add(
      ID,
      BEFORE,
      LONG_MS,
    );
    await expect(addition.existing).rejects.toThrow(StoreUnavailable);
    expect(await shelfOf(encryptor).get(ID)).toEqual(BEFORE);
    await addition.release();
    expect(await shelfOf(encryptor).get(ID)).toBeNull();
  });
});

describe('what can not be opened', () => {
  const inTheWay: [what: string, sealed: Uint8Array][] = [
    [
      'sealed by a key that is not in use',
      encryptorOf(randomDataKey()).encrypt({ kind: KIND, id: ID }, '{}'),
    ],
    ['sealed for another id', encryptor.encrypt({ kind: KIND, id: randomUUID() }, '{}')],
    ['no entry at all', bytes('something else')],
  ];

  test.each(inTheWay)('counts as not there: %s', async (_, sealed) => {
    await putInTheWay(sealed);
    expect(await shelfOf(encryptor).get(ID)).toBeNull();
  });

  test.each(inTheWay)(
    "is somebody else's where an entry is to be added, and is not written over: %s",
    async (_, sealed) => {
      await putInTheWay(sealed);
      const added = shelfOf(encryptor).add(ID, AFTER, LONG_MS).existing;
      await expect(added).rejects.toThrow(StoreUnavailable);
      await expect(added).rejects.toThrow(
        /^creation\.1: an entry that DATA_KEY does not open is in the way$/,
      );
      const [name = ''] = encryptor.storageKeys({ kind: KIND, id: ID });
      expect(textOf(await store.get(name))).toBe(textOf(sealed));
    },
  );

  test('can be written over on purpose', async () => {
    await putInTheWay(bytes('something else'));
    await shelfOf(encryptor).set(ID, AFTER, LONG_MS);
    expect(await shelfOf(encryptor).get(ID)).toEqual(AFTER);
  });
});

describe('while the data key is changed', () => {
  const old = randomDataKey();
  const renewed = randomDataKey();
  const before = encryptorOf(old);
  const after = encryptorOf(renewed);
  const newOld = encryptorOf(renewed, old);
  const oldNew = encryptorOf(old, renewed);

  /** Who adds, and who then has to know of it. */
  const successions: [who: string, first: Encryptor, next: Encryptor][] = [
    ['old, then new,old', before, newOld],
    ['old, then old,new', before, oldNew],
    ['old,new, then old', oldNew, before],
    ['old,new, then new,old', oldNew, newOld],
    ['new,old, then old,new', newOld, oldNew],
    ['new,old, then new', newOld, after],
    ['new, then new,old', after, newOld],
  ];

  test.each(successions)('what was added is found, and never added again: %s', async (_, first, next) => {
    expect(await shelfOf(first).add(ID, BEFORE, LONG_MS).existing).toBeNull();
    expect(await shelfOf(next).get(ID)).toEqual(BEFORE);
    expect(await shelfOf(next).add(ID, AFTER, LONG_MS).existing).toEqual(BEFORE);
    expect(await shelfOf(first).get(ID)).toEqual(BEFORE);
  });

  test.each(successions)('what one has finished is finished for the other: %s', async (_, first, next) => {
    await shelfOf(first).add(ID, BEFORE, LONG_MS).existing;
    await shelfOf(next).set(ID, AFTER, LONG_MS);
    expect(await shelfOf(next).get(ID)).toEqual(AFTER);
    expect(await shelfOf(next).add(ID, BEFORE, LONG_MS).existing).toEqual(AFTER);
  });

  test.each(successions)('what one removes can be added by the other: %s', async (_, first, next) => {
    await shelfOf(first).add(ID, BEFORE, LONG_MS).existing;
    await shelfOf(first).remove(ID);
    expect(await shelfOf(next).get(ID)).toBeNull();
    expect(await shelfOf(next).add(ID, AFTER, LONG_MS).existing).toBeNull();
  });

  test('nothing that a replica with both keys has added is added again by one that has only the old key', async () => {
    await shelfOf(newOld).add(ID, BEFORE, LONG_MS).existing;
    await expect(shelfOf(before).add(ID, AFTER, LONG_MS).existing).rejects.toThrow(StoreUnavailable);
    expect(await shelfOf(newOld).get(ID)).toEqual(BEFORE);
  });

  test('one of many replicas with different keys wins, and nobody else', async () => {
    const replicas = [newOld, oldNew, newOld, oldNew, newOld].map((one) => shelfOf(one));
    const answers = await Promise.all(
      replicas.map((collection, n) => collection.add(ID, { state: `by ${n}` }, LONG_MS).existing),
    );
    const winner = answers.indexOf(null);
    expect(answers.map((answer) => answer?.state ?? null)).toEqual(
      answers.map((_, n) => (n === winner ? null : `by ${winner}`)),
    );
  });
});
