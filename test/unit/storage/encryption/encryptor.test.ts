import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomDataKey } from '../../../../src/storage/encryption/data-key.ts';
import { createVault, type Label, type Vault } from '../../../../src/storage/encryption/encryptor.ts';

const CPF = '12345678909';
const SCOPE = 'production 7a9b';

/** Any text that is text: what has half a character has no bytes. */
const anyText = fc.string({ unit: 'grapheme' });
/** A word of ours. */
const kind = fc.constantFrom('creation.1', 'process.1', 'personal.1');
const label = fc.record<Label>({ kind, id: anyText });

const key = randomDataKey();
const vault = createVault([key], SCOPE);
const LABEL: Label = { kind: 'personal.1', id: CPF };

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
        expect(vault.open(its, vault.seal(its, text))).toBe(text);
      }),
    );
  });

  test('opens also where it is part of a larger buffer', () => {
    const sealed = vault.seal(LABEL, 'text');
    const larger = Buffer.concat([Buffer.alloc(7), sealed, Buffer.alloc(7)]);
    expect(vault.open(LABEL, larger.subarray(7, 7 + sealed.length))).toBe('text');
    expect(vault.open(LABEL, new Uint8Array(sealed))).toBe('text');
  });

  test('opens for nothing else than what it is of', () => {
    fc.assert(
      fc.property(label, label, anyText, (its, other, text) => {
        fc.pre(its.kind !== other.kind || its.id !== other.id);
        expect(vault.open(other, vault.seal(its, text))).toBeNull();
      }),
    );
  });

  test('opens no more once a single bit of it was changed', () => {
    const sealed = Buffer.from(vault.seal(LABEL, 'text'));
    for (let bit = 0; bit < 8 * sealed.length; bit += 1) {
      const touched = Buffer.from(sealed);
      touched.writeUInt8(touched.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect([bit, vault.open(LABEL, touched)]).toEqual([bit, null]);
    }
  });

  test('opens no more once it was cut, or something was put to it', () => {
    const sealed = vault.seal(LABEL, 'text');
    for (let length = 0; length < sealed.length; length += 1) {
      expect(vault.open(LABEL, sealed.subarray(0, length))).toBeNull();
      expect(vault.open(LABEL, sealed.subarray(sealed.length - length))).toBeNull();
    }
    expect(vault.open(LABEL, Buffer.concat([sealed, Buffer.alloc(1)]))).toBeNull();
  });

  test('does not open where it is something else altogether', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (any) => {
        expect(vault.open(LABEL, any)).toBeNull();
      }),
    );
  });

  test.each([
    ['another environment or tenant', createVault([key], 'uat 7a9b')],
    ['another data key', createVault([randomDataKey()], SCOPE)],
  ])('does not open for %s', (_, other) => {
    expect(other.open(LABEL, vault.seal(LABEL, 'text'))).toBeNull();
  });

  test('looks different each time, and gives away nothing but its length', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6 }), fc.string({ minLength: 6 }), (id, text) => {
        const its = { kind: 'personal.1', id };
        const [one, other] = [vault.seal(its, text), vault.seal(its, text)];
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
        expect(createVault([key], SCOPE).names(one)).toEqual(vault.names(one));
        expect(vault.names(one)[0] === vault.names(other)[0]).toBe(same);
      }),
    );
  });

  test('say what kind of entry it is, and nothing of its id', () => {
    const [name = ''] = vault.names(LABEL);
    expect(name).toMatch(/^personal\.1:[\w-]{43}$/);
    fc.assert(
      fc.property(fc.string({ minLength: 4 }), (id) => {
        // Base64 may have any few letters by chance, so only what comes after the kind, and only longer ids.
        const [its = ''] = vault.names({ kind: 'x', id });
        expect(tells(its, id)).toBe(false);
      }),
    );
  });

  test.each([
    ['in other environments and tenants', createVault([key], 'uat 7a9b')],
    ['with another data key', createVault([randomDataKey()], SCOPE)],
  ])('are others %s', (_, other) => {
    expect(other.names(LABEL)).toHaveLength(1);
    expect(other.names(LABEL)).not.toEqual(vault.names(LABEL));
  });
});

