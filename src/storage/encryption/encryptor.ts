import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';

/** What an entry is of: `kind` is a word of ours, `id` whatever names it, which may be personal. */
export type EntryLabel = { kind: string; id: string };

/** Seals what is kept, and names it without giving away of what it is. */
export type Encryptor = {
  /** The ids of the data keys in use, that of the one which seals first. */
  keyIds: readonly [string, ...string[]];
  /** The names of an entry, one for each data key in use, the current one's first. */
  storageKeys(label: EntryLabel): readonly string[];
  /** Seals text to its label: under another one it does not open. */
  encrypt(label: EntryLabel, text: string): Uint8Array;
  /** The text again; `null` where it was sealed by a key that is not in use, for another label, or was touched. */
  decrypt(label: EntryLabel, sealed: Uint8Array): string | null;
  /** Something that tells texts apart and from which no text can be had. */
  fingerprint(text: string): string;
  /** Whether a fingerprint is that of a text; `false` also where it was made by a key that is not in use. */
  matches(fingerprint: string, text: string): boolean;
};

/** How long a data key is, in bytes: AES-256. */
export const DATA_KEY_BYTES = 32;

const CIPHER = 'aes-256-gcm';
/** The first byte of what is sealed: another layout will bear another number. */
const LAYOUT = 1;
const KEY_ID_BYTES = 4;
/** What AES-GCM is made for (NIST SP 800-38D, 5.2.1.1 and 5.2.1.2). */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + KEY_ID_BYTES;

/** Key objects, because Node makes one out of bytes each time they are used, which takes longer than the use. */
type Keys = { id: string; seal: KeyObject; name: KeyObject; fingerprint: KeyObject };

/** Keys for one use each, so that what is learned of one says nothing of another. */
function derive(dataKey: Uint8Array, scope: string): Keys {
  const bytes = (use: string): Buffer =>
    Buffer.from(hkdfSync('sha256', dataKey, scope, `identity-subgraph ${use}`, 32));
  const key = (use: string): KeyObject => createSecretKey(bytes(use));
  const id = createHash('sha256').update(bytes('id')).digest().subarray(0, KEY_ID_BYTES);
  return { id: id.toString('hex'), seal: key('seal'), name: key('name'), fingerprint: key('fingerprint') };
}

function hmac(key: KeyObject, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** What is sealed to a label opens with no other (additional data of AES-GCM). */
function bound({ kind, id }: EntryLabel): Buffer {
  return Buffer.from(`${kind}:${id}`);
}

/**
 * A vault of one tenant. `dataKeys` has the key that seals first, then those that only open what was sealed before;
 * `scope` names the environment and the tenant, so that two that share a store never see each other's entries.
 */
export function createEncryptor(dataKeys: readonly [Uint8Array, ...Uint8Array[]], scope: string): Encryptor {
  const all = dataKeys.map((dataKey) => derive(dataKey, scope));
  const current = derive(dataKeys[0], scope);
  const head = Buffer.concat([Buffer.from([LAYOUT]), Buffer.from(current.id, 'hex')]);
  const byId = new Map(all.map((keys) => [keys.id, keys]));

  return {
    keyIds: [current.id, ...all.slice(1).map(({ id }) => id)],

    storageKeys: ({ kind, id }) =>
      all.map(({ name }) => `${kind}:${hmac(name, `${kind}:${id}`).toString('base64url')}`),

    encrypt(label, text) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, current.seal, nonce).setAAD(bound(label));
      const body = [cipher.update(text, 'utf8'), cipher.final()];
      return Buffer.concat([head, nonce, cipher.getAuthTag(), ...body]);
    },

    decrypt(label, sealed) {
      const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
      const keys = byId.get(bytes.subarray(1, HEAD_BYTES).toString('hex'));
      const bodyAt = HEAD_BYTES + NONCE_BYTES + TAG_BYTES;
      if (bytes[0] !== LAYOUT || keys === undefined || bytes.length < bodyAt) return null;
      const nonce = bytes.subarray(HEAD_BYTES, HEAD_BYTES + NONCE_BYTES);
      const tag = bytes.subarray(HEAD_BYTES + NONCE_BYTES, bodyAt);
      try {
        const decipher = createDecipheriv(CIPHER, keys.seal, nonce, { authTagLength: TAG_BYTES })
          .setAAD(bound(label))
          .setAuthTag(tag);
        return decipher.update(bytes.subarray(bodyAt), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        return null;
      }
    },

    fingerprint: (text) => `${current.id}.${hmac(current.fingerprint, text).toString('base64url')}`,

    matches(fingerprint, text) {
      const [keyId = '', digest = ''] = fingerprint.split('.');
      const keys = byId.get(keyId);
      if (keys === undefined) return false;
      const [one, other] = [Buffer.from(digest, 'base64url'), hmac(keys.fingerprint, text)];
      return one.length === other.length && timingSafeEqual(one, other);
    },
  };
}
