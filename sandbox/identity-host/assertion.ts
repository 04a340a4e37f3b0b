import { verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { JsonObject } from '../http/json-body.ts';
import { decodeJws } from './jwt.ts';
import type { Jws } from './jwt.ts';

/** The service account of the sandbox. */
export type ServiceAccount = {
  account: string;
  tenantId: string;
  publicKey: KeyObject;
  /** The origin of the token service, which `aud` must name without a trailing slash (upstream.md §1). */
  audience: string;
};

/** `exp` may be at most an hour after `iat` (upstream.md §1). */
const MAX_LIFETIME_SECONDS = 3600;

const ALLOWED_CLAIMS = new Set(['iss', 'aud', 'scope', 'iat', 'exp']);

/**
 * The code of upstream.md §1 that refuses an assertion, or `null` when it is valid. The order of the checks is not
 * documented; here: the encoding, the issuer, the signature, the claims. Where no code is published for a defect (a
 * wrong `aud`, a lifetime above an hour), 1.2.5 "cannot be validated" is the nearest.
 */
export function assertionDefect(assertion: string, account: ServiceAccount, nowMs: number): string | null {
  const jws = decodeJws(assertion);
  if (!jws || !isPlainRs256(jws.header)) return '1.2.20';
  const { iss, aud, scope, iat, exp } = jws.payload;
  if (typeof iss !== 'string' || typeof aud !== 'string') return '1.2.21';
  if (!Number.isInteger(iat) || !Number.isInteger(exp)) return '1.2.21';
  const lifetime = { iat: Number(iat), exp: Number(exp) };
  return (
    issuerDefect(iss, account) ??
    signatureDefect(jws, account) ??
    claimsDefect(jws, scope) ??
    (aud === account.audience ? lifetimeDefect(lifetime, nowMs / 1000) : '1.2.5')
  );
}

/** Every published sample has exactly these two properties; a `kid` is a sign of another platform's library. */
function isPlainRs256(header: JsonObject): boolean {
  return Object.keys(header).length === 2 && header['alg'] === 'RS256' && header['typ'] === 'JWT';
}

/** `<account>@<tenant>.iam.acesso.io`, the account with at most 12 characters (upstream.md §1). */
function issuerDefect(iss: string, { account, tenantId }: ServiceAccount): string | null {
  const match = /^([^@]{1,12})@([^@]+)\.iam\.acesso\.io$/.exec(iss);
  if (!match) return '1.2.21';
  if (match[2] !== tenantId) return '1.0.1';
  return match[1] === account ? null : '1.2.11';
}

function signatureDefect(jws: Jws, { publicKey }: ServiceAccount): string | null {
  return verify('RSA-SHA256', Buffer.from(jws.signed), publicKey, jws.signature) ? null : '1.2.5';
}

function claimsDefect(jws: Jws, scope: unknown): string | null {
  if (scope === undefined || scope === null || scope === '') return '1.1.1';
  if ('sub' in jws.payload) return '1.2.19';
  if (Object.keys(jws.payload).some((claim) => !ALLOWED_CLAIMS.has(claim))) return '1.2.22';
  return scope === '*' ? null : '1.2.14';
}

function lifetimeDefect({ iat, exp }: { iat: number; exp: number }, nowSeconds: number): string | null {
  if (exp - iat > MAX_LIFETIME_SECONDS) return '1.2.5';
  return exp > nowSeconds ? null : '1.2.4';
}
