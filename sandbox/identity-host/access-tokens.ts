import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { decodeJws, encodePart } from './jwt.ts';

/** Bearer tokens are JWTs (upstream.md §1) that live an hour by default. */
export const tokenLifeSeconds = 3600;

export type TokenState = 'valid' | 'expired' | 'undecodable' | 'unknown';

export type AccessTokens = {
  issue(): string;
  check(token: string): TokenState;
  /** A JWT-shaped string for `process.token`: the SDK takes it, nothing here verifies it. */
  sdkToken(processId: string, issuedAtMs: number): string;
};

/** Stateless: the signature says that the token is ours, `exp` says whether it still lives. */
export function createAccessTokens(tenantId: string, now: () => number): AccessTokens {
  const secret = randomBytes(32);
  const sign = (payload: Record<string, unknown>) => {
    const signed = `${encodePart({ alg: 'HS256', typ: 'JWT' })}.${encodePart(payload)}`;
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
  };
  return {
    issue() {
      const iat = Math.floor(now() / 1000);
      return sign({ aud: 'unico', tenant: tenantId, jti: randomUUID(), iat, exp: iat + tokenLifeSeconds });
    },
    check(token) {
      const jws = decodeJws(token);
      if (!jws) return 'undecodable';
      const expected = createHmac('sha256', secret).update(jws.signed).digest();
      if (jws.signature.length !== expected.length || !timingSafeEqual(jws.signature, expected))
        return 'unknown';
      if (jws.payload['aud'] !== 'unico') return 'unknown';
      return Number(jws.payload['exp']) * 1000 > now() ? 'valid' : 'expired';
    },
    sdkToken(processId, issuedAtMs) {
      return sign({ aud: 'sdk', process_id: processId, iat: Math.floor(issuedAtMs / 1000) });
    },
  };
}
