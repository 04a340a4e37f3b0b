import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';

/** How often the keys are renewed, beside the answers: a key that its owner withdraws is believed no longer than this. */
const RENEW_MS = 10 * 60 * 1000;
/** How long keys are believed that can not be renewed: an outage of whoever issues tokens must not be one of ours. */
const BELIEVED_MS = 60 * 60 * 1000;
/** A token of an unknown key makes the keys be asked for, and anybody can make one up: at most this often. */
const COOL_DOWN_MS = 30_000;
/** The keys are a few KB from a near host; whoever waits for them has an operation of some seconds. */
const FETCH_TIMEOUT_MS = 2_000;
/** How long nobody waits for the keys again after they could not be had. */
const REST_MS = 1_000;

/** The keys can not be had, so that nothing is known of a token. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/** Whether it is the token's fault: it names a key that there is not. */
function isAboutTheToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}

/** The public keys behind an address, kept and renewed. What it answers throws `KeysUnavailable` where there are none. */
export function createCallerKeys(jwksUrl: string): JWTVerifyGetKey {
  const remote = createRemoteJWKSet(new URL(jwksUrl), {
    cacheMaxAge: BELIEVED_MS,
    cooldownDuration: COOL_DOWN_MS,
    timeoutDuration: FETCH_TIMEOUT_MS,
  });
  let renewAt = Date.now() + RENEW_MS;
  let restUntil = 0;

  function renewBeside(): void {
    if (Date.now() < renewAt) return;
    renewAt = Date.now() + RENEW_MS;
    // Where this fails, the keys that are there hold until their time is over.
    void remote.reload().catch(() => {});
  }

  return async (header, token) => {
    const kept = remote.fresh ? remote.jwks() : undefined;
    if (Date.now() < restUntil) {
      if (kept === undefined) throw new KeysUnavailable('the keys of tokens can not be had');
      return createLocalJWKSet(kept)(header, token);
    }
    renewBeside();
    try {
      return await remote(header, token);
    } catch (error) {
      if (isAboutTheToken(error)) throw error;
      restUntil = Date.now() + REST_MS;
      throw new KeysUnavailable('the keys of tokens can not be had');
    }
  };
}
