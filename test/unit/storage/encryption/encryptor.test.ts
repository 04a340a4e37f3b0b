import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomDataKey } from '../../../../src/storage/encryption/data-key.ts';
import { Encryptor, type EntryLabel } from '../../../../src/storage/encryption/encryptor.ts';

const CPF = '12345678909';
const SCOPE = 'production 7a9b';

/** Any text that is text: what has half a character has no bytes. */
const anyText = fc.string({ unit: 'grapheme' });
/** A word of ours. */
const kind = fc.constantFrom('creation.1', 'process.1', 'personal.1');
const label = fc.record<EntryLabel>({ kind, id: anyText });

const key = randomDataKey();
const encryptor = new Encryptor([key], SCOPE);
const LABEL: EntryLabel = { kind: 'personal.1', id: CPF };

/** Whether one of these, as text or in base64, is in some bytes. */
function tells(bytes: Uint8Array | string, secret: string): boolean {
  const text = Buffer.from(bytes).toString('latin1');
  const forms = (['latin1', 'hex', 'base64', 'base64url'] as const).map((form) =>
    Buffer.from(secret).toString(form).replace(/=+$/, ''),
  );
  return forms.some((form) => text.includes(form));
}

describe('what is sealed', () => {
  test('opens again, whatever it is', () => {
    fc.assert(
      fc.property(label, anyText, (its, text) => {
        expect(encryptor.decrypt(its, encryptor.encrypt(its, text))).toBe(text);
      }),
    );
  });

  test('opens also where it is part of a larger buffer', () => {
    const sealed = encryptor.encrypt(LABEL, 'text');
    const larger = Buffer.concat([Buffer.alloc(7), sealed, Buffer.alloc(7)]);
    expect(encryptor.decrypt(LABEL, larger.subarray(7, 7 + sealed.length))).toBe('text');
    expect(encryptor.decrypt(LABEL, new Uint8Array(sealed))).toBe('text');
  });

  test('opens for nothing else than what it is of', () => {
    fc.assert(
      fc.property(label, label, anyText, (its, other, text) => {
        fc.pre(its.kind !== other.kind || its.id !== other.id);
        expect(encryptor.decrypt(other, encryptor.encrypt(its, text))).toBeNull();
      }),
    );
  });

  test('opens no more once a single bit of it was changed', () => {
    const sealed = Buffer.from(encryptor.encrypt(LABEL, 'text'));
    for (let bit = 0; bit < 8 * sealed.length; bit += 1) {
      const touched = Buffer.from(sealed);
      touched.writeUInt8(touched.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect([bit, encryptor.decrypt(LABEL, touched)]).toEqual([bit, null]);
    }
  });

  test('opens no more once it was cut, or something was put to it', () => {
    const sealed = encryptor.encrypt(LABEL, 'text');
    for (let length = 0; length < sealed.length; length += 1) {
      expect(encryptor.decrypt(LABEL, sealed.subarray(0, length))).toBeNull();
      expect(encryptor.decrypt(LABEL, sealed.subarray(sealed.length - length))).toBeNull();
    }
    expect(encryptor.decrypt(LABEL, Buffer.concat([sealed, Buffer.alloc(1)]))).toBeNull();
  });

  test('does not open where it is something else altogether', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (any) => {
        expect(encryptor.decrypt(LABEL, any)).toBeNull();
      }),
    );
  });

  test.each([
    ['another environment or tenant', new Encryptor([key], 'uat 7a9b')],
    ['another data key', new Encryptor([randomDataKey()], SCOPE)],
  ])('does not open for %s', (_, other) => {
    expect(other.decrypt(LABEL, encryptor.encrypt(LABEL, 'text'))).toBeNull();
  });

  test('looks different each time, and gives away nothing but its length', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6 }), fc.string({ minLength: 6 }), (id, text) => {
        const its = { kind: 'personal.1', id };
        const [one, other] = [encryptor.encrypt(its, text), encryptor.encrypt(its, text)];
        expect(Buffer.compare(one, other)).not.toBe(0);
        expect(one).toHaveLength(other.length);
        for (const secret of [id, text]) expect(tells(one, secret)).toBe(false);
      }),
    );
  });
});

