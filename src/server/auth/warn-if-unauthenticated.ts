import type { Logger } from '../../observability/logger.ts';

/** The length of a secret that `openssl rand -hex 16` prints, in characters. */
const STRONG_SECRET_LENGTH = 32;

/**
 * Warns where requests are accepted without authentication. Production does not start like that; elsewhere an operator
 * has to see it.
 */
export function warnIfUnauthenticated(
  { routerSecrets, jwt }: { routerSecrets: readonly string[]; jwt: unknown },
  logger: Logger,
): void {
  if (routerSecrets.length === 0) {
    logger.warn(
      { event: 'open-door' },
      'ROUTER_SECRET is not set: every client that reaches this address is accepted',
    );
  } else if (routerSecrets.some(({ length }) => length < STRONG_SECRET_LENGTH)) {
    const message = `a ROUTER_SECRET has fewer than ${STRONG_SECRET_LENGTH} characters: it can be guessed`;
    logger.warn({ event: 'open-door' }, message);
  }
  if (jwt === null) {
    logger.warn({ event: 'open-door' }, 'JWT_JWKS_URL is not set: every caller has all scopes');
  }
}
