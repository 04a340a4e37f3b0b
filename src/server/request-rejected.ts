import type { ErrorCode } from '../graphql/errors/error-codes.ts';

/** The values of `RejectionReason`; label values of `requests_refused_total`. */
export const REJECTION_REASONS = [
  'router-secret',
  'token',
  'keys-unavailable',
  'accept',
  'body',
  'headers',
  'timeout',
  'http',
] as const;
/** Why a request was rejected before GraphQL. */
export type RejectionReason = (typeof REJECTION_REASONS)[number];

/** How a rejection is counted, and which response it gets. */
export type Rejection = {
  reason: RejectionReason;
  /** The HTTP status of the response. */
  status: number;
  /** `extensions.code` of the response. */
  code: ErrorCode;
};

/** A request that is rejected before GraphQL. The message says what was expected, and quotes nothing of the request. */
export class RequestRejected extends Error {
  override readonly name = 'RequestRejected';
  readonly reason: RejectionReason;
  readonly status: number;
  readonly code: ErrorCode;

  constructor(message: string, { reason, status, code }: Rejection) {
    super(message);
    this.reason = reason;
    this.status = status;
    this.code = code;
  }
}
