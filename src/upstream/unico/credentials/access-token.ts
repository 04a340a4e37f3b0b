import { UpstreamFailure } from '../../../domain/upstream-failure.ts';
import { hasCallerLeft, raceAbort, type Claim } from '../../../domain/call-options.ts';
import { ClientAssertions, type ServiceAccount } from './client-assertion.ts';
import type { Send } from '../../http/types.ts';
import { readToken, TOKEN_CALL, type Token } from './token-response.ts';

/** The source of the access token of both contracts. All methods throw `UpstreamFailure`. */
export type TokenSource = {
  /** A token that should be valid. Waits for a renewal until `signal` aborts. */
  get(signal: AbortSignal): Promise<string>;
  /** A newer token than the one that Unico rejected; `null` when there is none, or none that would help. */
  renew(rejected: string, signal: AbortSignal): Promise<string | null>;
};

/** A token from the configuration. It is never renewed. */
export class FixedToken implements TokenSource {
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  async get(): Promise<string> {
    return this.#token;
  }

  async renew(): Promise<null> {
    return null;
  }
}

/**
 * How long after a refusal of the token service no token is requested, in milliseconds. The service locks an account
 * after too many invalid attempts (upstream.md §1, code 1.2.18), so not every incoming request may be such an attempt.
 */
const REFUSAL_TTL_MS = 5_000;

/** The code for an assertion that was used before, by another replica: the next assertion will differ. */
const ALREADY_USED = '1.2.7';

/**
 * A renewed token that is rejected within this time, in milliseconds, is rejected for a reason that no new token fixes
 * (upstream.md §1).
 */
const RENEWAL_FAILED_MS = 30_000;

function noToken(signal: AbortSignal): UpstreamFailure {
  return new UpstreamFailure('unavailable', `${TOKEN_CALL}: no token in time`, {
    mayHaveHappened: false,
    callerLeft: hasCallerLeft(signal),
  });
}

/** Without a token no call was sent to a contract: whatever failed, nothing was carried out there. */
function asNotSent(error: unknown): unknown {
  if (!(error instanceof UpstreamFailure)) return error;
  return new UpstreamFailure(error.kind, error.message, { ...error, mayHaveHappened: false });
}

/** Whether the token service itself refused a request, and not our own rate limiter, whose failure has no status. */
function isRefusedByService({ kind, status, upstreamCode }: UpstreamFailure): boolean {
  if (kind === 'rate-limited') return status !== undefined;
  return kind !== 'unavailable' && upstreamCode !== ALREADY_USED;
}

/** No other call can be sent without a token, so it counts for no client. */
const TOKEN_CLAIM: Claim = { lane: 'token', client: null, sequence: 0, processId: null, isBegun: false };

/** What a service account's tokens need. */
export type ServiceAccountTokenOptions = {
  account: ServiceAccount;
  /** The origin of the token service, without a slash at its end. */
  audience: string;
  send: Send;
  /** The time of one token request, in milliseconds. */
  timeoutMs: number;
  /** Called when a renewal in the background failed, which no caller notices before the token expires. */
  renewalFailed?: (failure: unknown) => void;
};

/**
 * Tokens of a service account (RFC 7523, upstream.md §1). One token serves all calls for its whole lifetime. It is
 * renewed in the background before it expires, never more than once at a time, and each time with a fresh assertion of
 * exactly the documented claims, because a used assertion is refused.
 */
export class ServiceAccountToken implements TokenSource {
  readonly #assertions: ClientAssertions;
  readonly #send: Send;
  readonly #timeoutMs: number;
  readonly #renewalFailed: (failure: unknown) => void;
  #current: Token | null = null;
  #refreshing: Promise<Token> | null = null;
  /** The last refusal. Times here are by the clock of `performance`, because a lifetime is a duration. */
  #refusal: { failure: unknown; until: number } | null = null;
  /** The last result of `renew`. */
  #renewed: { value: string; at: number } | null = null;

  constructor(options: ServiceAccountTokenOptions) {
    const { account, audience, send, timeoutMs, renewalFailed = () => {} } = options;
    this.#assertions = new ClientAssertions(account, audience);
    this.#send = send;
    this.#timeoutMs = timeoutMs;
    this.#renewalFailed = renewalFailed;
  }

  async get(signal: AbortSignal): Promise<string> {
    const now = performance.now();
    if (this.#current !== null && now < this.#current.expiresAt) {
      // The old token serves until it expires, so a refresh that fails now does no harm; the next caller tries again.
      if (now >= this.#current.renewAt) void this.#refresh().catch(this.#renewalFailed);
      return this.#current.value;
    }
    return (await raceAbort(this.#refresh(), signal, noToken)).value;
  }

  async renew(rejected: string, signal: AbortSignal): Promise<string | null> {
    if (this.#current !== null && this.#current.value !== rejected) return this.#current.value;
    if (this.#wasJustRenewed(rejected)) return null;
    const token = await raceAbort(this.#refresh(), signal, noToken);
    this.#renewed = { value: token.value, at: performance.now() };
    return token.value;
  }

  /** Whether the rejected token is itself the result of a recent renewal, so that another renewal would not help. */
  #wasJustRenewed(rejected: string): boolean {
    const renewed = this.#renewed;
    return (
      renewed !== null && renewed.value === rejected && performance.now() - renewed.at < RENEWAL_FAILED_MS
    );
  }

  #refresh(): Promise<Token> {
    this.#refreshing ??= this.#refreshOnce().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #refreshOnce(): Promise<Token> {
    if (this.#refusal !== null && performance.now() < this.#refusal.until) throw this.#refusal.failure;
    try {
      this.#current = await this.#request();
      this.#refusal = null;
      return this.#current;
    } catch (error) {
      const failure = asNotSent(error);
      this.#recordRefusal(failure);
      throw failure;
    }
  }

  #recordRefusal(failure: unknown): void {
    const isRefusal = failure instanceof UpstreamFailure && isRefusedByService(failure);
    const retryAfterMs = isRefusal ? (failure.retryAfterSeconds ?? 0) * 1000 : 0;
    const until = performance.now() + Math.max(REFUSAL_TTL_MS, retryAfterMs);
    this.#refusal = isRefusal ? { failure, until } : null;
  }

  async #request(): Promise<Token> {
    const form = new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: await this.#assertions.create(),
    });
    const response = await this.#send({
      name: TOKEN_CALL,
      method: 'POST',
      path: '/oauth2/token',
      resource: null,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
      timeoutMs: this.#timeoutMs,
      // A refresh serves all callers: only its own time limit ends it, and no caller that leaves.
      callOptions: {
        signal: AbortSignal.timeout(this.#timeoutMs),
        deadline: performance.now() + this.#timeoutMs,
        claims: [TOKEN_CLAIM],
      },
    });
    return readToken(response);
  }
}
