import type { Reference } from '../../../domain/process-creation.ts';
import { isUuid } from '../../../domain/process-id.ts';
import type { UserError } from '../../../domain/user-error.ts';
import { validateImage } from './image.ts';
import { apiProblem, type FieldPath } from './input-problem.ts';

/**
 * More than the images that fit into a request, and than the ids that a caller would compare a face with. Unico
 * documents no limit; without one, a list of a hundred thousand would get one error per item.
 */
const MAX_REFERENCES = 20;

/** Validates the id of the process that a face is compared with (upstream.md §S2). */
export function validateReferenceId(id: string, field: FieldPath): UserError[] {
  return isUuid(id)
    ? []
    : [apiProblem('20065', field, `expected a UUID, got ${id.length} characters of another form`)];
}

/** Validates the references of a face comparison (upstream.md §S2 `references`): images, and ids of processes. */
export function validateReferences(references: readonly Reference[], field: FieldPath): UserError[] {
  if (references.length > MAX_REFERENCES) {
    const message = `expected at most ${MAX_REFERENCES} references, got ${references.length}`;
    return [apiProblem('20065', field, message)];
  }
  return references.flatMap(({ referenceType, referenceContent }, i) => {
    const at = [...field, String(i), 'referenceContent'];
    return referenceType === 'REFERENCE_TYPE_IMAGE_BASE64'
      ? validateImage(referenceContent, at)
      : validateReferenceId(referenceContent, at);
  });
}
