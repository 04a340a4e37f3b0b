import { userError, type UserError, type UserErrorCode } from '../../../domain/user-error.ts';
import { findInCatalogue, type ErrorFamily } from '../errors/error-catalogue.ts';

/** The path of an input member, such as `['subject', 'code']`. */
export type FieldPath = readonly string[];

/**
 * A refusal that Unico would give, given here: its code and ours come out of the catalogue. `message` says what was
 * expected and what came, without the value. For idcloud, whose codes are shared, `upstreamMessage` picks the entry.
 */
export function inputProblemAs(
  family: ErrorFamily,
  code: string,
  field: FieldPath,
  message: string,
  upstreamMessage: string | null = null,
): UserError {
  const ours = findInCatalogue(family, code, upstreamMessage)?.ours;
  if (ours == null) throw new Error(`the catalogue has no user error for ${family} ${code}`);
  return userError(ours, message, { field: [...field], upstreamCode: code });
}

/** A refusal for which Unico's code is not known. */
export function inputProblem(code: UserErrorCode, field: FieldPath, message: string): UserError {
  return userError(code, message, { field: [...field] });
}