describe('names', () => {
  test('are the same each time, and tell apart whatever differs', () => {
    fc.assert(
      fc.property(label, label, (one, other) => {
        const same = one.kind === other.kind && one.id === other.id;
        expect(new Encryptor([key], SCOPE).storageKeys(one)).toEqual(encryptor.storageKeys(one));
        expect(encryptor.storageKeys(one)[0] === encryptor.storageKeys(other)[0]).toBe(same);
      }),
    );
  });

  test('say what kind of entry it is, and nothing of its id', () => {
    const [name = ''] = encryptor.storageKeys(LABEL);
    expect(name).toMatch(/^personal\.1:[\w-]{43}$/);
    fc.assert(
      fc.property(fc.string({ minLength: 4 }), (id) => {
        // Base64 may have any few letters by chance, so only what comes after the kind, and only longer ids.
        const [its = ''] = encryptor.storageKeys({ kind: 'x', id });
        expect(tells(its, id)).toBe(false);
      }),
    );
  });

  test.each([
    ['in other environments and tenants', new Encryptor([key], 'uat 7a9b')],
    ['with another data key', new Encryptor([randomDataKey()], SCOPE)],
  ])('are others %s', (_, other) => {
    expect(other.storageKeys(LABEL)).toHaveLength(1);
    expect(other.storageKeys(LABEL)).not.toEqual(encryptor.storageKeys(LABEL));
  });
});

describe('fingerprints', () => {
  test('match the text they are of, and no other', () => {
    fc.assert(
      fc.property(anyText, anyText, (text, other) => {
        const fingerprint = encryptor.fingerprint(text);
        expect(encryptor.matches(fingerprint, text)).toBe(true);
        expect(encryptor.matches(fingerprint, other)).toBe(text === other);
        expect(encryptor.fingerprint(text)).toBe(fingerprint);
      }),
    );
  });

  test('match nothing where they are none', () => {
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

  test('tell nothing of the text, and can not be told from by guessing without the key', () => {
    const all = [encryptor, new Encryptor([key], 'uat 7a9b'), new Encryptor([randomDataKey()], SCOPE)];
    const fingerprints = all.map((one) => one.fingerprint(CPF));
    expect(new Set(fingerprints.map((fingerprint) => fingerprint.split('.')[1])).size).toBe(all.length);
    for (const fingerprint of fingerprints) expect(tells(fingerprint, CPF)).toBe(false);
    for (const other of all.slice(1)) expect(other.matches(encryptor.fingerprint(CPF), CPF)).toBe(false);
  });

  test('are of no use to find or open an entry of that text', () => {
    const [name = ''] = encryptor.storageKeys({ kind: 'x', id: CPF });
    const [, digest = ''] = encryptor.fingerprint(`x:${CPF}`).split('.');
    expect(name).not.toContain(digest);
  });
});

describe('a data key that is being changed', () => {
  const old = randomDataKey();
  const renewed = randomDataKey();
  const before = new Encryptor([old], SCOPE);
  /** Every vault that a replica may have while the keys are changed. */
  const both: [order: string, encryptor: Encryptor][] = [
    ['new,old', new Encryptor([renewed, old], SCOPE)],
    ['old,new', new Encryptor([old, renewed], SCOPE)],
  ];
  const after = new Encryptor([renewed], SCOPE);

  test.each(both)('opens and finds what was kept before, and what is kept after: %s', (_, during) => {
    for (const other of [before, after, ...both.map(([, one]) => one)]) {
      expect(during.decrypt(LABEL, other.encrypt(LABEL, 'text'))).toBe('text');
      expect(during.matches(other.fingerprint(CPF), CPF)).toBe(true);
      expect(during.storageKeys(LABEL)).toEqual(expect.arrayContaining([...other.storageKeys(LABEL)]));
    }
  });

  test.each(both)('seals with its first key only: %s', (order, during) => {
    const first = order === 'new,old' ? after : before;
    const second = order === 'new,old' ? before : after;
    expect(first.decrypt(LABEL, during.encrypt(LABEL, 'text'))).toBe('text');
    expect(second.decrypt(LABEL, during.encrypt(LABEL, 'text'))).toBeNull();
    expect(during.fingerprint(CPF)).toBe(first.fingerprint(CPF));
    expect(during.storageKeys(LABEL)[0]).toBe(first.storageKeys(LABEL)[0]);
  });

  test('opens nothing of the old key once that is gone', () => {
    expect(after.decrypt(LABEL, before.encrypt(LABEL, 'text'))).toBeNull();
    expect(after.matches(before.fingerprint(CPF), CPF)).toBe(false);
    expect(after.storageKeys(LABEL)).not.toEqual(before.storageKeys(LABEL));
  });

  test('may be one of three, in any order', () => {
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
