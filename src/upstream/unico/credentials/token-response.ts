import { z } from 'zod';
import { UpstreamFailure } from '../../../domain/upstream-failure.ts';
import { parseJson } from '../errors/to-failure.ts';
import type { HttpResponse } from '../../http/types.ts';
import { readRetryAfter } from '../../http/retry-after.ts';

/** The name of the call to the token service, in errors, logs and metrics. */
export const TOKEN_CALL = 'POST oauth2/token';

/** upstream.md §1: a token lives an hour unless the company has another lifetime. */
const DEFAULT_LIFETIME_SECONDS = 3_600;

/** upstream.md §1: renew when about 10 minutes remain; of a shorter-lived token, when a fifth of its life remains. */
const RENEW_BEFORE_SECONDS = 600;
const RENEW_BEFORE_PART = 0.2;

/** What the token service's codes mean (upstream.md §1), for the operator who reads the log or `/readyz`. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['1.0.1', 'wrong tenant id: check UNICO_TENANT_ID'],
  ['1.0.14', 'application not active'],
  ['1.1.1', 'scope missing'],
  ['1.2.4', 'assertion expired: check the clock'],
  ['1.2.5', 'signature not valid: check UNICO_PRIVATE_KEY'],
  ['1.2.6', 'signing key no longer accepted: check UNICO_PRIVATE_KEY'],
  ['1.2.7', 'assertion already used'],
  ['1.2.11', 'account not active'],
  ['1.2.14', 'account lacks permission'],
  ['1.2.18', 'account locked for a while after too many invalid attempts'],
  ['1.2.19', 'may not act for another account'],
  ['1.2.20', 'assertion can not be decoded'],
  ['1.2.21', 'assertion can not be decoded, or signed with the wrong key: check UNICO_PRIVATE_KEY'],
  ['1.2.22', 'claims that are not allowed'],
  ['1.3.1', 'not allowed from this IP address'],
  ['1.3.2', 'not allowed at this date or time'],
]);

function meaningOf(code: string): string {
  return MEANINGS.get(code) ?? 'authentication failed';
}

/** Servers take some 8 to 16 KB of headers, all of them together; real tokens have one or two. */
const MAX_CHARACTERS = 8_192;

/** The token becomes a header: visible ASCII. `expires_in` may come as text (upstream.md §1, §13). */
const tokenAnswer = z.object({
  access_token: z
    .string()
    .max(MAX_CHARACTERS)
    .regex(/^[\x21-\x7e]+$/),
  expires_in: z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
    .pipe(z.number().positive())
    .catch(DEFAULT_LIFETIME_SECONDS),
});

/** The error body of the token service (upstream.md §1). */
const tokenRefusal = z.object({ error_description: z.string() });

/** An access token and its times, in ms since the epoch. */
export type Token = { value: string; renewAt: number; expiresAt: number };

/** The code in a refusal, such as `1.2.5`. */
function refusalCode(body: string): string | undefined {
  try {
    const { error_description: description } = tokenRefusal.parse(JSON.parse(body));
    return /\b\d\.\d\.\d{1,2}\b/.exec(description)?.[0];
  } catch {
    return undefined;
  }
}

function failureOfTokenService(answer: HttpResponse): UpstreamFailure {
  const code = refusalCode(answer.body);
  const details = { status: answer.status, upstreamCode: code, mayHaveHappened: false };
  const said = `${TOKEN_CALL}: HTTP ${answer.status}${code === undefined ? '' : `, ${meaningOf(code)} (${code})`}`;
  if (answer.status === 429) {
    const retryAfterSeconds = readRetryAfter(answer.retryAfter, Date.now());
    return new UpstreamFailure('rate-limited', said, { ...details, retryAfterSeconds });
  }
  if (answer.status >= 500) return new UpstreamFailure('unavailable', said, details);
  return new UpstreamFailure(answer.status >= 400 ? 'unauthorized' : 'contract', said, details);
}

/** The token in an answer of the token service (upstream.md §1). Throws `UpstreamFailure`. */
export function readToken(answer: HttpResponse): Token {
  if (answer.status !== 200) throw failureOfTokenService(answer);
  const parsed = tokenAnswer.safeParse(parseJson(TOKEN_CALL, answer));
  if (!parsed.success)
    throw new UpstreamFailure('contract', `${TOKEN_CALL}: the answer has no usable access_token`);
  const { access_token: value, expires_in: lifetime } = parsed.data;
  const remaining = Math.min(RENEW_BEFORE_SECONDS, lifetime * RENEW_BEFORE_PART);
  const now = Date.now();
  return { value, renewAt: now + (lifetime - remaining) * 1000, expiresAt: now + lifetime * 1000 };
}
