import type { Logger } from 'pino';

/** As long as `openssl rand -hex 16` prints. */
const STRONG_SECRET_LENGTH = 32;

/** Warns of every request that is accepted unauthenticated. Production does not start like that; elsewhere an operator must see it. */
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
    const message = `a ROUTER_SECRET has less than ${STRONG_SECRET_LENGTH} characters: it may be guessed`;
    logger.warn({ event: 'open-door' }, message);
  }
  if (jwt === null)
    logger.warn({ event: 'open-door' }, 'JWT_JWKS_URL is not set: every caller has all scopes');
}
