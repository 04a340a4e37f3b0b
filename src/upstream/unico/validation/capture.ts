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
import { validateSelfie } from './sdk-token.ts';
import { validateReferenceId, validateReferences } from './references.ts';
import { apiProblem, inputProblem } from './input-problem.ts';
import { validateSubject } from './subject.ts';

function validateOnboarding({ subject, imageBase64 }: Onboarding, now: number): UserError[] {
  return [
    ...validateSubject(subject, { code: true, name: true }, ['subject']),
    ...validateSelfie(imageBase64, ['imageBase64'], now),
  ];
}

function validateTransactional(transactional: Transactional, now: number): UserError[] {
  const { references = [], referenceProcessId, subject, imageBase64 } = transactional;
  const isReferenceMissing = references.length === 0 && referenceProcessId === undefined;
  return [
    ...(isReferenceMissing
      ? [apiProblem('20024', ['references'], 'expected at least one reference, got none')]
      : validateReferences(references, ['references'])),
    ...(referenceProcessId === undefined
      ? []
      : validateReferenceId(referenceProcessId, ['referenceProcessId'])),
    ...(subject === undefined ? [] : validateSubject(subject, { code: false, name: false }, ['subject'])),
    ...validateSelfie(imageBase64, ['imageBase64'], now),
  ];
}

/** The kinds of document number that a document check accepts (upstream.md §5.2). */
const DOCUMENT_DUI_TYPES = new Set<DuiType>(['BR_CPF', 'MX_CURP', 'US_SSN', 'NG_NIN', 'AR_DNI', 'ID_NIK']);

/** One file (an open document) or two, front and back (upstream.md §5.2). */
const MAX_FILES = 2;

function validateFiles({ documentId, files = [] }: DocumentCheck): UserError[] {
  if (documentId === '') {
    return [inputProblem('DOCUMENT_FILES_INVALID', ['documentId'], 'expected an id, got empty text')];
  }
  if (documentId !== undefined) {
    return files.length === 0
      ? []
      : [inputProblem('DOCUMENT_FILES_INVALID', ['files'], 'expected either documentId or files, got both')];
  }
  if (files.length === 0 || files.length > MAX_FILES) {
    const message = `expected documentId, or one or two files, got ${files.length} files`;
    return [inputProblem('DOCUMENT_FILES_INVALID', ['files'], message)];
  }
  return files.flatMap((file, i) => validateImage(file, ['files', String(i)]));
}

function validateDocumentCheck(check: DocumentCheck): UserError[] {
  const { duiType } = check.subject;
  const problems: UserError[] = [];
  if (duiType === undefined && check.documentId === undefined) {
    problems.push(
      inputProblem(
        'DUI_TYPE_INVALID',
        ['subject', 'duiType'],
        'expected a kind of document number, got none',
      ),
    );
  }
  if (duiType !== undefined && !DOCUMENT_DUI_TYPES.has(duiType)) {
    const message = `expected one of ${[...DOCUMENT_DUI_TYPES].join(', ')}, got ${duiType}`;
    problems.push(inputProblem('DUI_TYPE_INVALID', ['subject', 'duiType'], message));
  }
  if (!isUuid(check.authProcessId)) {
    const message = `expected a UUID, got ${check.authProcessId.length} characters of another form`;
    problems.push(inputProblem('PROCESS_ID_INVALID', ['authProcessId'], message));
  }
  return [
    ...problems,
    ...validateSubject(check.subject, { code: true, name: false, duiType }, ['subject']),
    ...validateFiles(check),
  ];
}

/** Only Unico knows whether the APIKEY includes identity verification, which requires the code (upstream.md §5.2). */
function validateAge({ subject, imageBase64 }: AgeVerification, now: number): UserError[] {
  return [
    ...validateSubject(subject, { code: false, name: false }, ['subject']),
    ...validateSelfie(imageBase64, ['imageBase64'], now),
  ];
}

/**
 * Validates a POST processes/v1 by every rule of upstream.md §S2 and upstream.md §5.2 that needs no call. Returns all
 * problems, with paths relative to the input of the capture's kind; empty when there are none. `now` is in ms since the
 * epoch.
 */
export function validateCapture(capture: CaptureCreation, now: number): UserError[] {
  switch (capture.kind) {
    case 'onboarding':
      return validateOnboarding(capture, now);
    case 'transactional':
      return validateTransactional(capture, now);
    case 'document':
      return validateDocumentCheck(capture);
    case 'ageVerification':
      return validateAge(capture, now);
    default:
      return unreachable(capture, 'capture');
  }
}
