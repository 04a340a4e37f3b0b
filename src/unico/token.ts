import { randomInt } from 'node:crypto';
import { importPKCS8, SignJWT } from 'jose';
import { z } from 'zod';
import { UpstreamFailure } from '../domain/failure.ts';
import { jsonOf } from './answer.ts';
import type { Http, HttpAnswer } from './http.ts';
import { readRetryAfter } from './retry-after.ts';
import { tokenErrorMeaning } from './token-errors.ts';

/** Where the access token of both contracts comes from. */
export type TokenSource = {
  /** A token that is believed to be alive. */
  get(signal: AbortSignal): Promise<string>;
  /** A newer token in the place of one that Unico called dead; `null` where there is no newer one to be had. */
  renew(dead: string, signal: AbortSignal): Promise<string | null>;
};

/** A service account of Unico's. */
export type ServiceAccount = {
  /** At most 12 characters (facts 1). */
  account: string;
  tenantId: string;
  /** RSA private key, PEM, PKCS 8. */
  privateKey: string;
};

/** A token given from outside: it is used as it is and never renewed. */
export function fixedToken(token: string): TokenSource {
  return { get: async () => token, renew: async () => null };
}

const CALL = 'POST oauth2/token';

/**
 * Facts 1: an assertion may live 3600 seconds at most, and is refused when it was used before (1.2.7). Its claims are
 * fixed but for its times, which have whole seconds: its life is drawn at random, so that two assertions of one second,
 * of this replica or of another, are not the same.
 */
const SHORTEST_ASSERTION_SECONDS = 60;
const LONGEST_ASSERTION_SECONDS = 3_600;

/** Facts 1: a token lives an hour unless the company has another lifetime. */
const USUAL_LIFETIME_SECONDS = 3_600;

/** Facts 1: renew when about 10 minutes remain; of a shorter-lived token, when a fifth of its life remains. */
const RENEW_BEFORE_SECONDS = 600;
const RENEW_BEFORE_PART = 0.2;

/**
 * How long a refusal of the token service stands before it is asked again. Its lock-out after too many invalid
 * attempts (facts 1, code 1.2.18) must not be fed by every request that comes in.
 */
const REFUSAL_STANDS_MS = 5_000;

/** Another replica has drawn the same assertion: the next one will be another. */
const ALREADY_USED = '1.2.7';

/** A renewed token that is called dead within this time is refused for a reason that no new token will mend (facts 1). */
const STRUCTURAL_MS = 30_000;

/** The token becomes a header: visible ASCII. `expires_in` may come as text (facts 1, 13). */
const tokenAnswer = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  expires_in: z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
    .pipe(z.number().positive())
    .catch(USUAL_LIFETIME_SECONDS),
});

/** The error body of the token service (facts 1). */
const tokenRefusal = z.object({ error_description: z.string() });

type Token = { value: string; renewAt: number; expiresAt: number };

/** The code in a refusal, such as `1.2.5`. */
function refusalCode(body: string): string | undefined {
  try {
    const { error_description: description } = tokenRefusal.parse(JSON.parse(body));
    return /\b\d\.\d\.\d{1,2}\b/.exec(description)?.[0];
  } catch {
    return undefined;
  }
}

function failureOfTokenService(answer: HttpAnswer): UpstreamFailure {
  const code = refusalCode(answer.body);
  const details = { status: answer.status, upstreamCode: code, mayHaveHappened: false };
  const said = `${CALL}: HTTP ${answer.status}${code === undefined ? '' : `, ${tokenErrorMeaning(code)} (${code})`}`;
  if (answer.status === 429) {
    const retryAfterSeconds = readRetryAfter(answer.retryAfter, Date.now());
    return new UpstreamFailure('rate-limited', said, { ...details, retryAfterSeconds });
  }
  if (answer.status >= 500) return new UpstreamFailure('unavailable', said, details);
  return new UpstreamFailure(answer.status >= 400 ? 'unauthorized' : 'contract', said, details);
}

/** No call to Unico was made while there was no token: whatever failed, nothing has happened there. */
function beforeTheCall(error: unknown): unknown {
  if (!(error instanceof UpstreamFailure)) return error;
  return new UpstreamFailure(error.kind, error.message, { ...error, mayHaveHappened: false });
}

function readToken(answer: HttpAnswer): Token {
  if (answer.status !== 200) throw failureOfTokenService(answer);
  const parsed = tokenAnswer.safeParse(jsonOf(CALL, answer));
  if (!parsed.success) throw new UpstreamFailure('contract', `${CALL}: the answer has no access_token`);
  const { access_token: value, expires_in: lifetime } = parsed.data;
  const remaining = Math.min(RENEW_BEFORE_SECONDS, lifetime * RENEW_BEFORE_PART);
  const now = Date.now();
  return { value, renewAt: now + (lifetime - remaining) * 1000, expiresAt: now + lifetime * 1000 };
}

/**
 * Tokens of a service account (RFC 7523, facts 1). One token serves everybody for its whole life: it is renewed in
 * the background before it ends, never more than once at a time, and each time with a fresh assertion of exactly the
 * documented claims, because a used one is refused.
 *
 * `audience` is the origin of the token service, without a slash at its end.
 */
export function serviceAccountToken(
  account: ServiceAccount,
  audience: string,
  http: Http,
  timeoutMs: number,
): TokenSource {
  let current: Token | null = null;
  let refreshing: Promise<Token> | null = null;
  let refusal: { failure: unknown; until: number } | null = null;
  let renewed: { value: string; at: number } | null = null;

  let lastLife = 0;

  function drawLife(): number {
    const life = randomInt(SHORTEST_ASSERTION_SECONDS, LONGEST_ASSERTION_SECONDS);
    lastLife = life === lastLife ? life + 1 : life;
    return lastLife;
  }

  async function sign(): Promise<string> {
    const issuedAt = Math.floor(Date.now() / 1000);
    const key = await importPKCS8(account.privateKey, 'RS256');
    return new SignJWT({ scope: '*' })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
      .setIssuer(`${account.account}@${account.tenantId}.iam.acesso.io`)
      .setAudience(audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + drawLife())
      .sign(key);
  }

  async function assertion(): Promise<string> {
    try {
      return await sign();
    } catch {
      // The reason stays out: it may quote the key.
      throw new UpstreamFailure(
        'unauthorized',
        `${CALL}: the private key can not sign: check UNICO_PRIVATE_KEY`,
      );
    }
  }

  async function request(): Promise<Token> {
    const form = new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: await assertion(),
    });
    const answer = await http.send({
      name: CALL,
      method: 'POST',
      path: '/oauth2/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
      timeoutMs,
      // A refresh serves everybody: nobody's leaving ends it, only its own time.
      signal: AbortSignal.timeout(timeoutMs),
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
      return (await unlessAborted(refresh(), signal)).value;
    },

    async renew(dead, signal) {
      if (current !== null && current.value !== dead) return current.value;
      if (renewed !== null && renewed.value === dead && Date.now() - renewed.at < STRUCTURAL_MS) return null;
      const token = await unlessAborted(refresh(), signal);
      renewed = { value: token.value, at: Date.now() };
      return token.value;
    },
  };
}

/** Waits for work shared with others: the caller may leave, the work goes on. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: left, reject } = Promise.withResolvers<never>();
  const leave = (): void =>
    reject(new UpstreamFailure('unavailable', `${CALL}: no token in time`, { mayHaveHappened: false }));
  if (signal.aborted) leave();
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([work, left]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
