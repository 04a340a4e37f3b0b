import { hasCallerLeft } from './call-options.ts';
import type { UserErrorCode } from './user-error.ts';

/**
 * Why a call to Unico gave no usable response:
 * - `refused`: a 4xx about the request itself (400, 404, 409, 422), with Unico's code where it sent one
 * - `unauthorized`: a fault of our own credential or headers (401, 403, and the 400s for a missing header)
 * - `rate-limited`: 429, or our own rate limiter found no slot in time
 * - `unavailable`: 5xx, timeout, reset, no connection
 * - `contract`: a response that is not what the documents promise
 */
export type FailureKind = 'refused' | 'unauthorized' | 'rate-limited' | 'unavailable' | 'contract';

/** What the caller has to correct: our code, and the field of Unico's request, such as `subject.code`. */
export type Refusal = { code: UserErrorCode; field: string | null };

/** The details of a failure besides its kind and message. */
export type FailureDetails = {
  /** Unico's HTTP status; absent when no response came. */
  status?: number | undefined;
  /** Unico's own code, such as `20507` or `3`. */
  upstreamCode?: string | undefined;
  /** How long Unico, or our own rate limiter, asks to wait. */
  retryAfterSeconds?: number | undefined;
  /** With `refused`: what to correct, where the error catalogue knows it. */
  refusal?: Refusal | undefined;
  /** With `unauthorized`: the environment variable of the credential at fault, such as `UNICO_APIKEY_ONBOARDING`. */
  credential?: string | undefined;
  /** Whether Unico may have carried out the request: `false` only when it certainly did not. The default is `true`. */
  mayHaveHappened?: boolean;
  /** Whether the call ended because its caller left. That is no failure of Unico, and no caller gets it. */
  callerLeft?: boolean;
  /** Whether the time of the operation ended before a read had had most of its own, which says nothing about Unico. */
  cutShort?: boolean;
};

/**
 * A call to Unico that gave no usable response. The message is ours: it names the call and the fault, and never
 * contains a body, an address, a header or personal data of the call.
 */
export class UpstreamFailure extends Error {
  override readonly name = 'UpstreamFailure';
  readonly kind: FailureKind;
  readonly status: number | undefined;
  readonly upstreamCode: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly refusal: Refusal | undefined;
  readonly credential: string | undefined;
  readonly mayHaveHappened: boolean;
  readonly callerLeft: boolean;
  readonly cutShort: boolean;
  /** By the clock of `performance`. */
  readonly #failedAt = performance.now();

  constructor(kind: FailureKind, message: string, details: FailureDetails = {}) {
    super(message);
    this.kind = kind;
    this.status = details.status;
    this.upstreamCode = details.upstreamCode;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.refusal = details.refusal;
    this.credential = details.credential;
    this.mayHaveHappened = details.mayHaveHappened ?? true;
    this.callerLeft = details.callerLeft ?? false;
    this.cutShort = details.cutShort ?? false;
  }

  /**
   * How long there still is to wait, in seconds, at least one: a list is answered when its last process has come, many
   * seconds after others were refused.
   */
  get retryInSeconds(): number | undefined {
    if (this.retryAfterSeconds === undefined) return undefined;
    const elapsedSeconds = (performance.now() - this.#failedAt) / 1000;
    return Math.max(1, Math.ceil(this.retryAfterSeconds - elapsedSeconds));
  }
}

/** The failure of a caller that leaves, or whose time runs out, while it waits for work that another caller started. */
export function noResponseInTime(signal: AbortSignal): UpstreamFailure {
  return new UpstreamFailure('unavailable', 'no response in time', {
    mayHaveHappened: false,
    callerLeft: hasCallerLeft(signal),
  });
}
