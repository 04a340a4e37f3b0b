import type { UpstreamFailure } from '../../domain/upstream-failure.ts';
import { unreachable } from '../../lib/unreachable.ts';
import { userError, type UserError, type UserErrorCode } from '../../domain/user-error.ts';

/** Makes the path of an argument out of the member of Unico's request that is at fault, such as `subject.code`. */
export type FieldMapper = (member: string) => string[] | null;

/** What is told of an id that no process can have; the id itself stays out, because people paste CPFs into the wrong field. */
export function malformedProcessId(given: string, field: string[]): UserError {
  const message = `expected a process id (1 to 320 letters, digits, - and _, and neither a CPF nor a CURP), got ${given.length} characters of another form`;
  return userError('PROCESS_ID_INVALID', message, { field, upstreamCode: '3' });
}

/** A problem whose path is below `path`, told from the top of the arguments. */
export function below(path: readonly string[], problem: UserError): UserError {
  return problem.field === null ? problem : { ...problem, field: [...path, ...problem.field] };
}

/** A refusal that is not in the catalogue still tells by its status what it is about. */
function codeByStatus(status: number | undefined): UserErrorCode {
  if (status === 404) return 'NOT_FOUND';
  return status === 409 ? 'CONFLICT' : 'BAD_USER_INPUT';
}

function refusedByUnico(failure: UpstreamFailure, toField: FieldMapper): UserError {
  const { refusal, status, upstreamCode } = failure;
  const member = refusal?.field ?? null;
  return userError(refusal?.code ?? codeByStatus(status), `Unico refused this (${failure.message})`, {
    field: member === null ? null : toField(member),
    upstreamCode: upstreamCode ?? null,
  });
}

function rateLimited(failure: UpstreamFailure): UserError {
  const wait = failure.retryAfterSeconds ?? null;
  const when = wait === null ? 'in a moment' : `in ${wait} seconds`;
  return userError(
    'RATE_LIMITED',
    `Unico takes no more requests just now: nothing was done, try again ${when}`,
    {
      retryable: true,
      retryAfterSeconds: wait,
      upstreamCode: failure.upstreamCode ?? null,
    },
  );
}

/**
 * What a failure of a mutation is to its caller: something to mend or to know (a user error), or a fault of ours or of
 * Unico's, which is thrown on and becomes an entry of `errors`. `advice` says what to do when the outcome is unknown.
 */
export function toUserError(failure: UpstreamFailure, toField: FieldMapper, advice: string): UserError {
  switch (failure.kind) {
    case 'refused':
      return refusedByUnico(failure, toField);
    case 'rate-limited':
      return rateLimited(failure);
    case 'unavailable':
      if (!failure.mayHaveHappened) throw failure;
      return userError(
        'OUTCOME_UNKNOWN',
        `the request was sent and no answer came (${failure.message}): ${advice}`,
        {
          upstreamCode: failure.upstreamCode ?? null,
        },
      );
    case 'unauthorized':
    case 'contract':
      throw failure;
    default:
      return unreachable(failure.kind, 'kind of failure');
  }
}
