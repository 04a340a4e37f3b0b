import { GraphQLError } from 'graphql';
import { UpstreamFailure, type FailureKind } from '../../domain/upstream-failure.ts';

/** Every `extensions.code` in the responses of this subgraph; `docs/errors.md` explains each. */
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
/** An `extensions.code`. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** The code of each kind of failure. */
const CODES: Record<FailureKind, ErrorCode> = {
  refused: 'BAD_USER_INPUT',
  unauthorized: 'UPSTREAM_UNAUTHORIZED',
  'rate-limited': 'RATE_LIMITED',
  unavailable: 'UPSTREAM_UNAVAILABLE',
  contract: 'UPSTREAM_CONTRACT',
};

/** The code of anything that a resolver threw. */
export function codeOf(error: unknown): ErrorCode {
  if (error instanceof UpstreamFailure) return CODES[error.kind];
  const code = error instanceof GraphQLError ? error.extensions['code'] : undefined;
  return ERROR_CODES.find((documented) => documented === code) ?? 'INTERNAL_SERVER_ERROR';
}

/** What happened and what the caller can do, for each kind of failure. */
const ADVICE: Record<FailureKind, string> = {
  refused: 'Unico refused the request: check the arguments',
  unauthorized:
    "Unico refused this service's own credential: the operator of this service has to fix it, a new login does not help",
  'rate-limited': "the tenant's quota of requests to Unico is used up: try again later",
  unavailable: 'Unico could not be reached, or did not respond in time: try again later',
  contract:
    'Unico sent a response that this service cannot read: the operator of this service has to look at it',
};

function adviceOf({ kind, status }: UpstreamFailure): string {
  // An answer of Unico is not silence: the operator looks at Unico in the one case, at the network in the other.
  return kind === 'unavailable' && status !== undefined
    ? `Unico answered with HTTP ${status}: try again later`
    : ADVICE[kind];
}

/**
 * The code, message and extensions of a failure of Unico in `errors`. Details of a refused credential go to the log
 * alone: they name variables of the deployment, and no caller can fix them.
 */
export function describeFailure(failure: UpstreamFailure): {
  message: string;
  extensions: { code: ErrorCode; upstreamCode?: string; retryAfterSeconds?: number };
} {
  const { kind, message, upstreamCode, retryInSeconds: retryAfterSeconds } = failure;
  return {
    message: kind === 'unauthorized' ? ADVICE[kind] : `${adviceOf(failure)} (${message})`,
    extensions: {
      code: CODES[kind],
      ...(upstreamCode === undefined ? {} : { upstreamCode }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    },
  };
}
