import { z } from 'zod';
import { UpstreamFailure } from '../../../domain/upstream-failure.ts';
import { parseJson } from '../errors/to-failure.ts';
import type { HttpResponse } from '../../http/types.ts';
import { readRetryAfter } from '../../http/retry-after.ts';

/** The name of the call to the token service, in errors, logs and metrics. */
export const TOKEN_CALL = 'POST oauth2/token';

/** upstream.md §1: a token lives an hour unless the company has another lifetime. */
const DEFAULT_LIFETIME_SECONDS = 3_600;

/**
 * The bounds of a lifetime, in seconds. A shorter one would cost a token request for every few calls, and a longer one
 * would never be renewed; a token that Unico rejects before is renewed anyway.
 */
const MIN_LIFETIME_SECONDS = 60;
const MAX_LIFETIME_SECONDS = 86_400;

/** upstream.md §1: renew when about 10 minutes remain; with a shorter lifetime, when a fifth of it remains. */
const RENEW_BEFORE_SECONDS = 600;
const RENEW_BEFORE_SHARE = 0.2;

/** The meaning of the token service's codes (upstream.md §1), for the operator who reads the log or `/readyz`. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['1.0.1', 'wrong tenant id: check UNICO_TENANT_ID'],
  ['1.0.14', 'application not active'],
  ['1.1.1', 'scope missing'],
  ['1.2.4', 'assertion expired: check the clock'],
  ['1.2.5', 'signature not valid: check UNICO_PRIVATE_KEY'],
  ['1.2.6', 'signing key no longer accepted: check UNICO_PRIVATE_KEY'],
  ['1.2.7', 'assertion already used'],
  ['1.2.11', 'account not active'],
  ['1.2.14', 'permission missing for the account'],
  ['1.2.18', 'account locked for a while after too many invalid attempts'],
  ['1.2.19', 'may not act for another account'],
  ['1.2.20', 'assertion cannot be decoded'],
  ['1.2.21', 'assertion cannot be decoded, or signed with the wrong key: check UNICO_PRIVATE_KEY'],
  ['1.2.22', 'claims that are not allowed'],
  ['1.3.1', 'not allowed from this IP address'],
  ['1.3.2', 'not allowed at this date or time'],
]);

function meaningOf(code: string): string {
  return MEANINGS.get(code) ?? 'authentication failed';
}

/** The environment variable to check: the one that the meaning names, or that of the account. */
function variableOf(code: string | undefined): string {
  const [named = 'UNICO_ACCOUNT'] = /UNICO_\w+/.exec(MEANINGS.get(code ?? '') ?? '') ?? [];
  return named;
}

/** The longest token, in characters: servers accept 8 to 16 KB of headers, and real tokens have one or two KB. */
const MAX_TOKEN_LENGTH = 8_192;

/** The token becomes a header, so it is visible ASCII. `expires_in` may be text (upstream.md §1, §13). */
const tokenResponse = z.object({
  access_token: z
    .string()
    .max(MAX_TOKEN_LENGTH)
    .regex(/^[\x21-\x7e]+$/),
  expires_in: z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
    .pipe(z.number().positive())
    .catch(DEFAULT_LIFETIME_SECONDS)
    .transform((seconds) => Math.min(Math.max(seconds, MIN_LIFETIME_SECONDS), MAX_LIFETIME_SECONDS)),
});

/** The error body of the token service (upstream.md §1). */
const tokenRefusal = z.object({ error_description: z.string() });

/** An access token, and when to renew it and when it expires, by the clock of `performance`. */
export type Token = { value: string; renewAt: number; expiresAt: number };

/** The code in a refusal of the token service, such as `1.2.5`; `undefined` when there is none. */
function refusalCode(body: string): string | undefined {
  try {
    const { error_description: description } = tokenRefusal.parse(JSON.parse(body));
    return /\b\d\.\d\.\d{1,2}\b/.exec(description)?.[0];
  } catch {
    return undefined;
  }
}

/** Converts an error response of the token service into its failure. */
function toTokenFailure(response: HttpResponse): UpstreamFailure {
  const code = refusalCode(response.body);
  const details = { status: response.status, upstreamCode: code, mayHaveHappened: false };
  const message = `${TOKEN_CALL}: HTTP ${response.status}${code === undefined ? '' : `, ${meaningOf(code)} (${code})`}`;
  if (response.status === 429) {
    const retryAfterSeconds = readRetryAfter(response.retryAfter, Date.now());
    return new UpstreamFailure('rate-limited', message, { ...details, retryAfterSeconds });
  }
  if (response.status >= 500) return new UpstreamFailure('unavailable', message, details);
  if (response.status < 400) return new UpstreamFailure('contract', message, details);
  return new UpstreamFailure('unauthorized', message, { ...details, credential: variableOf(code) });
}

/** Reads the token from a response of the token service (upstream.md §1). Throws `UpstreamFailure`. */
export function readToken(response: HttpResponse): Token {
  if (response.status !== 200) throw toTokenFailure(response);
  const parsed = tokenResponse.safeParse(parseJson(TOKEN_CALL, response));
  if (!parsed.success) {
    const message = `${TOKEN_CALL}: expected an access_token of visible ASCII, at most ${MAX_TOKEN_LENGTH} characters, got none`;
    throw new UpstreamFailure('contract', message);
  }
  const { access_token: value, expires_in: lifetime } = parsed.data;
  const remaining = Math.min(RENEW_BEFORE_SECONDS, lifetime * RENEW_BEFORE_SHARE);
  const now = performance.now();
  return { value, renewAt: now + (lifetime - remaining) * 1000, expiresAt: now + lifetime * 1000 };
}
