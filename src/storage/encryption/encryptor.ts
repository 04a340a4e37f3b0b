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

/** Identifies an entry: `kind` is a name from this code, `id` any text, which may be personal data. */
export type EntryLabel = { kind: string; id: string };

/** The length of a data key in bytes: AES-256. */
export const DATA_KEY_BYTES = 32;

const CIPHER = 'aes-256-gcm';
/** The first byte of encrypted data. Another layout needs another number. */
const LAYOUT = 1;
const KEY_ID_BYTES = 4;
/** The lengths that AES-GCM is designed for (NIST SP 800-38D, 5.2.1.1 and 5.2.1.2). */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + KEY_ID_BYTES;
const BODY_OFFSET = HEADER_BYTES + NONCE_BYTES + TAG_BYTES;

/**
 * The keys derived from a data key. They are key objects, because Node creates one from bytes at each use, which takes
 * longer than the use.
 */
type DerivedKeys = { id: string; encryption: KeyObject; storageKey: KeyObject; fingerprint: KeyObject };

/**
 * Derives a key for each purpose: a leaked one reveals nothing of the others. The labels are part of the store format.
 */
function deriveKeys(dataKey: Uint8Array, scope: string): DerivedKeys {
  const derive = (label: string): Buffer =>
    Buffer.from(hkdfSync('sha256', dataKey, scope, `identity-subgraph ${label}`, 32));
  const id = createHash('sha256').update(derive('id')).digest().subarray(0, KEY_ID_BYTES);
  return {
    id: id.toString('hex'),
    encryption: createSecretKey(derive('seal')),
    storageKey: createSecretKey(derive('name')),
    fingerprint: createSecretKey(derive('fingerprint')),
  };
}

function hmac(key: KeyObject, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** The additional data of AES-GCM: data that was encrypted under one label does not decrypt under another. */
function additionalData({ kind, id }: EntryLabel): Buffer {
  return Buffer.from(`${kind}:${id}`);
}

/** Encrypts the entries of one tenant, and computes their storage keys, which reveal nothing of the id. */
export class Encryptor {
  /** The ids of the data keys; the first is the one that encrypts. */
  readonly keyIds: readonly [string, ...string[]];
  readonly #keys: readonly DerivedKeys[];
  readonly #current: DerivedKeys;
  readonly #byId: ReadonlyMap<string, DerivedKeys>;
  readonly #header: Buffer;

  /**
   * `dataKeys` are `DATA_KEY_BYTES` long: the first one encrypts, the others only decrypt older data. `scope` names
   * environment and tenant: two of them that share a store cannot read each other's entries.
   */
  constructor(dataKeys: readonly [Uint8Array, ...Uint8Array[]], scope: string) {
    this.#current = deriveKeys(dataKeys[0], scope);
    const older = dataKeys.slice(1).map((dataKey) => deriveKeys(dataKey, scope));
    this.#keys = [this.#current, ...older];
    this.#byId = new Map(this.#keys.map((keys) => [keys.id, keys]));
    this.#header = Buffer.concat([Buffer.from([LAYOUT]), Buffer.from(this.#current.id, 'hex')]);
    this.keyIds = [this.#current.id, ...older.map(({ id }) => id)];
  }

  /** The keys to store an entry under: one for each data key, that of the current one first. */
  storageKeys({ kind, id }: EntryLabel): readonly string[] {
    return this.#keys.map(
      ({ storageKey }) => `${kind}:${hmac(storageKey, `${kind}:${id}`).toString('base64url')}`,
    );
  }

  /** Encrypts text and binds it to its label: it does not decrypt under another one. */
  encrypt(label: EntryLabel, text: string): Uint8Array {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#current.encryption, nonce).setAAD(additionalData(label));
    const body = [cipher.update(text, 'utf8'), cipher.final()];
    return Buffer.concat([this.#header, nonce, cipher.getAuthTag(), ...body]);
  }

  /** The text; `null` where it was modified, or encrypted for another label or with a data key that is not in use. */
  decrypt(label: EntryLabel, encrypted: Uint8Array): string | null {
    const bytes = Buffer.from(encrypted.buffer, encrypted.byteOffset, encrypted.byteLength);
    const keys = this.#byId.get(bytes.subarray(1, HEADER_BYTES).toString('hex'));
    if (bytes[0] !== LAYOUT || keys === undefined || bytes.length < BODY_OFFSET) return null;
    const nonce = bytes.subarray(HEADER_BYTES, HEADER_BYTES + NONCE_BYTES);
    const tag = bytes.subarray(HEADER_BYTES + NONCE_BYTES, BODY_OFFSET);
    try {
      const decipher = createDecipheriv(CIPHER, keys.encryption, nonce, { authTagLength: TAG_BYTES })
        .setAAD(additionalData(label))
        .setAuthTag(tag);
      return decipher.update(bytes.subarray(BODY_OFFSET), undefined, 'utf8') + decipher.final('utf8');
    } catch {
      return null;
    }
  }

  /** A keyed digest of a text: equal texts can be recognised by it (`matches`), and it does not reveal the text. */
  fingerprint(text: string): string {
    return `${this.#current.id}.${hmac(this.#current.fingerprint, text).toString('base64url')}`;
  }

  /** Whether a fingerprint is that of the text; `false` also where its data key is not in use. */
  matches(fingerprint: string, text: string): boolean {
    const [keyId = '', digest = ''] = fingerprint.split('.');
    const keys = this.#byId.get(keyId);
    if (keys === undefined) return false;
    const [actual, expected] = [Buffer.from(digest, 'base64url'), hmac(keys.fingerprint, text)];
    return actual.length === expected.length && timingSafeEqual(actual, expected);
  }
}
