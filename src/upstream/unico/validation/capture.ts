import type {
  AgeVerification,
  CaptureCreation,
  DocumentCheck,
  Onboarding,
  Transactional,
} from '../../../domain/process-creation.ts';
import type { DuiType } from '../../../domain/person.ts';
import { isUuid } from '../../../domain/process-id.ts';
import { unreachable } from '../../../lib/unreachable.ts';
import type { UserError } from '../../../domain/user-error.ts';
import { validateImage } from './image.ts';
import { validateReferenceId, validateReferences } from './references.ts';
import { apiProblem, inputProblem } from './input-problem.ts';
import { validateSubject } from './subject.ts';

function validateOnboarding({ subject, imageBase64 }: Onboarding): UserError[] {
  return [
    ...validateSubject(subject, { code: true, name: true }, ['subject']),
    ...validateImage(imageBase64, ['imageBase64']),
  ];
}

function validateTransactional(transactional: Transactional): UserError[] {
  const { references = [], referenceProcessId, subject, imageBase64 } = transactional;
  const isReferenceMissing = references.length === 0 && referenceProcessId === undefined;
  const missing = 'expected at least one reference, got none: send what the face is compared with';
  return [
    ...(isReferenceMissing
      ? [apiProblem('20024', ['references'], missing)]
      : validateReferences(references, ['references'])),
    ...(referenceProcessId === undefined
      ? []
      : validateReferenceId(referenceProcessId, ['referenceProcessId'])),
    ...(subject === undefined ? [] : validateSubject(subject, { code: false, name: false }, ['subject'])),
    ...validateImage(imageBase64, ['imageBase64']),
  ];
}

/** The kinds of document number that a document check accepts (upstream.md §5.2). */
const DOCUMENT_DUI_TYPES = new Set<DuiType>(['BR_CPF', 'MX_CURP', 'US_SSN', 'NG_NIN', 'AR_DNI', 'ID_NIK']);

/** One file (an open document) or two, front and back (upstream.md §5.2). */
const MAX_FILES = 2;

/** `documentId` selects the variant that reuses a document; files are then not needed, and not forbidden (§S4). */
function validateFiles({ documentId, files = [] }: DocumentCheck): UserError[] {
  if ((files.length === 0 && documentId === undefined) || files.length > MAX_FILES) {
    const message = `expected documentId, or one or two files, got ${files.length} files: send the document, or the id of a stored one`;
    return [inputProblem('DOCUMENT_FILES_INVALID', ['files'], message)];
  }
  return files.flatMap((file, i) => validateImage(file, ['files', String(i)]));
}

/** The kind is required for new files; the sample that reuses a document has none (upstream.md §5.2). */
function validateDuiType({ subject: { duiType }, documentId }: DocumentCheck): UserError[] {
  const isValid = duiType === undefined ? documentId !== undefined : DOCUMENT_DUI_TYPES.has(duiType);
  if (isValid) return [];
  const message = `expected one of ${[...DOCUMENT_DUI_TYPES].join(', ')}, got ${duiType ?? 'none'}: send the kind of subject.code`;
  return [inputProblem('DUI_TYPE_INVALID', ['subject', 'duiType'], message)];
}

function validateDocumentCheck(check: DocumentCheck): UserError[] {
  const { subject, authProcessId } = check;
  const message = `expected a UUID, got ${authProcessId.length} characters of another form: send the id of the biometric process`;
  return [
    ...validateDuiType(check),
    ...(isUuid(authProcessId) ? [] : [inputProblem('PROCESS_ID_INVALID', ['authProcessId'], message)]),
    ...validateSubject(subject, { code: true, name: false, duiType: subject.duiType }, ['subject']),
    ...validateFiles(check),
  ];
}

/** Only Unico knows whether the APIKEY includes identity verification, which requires the code (upstream.md §5.2). */
function validateAge({ subject, imageBase64 }: AgeVerification): UserError[] {
  return [
    ...validateSubject(subject, { code: false, name: false }, ['subject']),
    ...validateImage(imageBase64, ['imageBase64']),
  ];
}

/**
 * Validates a normalized POST processes/v1 by what Unico certainly refuses (upstream.md §S2, upstream.md §5.2). Returns
 * all problems, with paths relative to the input of the capture's kind; empty when there are none.
 */
export function validateCapture(capture: CaptureCreation): UserError[] {
  switch (capture.kind) {
    case 'onboarding':
      return validateOnboarding(capture);
    case 'transactional':
      return validateTransactional(capture);
    case 'document':
      return validateDocumentCheck(capture);
    case 'ageVerification':
      return validateAge(capture);
    default:
      return unreachable(capture, 'capture');
  }
}
