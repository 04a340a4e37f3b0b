import { randomInt } from 'node:crypto';
import { importPKCS8, SignJWT } from 'jose';
import { UpstreamFailure } from '../../../domain/upstream-failure.ts';
import { TOKEN_CALL } from './token-response.ts';

/** The credential of a service account at Unico (upstream.md §1). */
export type ServiceAccount = {
  /** At most 12 characters (upstream.md §1). */
  account: string;
  tenantId: string;
  /** RSA private key, PEM, PKCS 8. */
  privateKey: string;
};

/**
 * upstream.md §1: an assertion may live 3600 seconds at most, and is refused when it was used before (1.2.7). Its
 * claims are fixed except for its times, which have whole seconds: its lifetime is random, so that two assertions of
 * the same second, of this replica or of another, differ.
 */
const MIN_ASSERTION_SECONDS = 60;
const MAX_ASSERTION_SECONDS = 3_600;

/**
 * Creates assertions of a service account (RFC 7523). `audience`: the origin of the token service, without a final
 * slash.
 */
export class ClientAssertions {
  readonly #account: ServiceAccount;
  readonly #audience: string;
  #lastLifetime = 0;

  constructor(account: ServiceAccount, audience: string) {
    this.#account = account;
    this.#audience = audience;
  }

  /** Creates an assertion unlike the last one. Throws `UpstreamFailure` (`unauthorized`) when the key cannot sign. */
  async create(): Promise<string> {
    try {
      return await this.#sign();
    } catch {
      // The cause is left out, because it may quote the key.
      const message = `${TOKEN_CALL}: not sent, because the private key cannot sign; check UNICO_PRIVATE_KEY`;
      throw new UpstreamFailure('unauthorized', message, { credential: 'UNICO_PRIVATE_KEY' });
    }
  }

  #nextLifetime(): number {
    const lifetime = randomInt(MIN_ASSERTION_SECONDS, MAX_ASSERTION_SECONDS);
    this.#lastLifetime = lifetime === this.#lastLifetime ? lifetime + 1 : lifetime;
    return this.#lastLifetime;
  }

  async #sign(): Promise<string> {
    const { account, tenantId, privateKey } = this.#account;
    const issuedAt = Math.floor(Date.now() / 1000);
    const key = await importPKCS8(privateKey, 'RS256');
    return new SignJWT({ scope: '*' })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
      .setIssuer(`${account}@${tenantId}.iam.acesso.io`)
      .setAudience(this.#audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + this.#nextLifetime())
      .sign(key);
  }
}
