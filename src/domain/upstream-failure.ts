import type { UserErrorCode } from './user-error.ts';

/**
 * Why Unico could not be asked, or did not answer the question:
 * - `refused`: a 4xx about the request itself (400, 404, 409, 422), with Unico's code where it gave one
 * - `unauthorized`: our own credential or headers (401, 403, and the 400s that say a header is missing)
 * - `rate-limited`: 429
 * - `unavailable`: 5xx, timeout, reset, no connection
 * - `contract`: an answer that is not what the documents promise
 */
export type FailureKind = 'refused' | 'unauthorized' | 'rate-limited' | 'unavailable' | 'contract';

/** What a refusal asks the caller to mend: our code, and the member of Unico's request, such as `subject.code`. */
export type Refusal = { code: UserErrorCode; field: string | null };

export type FailureDetails = {
  /** Unico's HTTP status; absent where no answer came. */
  status?: number | undefined;
  /** Unico's own code, such as `20507` or `3`. */
  upstreamCode?: string | undefined;
  /** How long Unico asks to wait (Retry-After). */
  retryAfterSeconds?: number | undefined;
  /** With `refused`: what to mend, where the catalogue knows it. */
  refusal?: Refusal | undefined;
  /** Whether Unico may have carried the request out: `false` only where it surely did not. The default is `true`. */
  mayHaveHappened?: boolean;
};

/**
 * A call to Unico that gave no usable answer. The message is ours: it names the call and what went wrong, and never
 * bears a body, an address, a header or personal data of the call.
 */
export class UpstreamFailure extends Error {
  override readonly name = 'UpstreamFailure';
  readonly kind: FailureKind;
  readonly status: number | undefined;
  readonly upstreamCode: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly refusal: Refusal | undefined;
  readonly mayHaveHappened: boolean;

  constructor(kind: FailureKind, message: string, details: FailureDetails = {}) {
    super(message);
    this.kind = kind;
    this.status = details.status;
    this.upstreamCode = details.upstreamCode;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.refusal = details.refusal;
    this.mayHaveHappened = details.mayHaveHappened ?? true;
  }
}

/** What a caller gets that leaves, or whose time is over, while it waits for what others began. */
export function noAnswerInTime(): UpstreamFailure {
  return new UpstreamFailure('unavailable', 'no answer in time', { mayHaveHappened: false });
}
