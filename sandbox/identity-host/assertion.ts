import { verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { decodeJws } from './jwt.ts';
import type { Jws } from './jwt.ts';

/** The service account that the sandbox knows, and where its token service listens. */
export type ServiceAccount = {
  account: string;
  tenantId: string;
  publicKey: KeyObject;
  /** The origin that `aud` must name, without a trailing slash (upstream.md §1). */
  audience: string;
};

/** `exp` may be at most an hour after `iat` (upstream.md §1). */
const maxLifeSeconds = 3600;

const allowedClaims = new Set(['iss', 'aud', 'scope', 'iat', 'exp']);

/**
 * Why an assertion is refused, as the code of upstream.md §1, or undefined when it is good. The order of the checks is not
 * documented: first what makes it readable, then whose it is, then what it claims. Where no code is published for a
 * defect (a wrong `aud`, a life over an hour), 1.2.5 "cannot be validated" is the nearest.
 */
export function assertionDefect(
  assertion: string,
  account: ServiceAccount,
  nowMs: number,
): string | undefined {
  const jws = decodeJws(assertion);
  if (!jws || !isPlainRs256(jws.header)) return '1.2.20';
  const { iss, aud, scope, iat, exp } = jws.payload;
  if (typeof iss !== 'string' || typeof aud !== 'string') return '1.2.21';
  if (!Number.isInteger(iat) || !Number.isInteger(exp)) return '1.2.21';
  return (
    issuerDefect(iss, account) ??
    signatureDefect(jws, account) ??
    claimsDefect(jws, scope) ??
    timeDefect(aud === account.audience, Number(iat), Number(exp), nowMs / 1000)
  );
}

/** Every published sample has exactly these two members; a `kid` would be a sign of another platform's helper. */
function isPlainRs256(header: Record<string, unknown>): boolean {
  return Object.keys(header).length === 2 && header['alg'] === 'RS256' && header['typ'] === 'JWT';
}

/** `<account>@<tenant>.iam.acesso.io`, the account at most 12 characters long. */
function issuerDefect(iss: string, { account, tenantId }: ServiceAccount): string | undefined {
  const match = /^([^@]{1,12})@([^@]+)\.iam\.acesso\.io$/.exec(iss);
  if (!match) return '1.2.21';
  if (match[2] !== tenantId) return '1.0.1';
  return match[1] === account ? undefined : '1.2.11';
}

function signatureDefect(jws: Jws, { publicKey }: ServiceAccount): string | undefined {
  return verify('RSA-SHA256', Buffer.from(jws.signed), publicKey, jws.signature) ? undefined : '1.2.5';
}

function claimsDefect(jws: Jws, scope: unknown): string | undefined {
  if (scope === undefined || scope === null || scope === '') return '1.1.1';
  if ('sub' in jws.payload) return '1.2.19';
  if (Object.keys(jws.payload).some((claim) => !allowedClaims.has(claim))) return '1.2.22';
  return scope === '*' ? undefined : '1.2.14';
}

function timeDefect(forUs: boolean, iat: number, exp: number, nowSeconds: number): string | undefined {
  if (!forUs || exp - iat > maxLifeSeconds) return '1.2.5';
  return exp > nowSeconds ? undefined : '1.2.4';
}
