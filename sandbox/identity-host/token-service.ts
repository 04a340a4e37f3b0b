import { createHash } from 'node:crypto';
import { BoundedMap } from '../lib/bounded-map.ts';
import type { IncomingRequest } from '../http/listener.ts';
import { emptyReply, jsonReply } from '../http/reply.ts';
import type { Reply } from '../http/reply.ts';
import { TOKEN_LIFETIME_SECONDS } from './access-tokens.ts';
import type { AccessTokens } from './access-tokens.ts';
import { assertionDefect } from './assertion.ts';
import type { ServiceAccount } from './assertion.ts';

/** Unico does not publish the threshold and the length of its lockout; ten per minute is the sandbox's own choice. */
const MAX_FAILURES = 10;
const LOCKOUT_MS = 60_000;

/** Used assertions that are stored. */
const MAX_USED_ASSERTIONS = 10_000;

type TokenServiceOptions = {
  /** Read for each request: the audience is known only after the listener has its port. */
  account: () => ServiceAccount;
  tokens: AccessTokens;
  /** Milliseconds since the epoch. */
  now: () => number;
};

/** POST /oauth2/token (upstream.md §1): one valid assertion for one bearer token. */
export class TokenService {
  readonly #account: () => ServiceAccount;
  readonly #tokens: AccessTokens;
  readonly #now: () => number;
  readonly #usedAssertions = new BoundedMap<true>(MAX_USED_ASSERTIONS);
  #failureTimes: number[] = [];

  constructor({ account, tokens, now }: TokenServiceOptions) {
    this.#account = account;
    this.#tokens = tokens;
    this.#now = now;
  }

  /** The reply to a request of the identity host. */
  handle(request: IncomingRequest): Reply {
    if (request.path !== '/oauth2/token') return emptyReply(404);
    if (request.method !== 'POST') return emptyReply(405, { allow: 'POST' });
    if (!request.header('content-type')?.startsWith('application/x-www-form-urlencoded')) {
      return oauthError('invalid_request', 'application/x-www-form-urlencoded expected');
    }
    const form = new URLSearchParams(request.body);
    if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') {
      return oauthError('unsupported_grant_type', 'grant_type not supported');
    }
    return this.#exchange(form.get('assertion') ?? '');
  }

  /** Attempts during the lockout do not count, so that they do not prolong it. */
  #exchange(assertion: string): Reply {
    this.#failureTimes = this.#failureTimes.filter((time) => time > this.#now() - LOCKOUT_MS);
    if (this.#failureTimes.length >= MAX_FAILURES) return authenticationFailed('1.2.18');
    const defect = assertionDefect(assertion, this.#account(), this.#now()) ?? this.#useOnce(assertion);
    if (defect !== null) {
      this.#failureTimes.push(this.#now());
      return authenticationFailed(defect);
    }
    return jsonReply(200, {
      access_token: this.#tokens.issue(),
      token_type: 'Bearer',
      expires_in: TOKEN_LIFETIME_SECONDS,
    });
  }

  /** The bits of a signature can be encoded in several ways, so the signed part alone identifies an assertion. */
  #useOnce(assertion: string): string | null {
    const signed = assertion.slice(0, assertion.lastIndexOf('.'));
    const fingerprint = createHash('sha256').update(signed).digest('base64');
    if (this.#usedAssertions.has(fingerprint)) return '1.2.7';
    this.#usedAssertions.set(fingerprint, true);
    return null;
  }
}

function oauthError(error: string, description: string): Reply {
  return jsonReply(400, { error, error_description: description });
}

/** Unico publishes the codes without HTTP status; authentication failures are 401 in general (upstream.md §1). */
function authenticationFailed(code: string): Reply {
  return jsonReply(401, { error: 'server_error', error_description: `Falha na autenticação ${code}` });
}
