import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';

/** The age at which keys are renewed: a key that the issuer withdraws is trusted no longer than this. */
const MAX_AGE_MS = 10 * 60 * 1000;
/** How long keys are trusted that cannot be renewed, so that an outage of the issuer is no outage of this server. */
const MAX_STALE_MS = 60 * 60 * 1000;
/** The least time between two requests for keys. Any client can cause one, by a token of an unknown key. */
const COOL_DOWN_MS = 30_000;
/** The same while no keys are trusted: no token can be verified, and all waiting callers share one request. */
const COOL_DOWN_WITHOUT_KEYS_MS = 1_000;
/** The time of a request for keys, which are a few KB from a near host. Callers wait for them. */
const FETCH_TIMEOUT_MS = 2_000;
/** The largest key set, in bytes: some hundred keys. */
const MAX_BYTES = 256 * 1024;

/** No key is available to verify a token with. */
export class JwksUnavailable extends Error {
  override readonly name = 'JwksUnavailable';

  constructor(message = 'the keys of tokens are unavailable') {
    super(message);
  }
}

/** Called once with the reason when the keys become unavailable, and once with `null` when they are available again. */
export type JwksObserver = (fault: string | null) => void;

type VerificationKey = Awaited<ReturnType<JWTVerifyGetKey>>;

async function readBounded({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > MAX_BYTES) throw new JwksUnavailable(`more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

async function fetchKeys(url: string): Promise<JWTVerifyGetKey> {
  const response = await fetch(url, {
    headers: { accept: 'application/json, application/jwk-set+json' },
    // The operator configured this address, and trusts no other one.
    redirect: 'manual',
    signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
  });
  if (response.status !== 200) throw new JwksUnavailable(`status ${response.status}`);
  return createLocalJWKSet(JSON.parse(await readBounded(response)));
}

/** The reason for which the keys could not be fetched, without anything of the response. */
function reasonOf(error: unknown): string {
  if (error instanceof JwksUnavailable) return error.message;
  if (error instanceof SyntaxError || error instanceof errors.JOSEError) return 'no key set in the response';
  return error instanceof Error && error.name === 'TimeoutError' ? 'no response in time' : 'no connection';
}

/**
 * The public keys of a token issuer, with stale-if-error: keys that cannot be renewed are trusted for an hour. The
 * first request for keys is sent at once, so that a wrong address is reported before the first caller comes.
 *
 * jose's own `createRemoteJWKSet` fits neither rule: it rejects every token once its keys are stale and cannot be
 * renewed, and its cool-down counts from the last success, so that tokens of unknown keys would cause requests to an
 * issuer that is down.
 */
export class Jwks {
  readonly #url: string;
  readonly #observe: JwksObserver;
  /** Ages and waits count by the monotonic clock: a wall clock that is set back must not prolong or delay anything. */
  #keys: { find: JWTVerifyGetKey; fetchedAt: number } | null = null;
  #fault: string | null = null;
  #triedAt = -Infinity;
  #pending: Promise<void> | null = null;

  constructor(url: string, observe: JwksObserver = () => {}) {
    this.#url = url;
    this.#observe = observe;
    void this.#renew();
  }

  /**
   * Finds the key of a token for `jwtVerify`. Throws `JwksUnavailable` where no keys are trusted or a key is malformed,
   * and jose's own errors where the issuer has no such key.
   */
  async getKey(...token: Parameters<JWTVerifyGetKey>): Promise<VerificationKey> {
    if (this.#age() > MAX_AGE_MS) await this.#renew();
    try {
      return await this.#find(...token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await this.#renew();
      // The issuer may have published a new key that could not be fetched.
      if (this.#fault !== null) throw new JwksUnavailable();
      return this.#find(...token);
    }
  }

  #age(): number {
    return this.#keys === null ? Infinity : performance.now() - this.#keys.fetchedAt;
  }

  async #find(...token: Parameters<JWTVerifyGetKey>): Promise<VerificationKey> {
    if (this.#keys === null || this.#age() > MAX_STALE_MS) throw new JwksUnavailable();
    try {
      return await this.#keys.find(...token);
    } catch (error) {
      if (error instanceof errors.JOSEError) throw error;
      // The issuer's key set has a malformed key, which is noticed only when the key is imported.
      throw new JwksUnavailable();
    }
  }

  /** Fetches the keys, or waits for the fetch in flight; does nothing during the cool-down. Never throws. */
  async #renew(): Promise<void> {
    const coolDown = this.#age() > MAX_STALE_MS ? COOL_DOWN_WITHOUT_KEYS_MS : COOL_DOWN_MS;
    if (this.#pending === null && performance.now() - this.#triedAt >= coolDown)
      this.#pending = this.#fetch();
    await this.#pending;
  }

  async #fetch(): Promise<void> {
    this.#triedAt = performance.now();
    const before = this.#fault;
    try {
      this.#keys = { find: await fetchKeys(this.#url), fetchedAt: performance.now() };
      this.#fault = null;
    } catch (error) {
      this.#fault = reasonOf(error);
    }
    this.#pending = null;
    if (this.#fault !== before) this.#observe(this.#fault);
  }
}