describe('fingerprints', () => {
  test('match the text they are of, and no other', () => {
    fc.assert(
      fc.property(anyText, anyText, (text, other) => {
        const fingerprint = vault.fingerprint(text);
        expect(vault.matches(fingerprint, text)).toBe(true);
        expect(vault.matches(fingerprint, other)).toBe(text === other);
        expect(vault.fingerprint(text)).toBe(fingerprint);
      }),
    );
  });

  test('match nothing where they are none', () => {
    const fingerprint = vault.fingerprint(CPF);
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
    for (const text of none) expect([text, vault.matches(text, CPF)]).toEqual([text, false]);
    fc.assert(
      fc.property(anyText, (any) => {
        expect(vault.matches(any, CPF)).toBe(false);
      }),
    );
  });

  test('tell nothing of the text, and can not be told from by guessing without the key', () => {
    const all = [vault, createVault([key], 'uat 7a9b'), createVault([randomDataKey()], SCOPE)];
    const fingerprints = all.map((one) => one.fingerprint(CPF));
    expect(new Set(fingerprints.map((fingerprint) => fingerprint.split('.')[1])).size).toBe(all.length);
    for (const fingerprint of fingerprints) expect(tells(fingerprint, CPF)).toBe(false);
    for (const other of all.slice(1)) expect(other.matches(vault.fingerprint(CPF), CPF)).toBe(false);
  });

  test('are of no use to find or open an entry of that text', () => {
    const [name = ''] = vault.names({ kind: 'x', id: CPF });
    const [, digest = ''] = vault.fingerprint(`x:${CPF}`).split('.');
    expect(name).not.toContain(digest);
  });
});

describe('a data key that is being changed', () => {
  const old = randomDataKey();
  const renewed = randomDataKey();
  const before = createVault([old], SCOPE);
  /** Every vault that a replica may have while the keys are changed. */
  const both: [order: string, vault: Vault][] = [
    ['new,old', createVault([renewed, old], SCOPE)],
    ['old,new', createVault([old, renewed], SCOPE)],
  ];
  const after = createVault([renewed], SCOPE);

  test.each(both)('opens and finds what was kept before, and what is kept after: %s', (_, during) => {
    for (const other of [before, after, ...both.map(([, one]) => one)]) {
      expect(during.open(LABEL, other.seal(LABEL, 'text'))).toBe('text');
      expect(during.matches(other.fingerprint(CPF), CPF)).toBe(true);
      expect(during.names(LABEL)).toEqual(expect.arrayContaining([...other.names(LABEL)]));
    }
  });

  test.each(both)('seals with its first key only: %s', (order, during) => {
    const first = order === 'new,old' ? after : before;
    const second = order === 'new,old' ? before : after;
    expect(first.open(LABEL, during.seal(LABEL, 'text'))).toBe('text');
    expect(second.open(LABEL, during.seal(LABEL, 'text'))).toBeNull();
    expect(during.fingerprint(CPF)).toBe(first.fingerprint(CPF));
    expect(during.names(LABEL)[0]).toBe(first.names(LABEL)[0]);
  });

  test('opens nothing of the old key once that is gone', () => {
    expect(after.open(LABEL, before.seal(LABEL, 'text'))).toBeNull();
    expect(after.matches(before.fingerprint(CPF), CPF)).toBe(false);
    expect(after.names(LABEL)).not.toEqual(before.names(LABEL));
  });

  test('may be one of three, in any order', () => {
    const keys = [randomDataKey(), randomDataKey(), randomDataKey()] as const;
    const [a, b, c] = keys;
    const alone = keys.map((one) => createVault([one], SCOPE));
    for (const order of [
      [a, b, c],
      [b, c, a],
      [c, a, b],
      [c, b, a],
      [a, c, b],
      [b, a, c],
    ] as const) {
      const all = createVault(order, SCOPE);
      expect(all.names(LABEL).toSorted()).toEqual(alone.flatMap((one) => one.names(LABEL)).toSorted());
      for (const one of alone) expect(all.open(LABEL, one.seal(LABEL, 'text'))).toBe('text');
    }
  });
});
