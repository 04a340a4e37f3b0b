import { userError, type UserError, type UserErrorCode } from '../../../domain/user-error.ts';
import { findInCatalogue, type ErrorFamily } from '../errors/error-catalogue.ts';

/** The path of an input field, such as `['subject', 'code']`. */
export type FieldPath = readonly string[];

/**
 * The code of every idcloud error that is found before a call (upstream.md §4.6); Unico's message distinguishes them.
 */
const IDCLOUD_CODE = '3';

function userErrorCodeOf(family: ErrorFamily, code: string, upstreamMessage: string | null): UserErrorCode {
  const entry = findInCatalogue(family, code, upstreamMessage);
  if (entry === undefined || entry.userErrorCode === null) {
    throw new Error(`the error catalogue has no user error for ${family} ${code}`);
  }
  return entry.userErrorCode;
}

/**
 * A problem that processes/v1 or documents/v1 would refuse with `code`, found before a call. `message` says what was
 * expected and what came, without the value. Throws an `Error` when the error catalogue has no user error for it.
 */
export function apiProblem(code: string, field: FieldPath, message: string): UserError {
  return userError(userErrorCodeOf('api', code, null), message, { field: [...field], upstreamCode: code });
}

/** The same for client/v1/process, which would refuse the input with code 3 and `upstreamMessage`. */
export function idcloudProblem(upstreamMessage: string, field: FieldPath, message: string): UserError {
  const userErrorCode = userErrorCodeOf('idcloud', IDCLOUD_CODE, upstreamMessage);
  return userError(userErrorCode, message, { field: [...field], upstreamCode: IDCLOUD_CODE });
}

/** A problem for which Unico's code is not known. */
export function inputProblem(code: UserErrorCode, field: FieldPath, message: string): UserError {
  return userError(code, message, { field: [...field] });
}
