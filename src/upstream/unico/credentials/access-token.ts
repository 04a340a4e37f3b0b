import { UpstreamFailure } from '../../../domain/upstream-failure.ts';
import { raceAbort } from '../../../domain/call-options.ts';
import { createClientAssertions, type ServiceAccount } from './client-assertion.ts';
import type { Send } from '../../http/types.ts';
import { readToken, TOKEN_CALL, type Token } from './token-response.ts';

/** Where the access token of both contracts comes from. */
export type TokenSource = {
  /** A token that is believed to be alive. */
  get(signal: AbortSignal): Promise<string>;
  /** A newer token in the place of one that Unico called dead; `null` where there is no newer one to be had. */
  renew(dead: string, signal: AbortSignal): Promise<string | null>;
};

/** A token given from outside: it is used as it is and never renewed. */
export function createFixedToken(token: string): TokenSource {
  return { get: async () => token, renew: async () => null };
}

/**
 * How long a refusal of the token service stands before it is asked again. Its lock-out after too many invalid
 * attempts (upstream.md §1, code 1.2.18) must not be fed by every request that comes in.
 */
const REFUSAL_STANDS_MS = 5_000;

/** Another replica has drawn the same assertion: the next one will be another. */
const ALREADY_USED = '1.2.7';

/** A renewed token that is called dead within this time is refused for a reason that no new token will mend (upstream.md §1). */
const STRUCTURAL_MS = 30_000;

function noToken(): UpstreamFailure {
  return new UpstreamFailure('unavailable', `${TOKEN_CALL}: no token in time`, { mayHaveHappened: false });
}

/** No call to Unico was made while there was no token: whatever failed, nothing has happened there. */
function beforeTheCall(error: unknown): unknown {
  if (!(error instanceof UpstreamFailure)) return error;
  return new UpstreamFailure(error.kind, error.message, { ...error, mayHaveHappened: false });
}

/**
 * Tokens of a service account (RFC 7523, upstream.md §1). One token serves everybody for its whole life: it is renewed in
 * the background before it ends, never more than once at a time, and each time with a fresh assertion of exactly the
 * documented claims, because a used one is refused.
 *
 * `audience` is the origin of the token service, without a slash at its end.
 */
export function createServiceAccountToken(
  account: ServiceAccount,
  audience: string,
  send: Send,
  timeoutMs: number,
): TokenSource {
  const assertion = createClientAssertions(account, audience);
  let current: Token | null = null;
  let refreshing: Promise<Token> | null = null;
  let refusal: { failure: unknown; until: number } | null = null;
  let renewed: { value: string; at: number } | null = null;

  async function request(): Promise<Token> {
    const form = new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: await assertion(),
    });
    const answer = await send({
      name: TOKEN_CALL,
      method: 'POST',
      path: '/oauth2/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
      timeoutMs,
      // A refresh serves everybody: nobody's leaving ends it, only its own time.
      callOptions: {
        signal: AbortSignal.timeout(timeoutMs),
        deadline: Date.now() + timeoutMs,
        // Nothing else can go on without it.
        priority: 'write',
        sequence: 0,
      },
    });
    return readToken(answer);
  }

  async function refreshOnce(): Promise<Token> {
    if (refusal !== null && Date.now() < refusal.until) throw refusal.failure;
    try {
      current = await request();
      refusal = null;
      return current;
    } catch (error) {
      const failure = beforeTheCall(error);
      const refused =
        failure instanceof UpstreamFailure &&
        failure.kind !== 'unavailable' &&
        failure.upstreamCode !== ALREADY_USED;
      const stands = Math.max(REFUSAL_STANDS_MS, refused ? (failure.retryAfterSeconds ?? 0) * 1000 : 0);
      refusal = refused ? { failure, until: Date.now() + stands } : null;
      throw failure;
    }
  }

  function refresh(): Promise<Token> {
    refreshing ??= refreshOnce().finally(() => {
      refreshing = null;
    });
    return refreshing;
  }

  return {
    async get(signal) {
      const now = Date.now();
      if (current !== null && now < current.expiresAt) {
        // The old token serves until it ends, so a refresh that fails now hurts nobody; the next caller tries again.
        if (now >= current.renewAt) void refresh().catch(() => {});
        return current.value;
      }
      return (await raceAbort(refresh(), signal, noToken)).value;
    },

    async renew(dead, signal) {
      if (current !== null && current.value !== dead) return current.value;
      if (renewed !== null && renewed.value === dead && Date.now() - renewed.at < STRUCTURAL_MS) return null;
      const token = await raceAbort(refresh(), signal, noToken);
      renewed = { value: token.value, at: Date.now() };
      return token.value;
    },
  };
}
