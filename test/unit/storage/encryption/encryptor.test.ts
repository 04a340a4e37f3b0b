import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomDataKey } from '../../../../src/storage/encryption/data-key.ts';
import { Encryptor, type EntryLabel } from '../../../../src/storage/encryption/encryptor.ts';

const CPF = '12345678909';
const SCOPE = 'production 7a9b';

/** Any text without lone surrogates, which have no bytes. */
const anyText = fc.string({ unit: 'grapheme' });
const kind = fc.constantFrom('creation.1', 'process.1', 'personal.1');
const label = fc.record<EntryLabel>({ kind, id: anyText });

const dataKey = randomDataKey();
const encryptor = new Encryptor([dataKey], SCOPE);
const LABEL: EntryLabel = { kind: 'personal.1', id: CPF };

/** Whether bytes contain a secret, as text, in hexadecimal or in base64. */
function reveals(bytes: Uint8Array | string, secret: string): boolean {
  const text = Buffer.from(bytes).toString('latin1');
  const forms = (['latin1', 'hex', 'base64', 'base64url'] as const).map((form) =>
    Buffer.from(secret).toString(form).replace(/=+$/, ''),
  );
  return forms.some((form) => text.includes(form));
}

describe('Encryptor.encrypt and decrypt', () => {
  test('any text is decrypted to itself', () => {
    fc.assert(
      fc.property(label, anyText, (its, text) => {
        expect(encryptor.decrypt(its, encryptor.encrypt(its, text))).toBe(text);
      }),
    );
  });

  test('data is decrypted also where it is part of a larger buffer', () => {
    const encrypted = encryptor.encrypt(LABEL, 'text');
    const larger = Buffer.concat([Buffer.alloc(7), encrypted, Buffer.alloc(7)]);
    expect(encryptor.decrypt(LABEL, larger.subarray(7, 7 + encrypted.length))).toBe('text');
    expect(encryptor.decrypt(LABEL, new Uint8Array(encrypted))).toBe('text');
  });

  test('data is not decrypted under another label', () => {
    fc.assert(
      fc.property(label, label, anyText, (its, other, text) => {
        fc.pre(its.kind !== other.kind || its.id !== other.id);
        expect(encryptor.decrypt(other, encryptor.encrypt(its, text))).toBeNull();
      }),
    );
  });

  test('data is not decrypted once a single bit was changed', () => {
    const encrypted = Buffer.from(encryptor.encrypt(LABEL, 'text'));
    for (let bit = 0; bit < 8 * encrypted.length; bit += 1) {
      const changed = Buffer.from(encrypted);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect([bit, encryptor.decrypt(LABEL, changed)]).toEqual([bit, null]);
    }
  });

  test('data is not decrypted once it was cut or extended', () => {
    const encrypted = encryptor.encrypt(LABEL, 'text');
    for (let length = 0; length < encrypted.length; length += 1) {
      expect(encryptor.decrypt(LABEL, encrypted.subarray(0, length))).toBeNull();
      expect(encryptor.decrypt(LABEL, encrypted.subarray(encrypted.length - length))).toBeNull();
    }
    expect(encryptor.decrypt(LABEL, Buffer.concat([encrypted, Buffer.alloc(1)]))).toBeNull();
  });

  test('arbitrary bytes are not decrypted', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (any) => {
        expect(encryptor.decrypt(LABEL, any)).toBeNull();
      }),
    );
  });

  test.each([
    ['another environment or tenant', new Encryptor([dataKey], 'uat 7a9b')],
    ['another data key', new Encryptor([randomDataKey()], SCOPE)],
  ])('data is not decrypted with %s', (_, other) => {
    expect(other.decrypt(LABEL, encryptor.encrypt(LABEL, 'text'))).toBeNull();
  });

  test('encrypted data differs each time, and reveals nothing but its length', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6 }), fc.string({ minLength: 6 }), (id, text) => {
        const its = { kind: 'personal.1', id };
        const [one, other] = [encryptor.encrypt(its, text), encryptor.encrypt(its, text)];
        expect(Buffer.compare(one, other)).not.toBe(0);
        expect(one).toHaveLength(other.length);
        for (const secret of [id, text]) expect(reveals(one, secret)).toBe(false);
      }),
    );
  });
});

describe('Encryptor.storageKeys', () => {
  test('storage keys are the same each time, and differ for different labels', () => {
    fc.assert(
      fc.property(label, label, (one, other) => {
        const same = one.kind === other.kind && one.id === other.id;
        expect(new Encryptor([dataKey], SCOPE).storageKeys(one)).toEqual(encryptor.storageKeys(one));
        expect(encryptor.storageKeys(one)[0] === encryptor.storageKeys(other)[0]).toBe(same);
      }),
    );
  });

  test('storage keys name the kind of an entry, and reveal nothing of its id', () => {
    const [key = ''] = encryptor.storageKeys(LABEL);
    expect(key).toMatch(/^personal\.1:[\w-]{43}$/);
    fc.assert(
      fc.property(fc.string({ minLength: 4 }), (id) => {
        // Base64 may contain any few characters by chance, so only ids of some length.
        const [its = ''] = encryptor.storageKeys({ kind: 'x', id });
        expect(reveals(its, id)).toBe(false);
      }),
    );
  });

  test.each([
    ['another environment or tenant', new Encryptor([dataKey], 'uat 7a9b')],
    ['another data key', new Encryptor([randomDataKey()], SCOPE)],
  ])('storage keys differ with %s', (_, other) => {
    expect(other.storageKeys(LABEL)).toHaveLength(1);
    expect(other.storageKeys(LABEL)).not.toEqual(encryptor.storageKeys(LABEL));
  });
});

