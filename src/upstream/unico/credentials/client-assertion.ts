import { randomInt } from 'node:crypto';
import { importPKCS8, SignJWT } from 'jose';
import { UpstreamFailure } from '../../../domain/upstream-failure.ts';
import { TOKEN_CALL } from './token-response.ts';

/** A service account of Unico's. */
export type ServiceAccount = {
  /** At most 12 characters (upstream.md §1). */
  account: string;
  tenantId: string;
  /** RSA private key, PEM, PKCS 8. */
  privateKey: string;
};

/**
 * upstream.md §1: an assertion may live 3600 seconds at most, and is refused when it was used before (1.2.7). Its claims are
 * fixed but for its times, which have whole seconds: its life is drawn at random, so that two assertions of one second,
 * of this replica or of another, are not the same.
 */
const MIN_ASSERTION_SECONDS = 60;
const MAX_ASSERTION_SECONDS = 3_600;

/**
 * Makes assertions of a service account (RFC 7523), each another one. `audience` is the origin of the token service,
 * without a slash at its end. A key that can not sign is a failure of our credential.
 */
export function createClientAssertions(account: ServiceAccount, audience: string): () => Promise<string> {
  let lastLife = 0;

  function drawLife(): number {
    const life = randomInt(MIN_ASSERTION_SECONDS, MAX_ASSERTION_SECONDS);
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

  return async () => {
    try {
      return await sign();
    } catch {
      // The reason stays out: it may quote the key.
      throw new UpstreamFailure(
        'unauthorized',
        `${TOKEN_CALL}: the private key can not sign: check UNICO_PRIVATE_KEY`,
      );
    }
  };
}
