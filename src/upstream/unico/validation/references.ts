import type { Reference } from '../../../domain/process-creation.ts';
import { isUuid } from '../../../domain/process-id.ts';
import type { UserError } from '../../../domain/user-error.ts';
import { validateImage } from './image.ts';
import { apiProblem, type FieldPath } from './input-problem.ts';

/**
 * Unico documents no limit. This one protects this service: a list of a hundred thousand would get one error per item.
 */
const MAX_REFERENCES = 200;

/** Validates the id of the process that a face is compared with (upstream.md §S2). */
export function validateReferenceId(id: string, field: FieldPath): UserError[] {
  const message = `expected a UUID, got ${id.length} characters of another form: send the id of an earlier process`;
  return isUuid(id) ? [] : [apiProblem('20065', field, message)];
}

/** Validates the content of a reference to a process: its id, as far as the contract fixes the form. */
type ValidateId = (id: string, field: FieldPath) => UserError[];

/** Validates the references of a face comparison (upstream.md §S2 `references`): images, and ids of processes. */
export function validateReferences(
  references: readonly Reference[],
  field: FieldPath,
  validateId: ValidateId = validateReferenceId,
): UserError[] {
  if (references.length > MAX_REFERENCES) {
    const message = `expected at most ${MAX_REFERENCES} references, got ${references.length}: send fewer`;
    return [apiProblem('20065', field, message)];
  }
  return references.flatMap(({ referenceType, referenceContent }, i) => {
    const at = [...field, String(i), 'referenceContent'];
    return referenceType === 'REFERENCE_TYPE_IMAGE_BASE64'
      ? validateImage(referenceContent, at)
      : validateId(referenceContent, at);
  });
}
