import type { FailureKind, UpstreamFailure } from '../../domain/upstream-failure.ts';

/** Every `extensions.code` that this subgraph answers with; `docs/errors.md` explains each. */
export const ERROR_CODES = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'AUTHENTICATION_UNAVAILABLE',
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'BAD_REQUEST',
  'PAYLOAD_TOO_LARGE',
  'RATE_LIMITED',
  'UPSTREAM_UNAUTHORIZED',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_CONTRACT',
  'INTERNAL_SERVER_ERROR',
] as const;
/** One of them. */
export type ErrorCode = (typeof ERROR_CODES)[number];

const CODES: Record<FailureKind, ErrorCode> = {
  refused: 'BAD_USER_INPUT',
  unauthorized: 'UPSTREAM_UNAUTHORIZED',
  'rate-limited': 'RATE_LIMITED',
  unavailable: 'UPSTREAM_UNAVAILABLE',
  contract: 'UPSTREAM_CONTRACT',
};

/** What the one who asked can do about each kind of failure. */
const ADVICE: Record<FailureKind, string> = {
  refused: 'Unico refused the request: check the arguments',
  unauthorized:
    "Unico refused this service's own credential: its operator has to mend that, logging in again is of no use",
  'rate-limited': 'Unico takes no more requests just now: try again later',
  unavailable: 'Unico did not answer: try again later',
  contract: 'Unico answered something that this service can not read: its operator has to look at it',
};

/**
 * The code, message and extensions by which a failure of Unico's is told in `errors`. What is wrong with our own
 * credential is for the log: its details name variables of the deployment, and no caller can mend it.
 */
export function describeFailure(failure: UpstreamFailure): {
  message: string;
  extensions: { code: ErrorCode; upstreamCode?: string; retryAfterSeconds?: number };
} {
  const { kind, message, upstreamCode, retryAfterSeconds } = failure;
  return {
    message: kind === 'unauthorized' ? ADVICE[kind] : `${ADVICE[kind]} (${message})`,
    extensions: {
      code: CODES[kind],
      ...(upstreamCode === undefined ? {} : { upstreamCode }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    },
  };
}