describe('Encryptor.fingerprint and matches', () => {
  test('a fingerprint matches its own text and no other', () => {
    fc.assert(
      fc.property(anyText, anyText, (text, other) => {
        const fingerprint = encryptor.fingerprint(text);
        expect(encryptor.matches(fingerprint, text)).toBe(true);
        expect(encryptor.matches(fingerprint, other)).toBe(text === other);
        expect(encryptor.fingerprint(text)).toBe(fingerprint);
      }),
    );
  });

  test('text that is not a fingerprint matches nothing', () => {
    const fingerprint = encryptor.fingerprint(CPF);
    const [keyId = '', digest = ''] = fingerprint.split('.');
    const none = [
      '',
      '.',
      keyId,
      `${keyId}.`,
      digest,
      `.${digest}`,
      `${keyId}.${digest.slice(1)}`,
      `${digest}.${keyId}`,
    ];
    for (const text of none) expect([text, encryptor.matches(text, CPF)]).toEqual([text, false]);
    fc.assert(
      fc.property(anyText, (any) => {
        expect(encryptor.matches(any, CPF)).toBe(false);
      }),
    );
  });

  test('a fingerprint reveals nothing of its text, and a guess cannot be tested without the key', () => {
    const all = [encryptor, new Encryptor([dataKey], 'uat 7a9b'), new Encryptor([randomDataKey()], SCOPE)];
    const fingerprints = all.map((one) => one.fingerprint(CPF));
    expect(new Set(fingerprints.map((fingerprint) => fingerprint.split('.')[1])).size).toBe(all.length);
    for (const fingerprint of fingerprints) expect(reveals(fingerprint, CPF)).toBe(false);
    for (const other of all.slice(1)) expect(other.matches(encryptor.fingerprint(CPF), CPF)).toBe(false);
  });

  test('a fingerprint does not help to find an entry with that text as its id', () => {
    const [key = ''] = encryptor.storageKeys({ kind: 'x', id: CPF });
    const [, digest = ''] = encryptor.fingerprint(`x:${CPF}`).split('.');
    expect(key).not.toContain(digest);
  });
});

describe('Encryptor with several data keys', () => {
  const old = randomDataKey();
  const renewed = randomDataKey();
  const before = new Encryptor([old], SCOPE);
  /** The encryptors that a replica may have during a rotation of the data key. */
  const both: [order: string, encryptor: Encryptor][] = [
    ['new,old', new Encryptor([renewed, old], SCOPE)],
    ['old,new', new Encryptor([old, renewed], SCOPE)],
  ];
  const after = new Encryptor([renewed], SCOPE);

  test.each(both)(
    'entries from before and after a rotation are found and decrypted with both data keys: %s',
    (_, during) => {
      for (const other of [before, after, ...both.map(([, one]) => one)]) {
        expect(during.decrypt(LABEL, other.encrypt(LABEL, 'text'))).toBe('text');
        expect(during.matches(other.fingerprint(CPF), CPF)).toBe(true);
        expect(during.storageKeys(LABEL)).toEqual(expect.arrayContaining([...other.storageKeys(LABEL)]));
      }
    },
  );

  test.each(both)('only the first data key encrypts: %s', (order, during) => {
    const first = order === 'new,old' ? after : before;
    const second = order === 'new,old' ? before : after;
    expect(first.decrypt(LABEL, during.encrypt(LABEL, 'text'))).toBe('text');
    expect(second.decrypt(LABEL, during.encrypt(LABEL, 'text'))).toBeNull();
    expect(during.fingerprint(CPF)).toBe(first.fingerprint(CPF));
    expect(during.storageKeys(LABEL)[0]).toBe(first.storageKeys(LABEL)[0]);
  });

  test('entries of the old data key are neither found nor decrypted once it is removed', () => {
    expect(after.decrypt(LABEL, before.encrypt(LABEL, 'text'))).toBeNull();
    expect(after.matches(before.fingerprint(CPF), CPF)).toBe(false);
    expect(after.storageKeys(LABEL)).not.toEqual(before.storageKeys(LABEL));
  });

  test('three data keys may be given in any order', () => {
    const keys = [randomDataKey(), randomDataKey(), randomDataKey()] as const;
    const [a, b, c] = keys;
    const alone = keys.map((one) => new Encryptor([one], SCOPE));
    for (const order of [
      [a, b, c],
      [b, c, a],
      [c, a, b],
      [c, b, a],
      [a, c, b],
      [b, a, c],
    ] as const) {
      const all = new Encryptor(order, SCOPE);
      expect(all.storageKeys(LABEL).toSorted()).toEqual(
        alone.flatMap((one) => one.storageKeys(LABEL)).toSorted(),
      );
      for (const one of alone) expect(all.decrypt(LABEL, one.encrypt(LABEL, 'text'))).toBe('text');
    }
  });
});
