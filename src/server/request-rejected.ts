import type { ErrorCode } from '../graphql/errors/error-codes.ts';

/** Why a request was rejected before GraphQL; label values of `requests_refused_total`. */
export const REJECTION_REASONS = ['router-secret', 'token', 'keys-unavailable', 'accept', 'body'] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];

/** A request that is rejected before GraphQL. The message says what was expected, and quotes nothing of the request. */
export class RequestRejected extends Error {
  override readonly name = 'RequestRejected';
  readonly reason: RejectionReason;
  /** The HTTP status of the response. */
  readonly status: number;
  /** `extensions.code` of the response. */
  readonly code: ErrorCode;

  constructor(reason: RejectionReason, status: number, code: ErrorCode, message: string) {
    super(message);
    this.reason = reason;
    this.status = status;
    this.code = code;
  }
}
