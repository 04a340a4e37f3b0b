import type { UpstreamFailure } from '../../domain/upstream-failure.ts';
import { unreachable } from '../../lib/unreachable.ts';
import type { FieldMapper } from './refused-field.ts';
import { userError, type UserError, type UserErrorCode } from '../../domain/user-error.ts';

/** The user error for an id that no process can have. Its message leaves out the id, which may be a CPF. */
export function malformedProcessId(id: string, field: string[]): UserError {
  const message = `expected a process id (1 to 320 letters, digits, - and _, and neither a CPF nor a CURP), got ${id.length} characters of another form`;
  return userError('PROCESS_ID_INVALID', message, { field, upstreamCode: '3' });
}

/** Prefixes the path of a problem with `path`, so that it starts at the arguments of the mutation. */
export function below(path: readonly string[], problem: UserError): UserError {
  return problem.field === null ? problem : { ...problem, field: [...path, ...problem.field] };
}

/** The code of a refusal that is not in the error catalogue, by its HTTP status. */
function codeByStatus(status: number | undefined): UserErrorCode {
  if (status === 404) return 'NOT_FOUND';
  return status === 409 ? 'CONFLICT' : 'BAD_USER_INPUT';
}

function refusedByUnico(failure: UpstreamFailure, toField: FieldMapper): UserError {
  const { refusal, status, upstreamCode } = failure;
  const refusedField = refusal?.field ?? null;
  return userError(refusal?.code ?? codeByStatus(status), `Unico refused this (${failure.message})`, {
    field:
      refusal === undefined || refusedField === null ? null : toField({ ...refusal, field: refusedField }),
    upstreamCode: upstreamCode ?? null,
  });
}

function rateLimited(failure: UpstreamFailure): UserError {
  const wait = failure.retryInSeconds ?? null;
  const when = wait === null ? 'in a moment' : `in ${wait} seconds`;
  return userError(
    'RATE_LIMITED',
    `the rate limit of Unico is reached: nothing was done, try again ${when}`,
    {
      retryable: true,
      retryAfterSeconds: wait,
      upstreamCode: failure.upstreamCode ?? null,
    },
  );
}

/** What is known of a request that Unico may have carried out. */
function whatCame({ kind, status }: UpstreamFailure): string {
  if (kind === 'contract') return 'the request was sent and its response cannot be read';
  return status === undefined
    ? 'the request was sent and no response was received'
    : `the request was sent and Unico answered with HTTP ${status}`;
}

function outcomeUnknown(failure: UpstreamFailure, advice: string): UserError {
  const message = `${whatCame(failure)} (${failure.message}): ${advice}`;
  return userError('OUTCOME_UNKNOWN', message, { upstreamCode: failure.upstreamCode ?? null });
}

/**
 * Converts a failure of a mutation into a user error, where the caller can correct it or has to know about it. Other
 * failures are faults of this service or of Unico: they are thrown again and become entries of `errors`. `advice` says
 * what to do when the outcome is unknown.
 */
export function toUserError(failure: UpstreamFailure, toField: FieldMapper, advice: string): UserError {
  switch (failure.kind) {
    case 'refused':
      return refusedByUnico(failure, toField);
    case 'rate-limited':
      return rateLimited(failure);
    case 'unavailable':
    case 'contract':
      if (!failure.mayHaveHappened) throw failure;
      return outcomeUnknown(failure, advice);
    case 'unauthorized':
      throw failure;
    default:
      return unreachable(failure.kind, 'kind of failure');
  }
}
