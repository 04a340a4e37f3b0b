import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';

/** How old keys may become before they are asked for again: one that its owner withdraws is believed no longer. */
const RENEW_MS = 10 * 60 * 1000;
/** How long keys are believed that can not be renewed: an outage of whoever issues tokens must not be one of ours. */
const BELIEVED_MS = 60 * 60 * 1000;
/** The keys are asked for at most this often: a token of an unknown key makes us ask, and anybody can make one up. */
const COOL_DOWN_MS = 30_000;
/** The same while there are none to believe: nobody can be answered, and whoever waits shares one attempt. */
const COOL_DOWN_WITHOUT_MS = 1_000;
/** The keys are a few KB from a near host; whoever waits for them has an operation of some seconds. */
const FETCH_TIMEOUT_MS = 2_000;
/** Some hundred keys. */
const MAX_BYTES = 256 * 1024;

const NONE = 'the keys of tokens can not be had';

/** The keys can not be had, so that nothing is known of a token. */
export class JwksUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/** Told once when the keys can not be had any more, in a few words why; and once, with `null`, when they can again. */
export type JwksObserver = (trouble: string | null) => void;

/** Reads the answer to its end, unless that is too far. */
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

async function fetchKeys(jwksUrl: string): Promise<JWTVerifyGetKey> {
  const response = await fetch(jwksUrl, {
    headers: { accept: 'application/json, application/jwk-set+json' },
    // Another address is not the one that the operator has vouched for.
    redirect: 'manual',
    signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
  });
  if (response.status !== 200) throw new JwksUnavailable(`status ${response.status}`);
  return createLocalJWKSet(JSON.parse(await readBounded(response)));
}

/** Why the keys could not be had, without what was answered. */
function reasonOf(error: unknown): string {
  if (error instanceof JwksUnavailable) return error.message;
  if (error instanceof SyntaxError || error instanceof errors.JOSEError) return 'no key set in the answer';
  return error instanceof Error && error.name === 'TimeoutError' ? 'no answer in time' : 'no connection';
}

/**
 * What finds the public key of a token behind an address. The keys are asked for at once, so that a wrong address is known
 * before the first caller comes. It throws `KeysUnavailable`, and jose's own errors where there is no such key.
 */
export function createJwks(jwksUrl: string, observe: JwksObserver = () => {}): JWTVerifyGetKey {
  let keys: { find: JWTVerifyGetKey; since: number } | null = null;
  let trouble: string | null = null;
  let triedAt = -Infinity;
  let asking: Promise<void> | null = null;

  async function ask(): Promise<void> {
    triedAt = Date.now();
    const before = trouble;
    try {
      keys = { find: await fetchKeys(jwksUrl), since: Date.now() };
      trouble = null;
    } catch (error) {
      trouble = reasonOf(error);
    }
    asking = null;
    if (trouble !== before) observe(trouble);
  }

  const ageOf = (): number => (keys === null ? Infinity : Date.now() - keys.since);

  /** Asks for the keys, unless that was tried a moment ago; ends in any case. */
  async function renew(): Promise<void> {
    const coolDown = ageOf() > BELIEVED_MS ? COOL_DOWN_WITHOUT_MS : COOL_DOWN_MS;
    if (asking === null && Date.now() - triedAt >= coolDown) asking = ask();
    await asking;
  }

  async function find(...token: Parameters<JWTVerifyGetKey>): Promise<Awaited<ReturnType<JWTVerifyGetKey>>> {
    if (keys === null || ageOf() > BELIEVED_MS) throw new JwksUnavailable(NONE);
    try {
      return await keys.find(...token);
    } catch (error) {
      if (error instanceof errors.JOSEError) throw error;
      // A key that is none, in the set of whoever issues tokens.
      throw new JwksUnavailable(NONE);
    }
  }

  void renew();
  return async (...token) => {
    if (ageOf() > RENEW_MS) await renew();
    try {
      return await find(...token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await renew();
      // While the keys can not be asked for, nobody knows whether there is such a one by now.
      if (trouble !== null) throw new JwksUnavailable(NONE);
      return find(...token);
    }
  };
}
