import type { ErrorCode } from '../graphql/errors/error-codes.ts';

/** Why a request did not get as far as GraphQL; labels of the metrics. */
export const REJECTION_REASONS = ['router-secret', 'token', 'keys-unavailable', 'accept', 'body'] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];

/** A request that is refused before GraphQL sees it. The message says what was expected, and quotes nothing. */
export class RequestRejected extends Error {
  override readonly name = 'NotLetIn';
  readonly reason: RejectionReason;
  /** Of the HTTP answer. */
  readonly status: number;
  readonly code: ErrorCode;

  constructor(reason: RejectionReason, status: number, code: ErrorCode, message: string) {
    super(message);
    this.reason = reason;
    this.status = status;
    this.code = code;
  }
}
