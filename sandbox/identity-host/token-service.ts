import { createHash } from 'node:crypto';
import { tokenLifeSeconds } from './access-tokens.ts';
import type { AccessTokens } from './access-tokens.ts';
import { assertionDefect } from './assertion.ts';
import type { ServiceAccount } from './assertion.ts';
import { BoundedMap } from '../lib/bounded-map.ts';
import type { Incoming } from '../http/listener.ts';
import { empty, json } from '../http/reply.ts';
import type { Reply } from '../http/reply.ts';

/** The threshold and the length of Unico's lock-out are not published; ten a minute is the sandbox's own choice. */
const lockOutAfter = 10;
const lockOutMs = 60_000;

/** POST /oauth2/token (upstream.md §1): one good assertion for one bearer token. */
export function createTokenService(account: () => ServiceAccount, tokens: AccessTokens, now: () => number) {
  const used = new BoundedMap<true>(10_000);
  let failures: number[] = [];

  const refuse = (code: string): Reply => {
    failures.push(now());
    return authenticationFailed(code);
  };

  return (incoming: Incoming): Reply => {
    if (incoming.path !== '/oauth2/token') return empty(404);
    if (incoming.method !== 'POST') return empty(405, { allow: 'POST' });
    if (!incoming.header('content-type')?.startsWith('application/x-www-form-urlencoded')) {
      return json(400, {
        error: 'invalid_request',
        error_description: 'application/x-www-form-urlencoded expected',
      });
    }
    const form = new URLSearchParams(incoming.body);
    if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') {
      return json(400, { error: 'unsupported_grant_type', error_description: 'grant_type not supported' });
    }
    failures = failures.filter((at) => at > now() - lockOutMs);
    if (failures.length >= lockOutAfter) return authenticationFailed('1.2.18');

    const assertion = form.get('assertion') ?? '';
    const defect = assertionDefect(assertion, account(), now());
    if (defect) return refuse(defect);
    // Signature bits can be re-encoded, the signed part cannot: that is what counts as the same assertion.
    const fingerprint = createHash('sha256')
      .update(assertion.slice(0, assertion.lastIndexOf('.')))
      .digest('base64');
    if (used.has(fingerprint)) return refuse('1.2.7');
    used.set(fingerprint, true);
    return json(200, { access_token: tokens.issue(), token_type: 'Bearer', expires_in: tokenLifeSeconds });
  };
}

/** The codes come without an HTTP status in the documents; authentication failures are said to be 401 (upstream.md §1). */
function authenticationFailed(code: string): Reply {
  return json(401, { error: 'server_error', error_description: `Falha na autenticação ${code}` });
}
