import type { Reference } from '../../../domain/process-creation.ts';
import { isUuid } from '../../../domain/process-id.ts';
import type { UserError } from '../../../domain/user-error.ts';
import { validateImage } from './image.ts';
import { inputProblemAs, type FieldPath } from './input-problem.ts';

/**
 * More than the images that fit into a request, and the ids that anybody would compare a face with. Unico names no limit;
 * without one, a list of a hundred thousand would be told mistake by mistake.
 */
const MAX_REFERENCES = 20;

/** Checks what a face is to be compared with (upstream.md §S2 `references`): images, and ids of processes. */
export function validateReferences(references: readonly Reference[], field: FieldPath): UserError[] {
  if (references.length > MAX_REFERENCES) {
    const message = `expected at most ${MAX_REFERENCES} references, got ${references.length}`;
    return [inputProblemAs('api', '20065', field, message)];
  }
  return references.flatMap(({ referenceType, referenceContent }, i) => {
    const at = [...field, String(i), 'referenceContent'];
    if (referenceType === 'REFERENCE_TYPE_IMAGE_BASE64') return validateImage(referenceContent, at);
    return isUuid(referenceContent)
      ? []
      : [
          inputProblemAs(
            'api',
            '20065',
            at,
            `expected a UUID, got ${referenceContent.length} characters of another form`,
          ),
        ];
  });
}
