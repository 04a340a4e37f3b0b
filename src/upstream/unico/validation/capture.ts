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
import { validateSelfie } from './selfie.ts';
import { validateImage } from './image.ts';
import { validateReferences } from './references.ts';
import { inputProblem, inputProblemAs } from './input-problem.ts';
import { validateSubject } from './subject.ts';

function checkOnboarding({ subject, imageBase64 }: Onboarding, now: number): UserError[] {
  return [
    ...validateSubject(subject, { code: true, name: true }, ['subject']),
    ...validateSelfie(imageBase64, ['imageBase64'], now),
  ];
}

function checkReferenceProcess(id: string): UserError[] {
  return isUuid(id)
    ? []
    : [
        inputProblemAs(
          'api',
          '20065',
          ['referenceProcessId'],
          `expected a UUID, got ${id.length} characters of another form`,
        ),
      ];
}

function checkTransactional(transactional: Transactional, now: number): UserError[] {
  const { references = [], referenceProcessId, subject, imageBase64 } = transactional;
  const nothingToCompare = references.length === 0 && referenceProcessId === undefined;
  return [
    ...(nothingToCompare
      ? [inputProblemAs('api', '20024', ['references'], 'expected at least one reference, got none')]
      : validateReferences(references, ['references'])),
    ...(referenceProcessId === undefined ? [] : checkReferenceProcess(referenceProcessId)),
    ...(subject === undefined ? [] : validateSubject(subject, { code: false, name: false }, ['subject'])),
    ...validateSelfie(imageBase64, ['imageBase64'], now),
  ];
}

/** upstream.md §5.2: the kinds of document number that a document check takes. */
const DOCUMENT_DUI_TYPES = new Set<DuiType>(['BR_CPF', 'MX_CURP', 'US_SSN', 'NG_NIN', 'AR_DNI', 'ID_NIK']);

/** upstream.md §5.2: one file (an open document) or two (front and back). */
const MAX_FILES = 2;

function checkFiles({ documentId, files = [] }: DocumentCheck): UserError[] {
  if (documentId === '')
    return [inputProblem('DOCUMENT_FILES_INVALID', ['documentId'], 'expected an id, got empty text')];
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

function checkDocument(check: DocumentCheck): UserError[] {
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
    ...checkFiles(check),
  ];
}

/** upstream.md §5.2: the code is needed only where the APIKEY has identity verification, which only Unico knows. */
function checkAge({ subject, imageBase64 }: AgeVerification, now: number): UserError[] {
  return [
    ...validateSubject(subject, { code: false, name: false }, ['subject']),
    ...validateSelfie(imageBase64, ['imageBase64'], now),
  ];
}

/**
 * Checks a POST processes/v1 by everything in S2 and upstream.md §5.2 that can be known without asking: all that is wrong,
 * with paths below the form's own input. `now` is in ms since the epoch.
 */
export function validateCapture(capture: CaptureCreation, now: number): UserError[] {
  switch (capture.kind) {
    case 'onboarding':
      return checkOnboarding(capture, now);
    case 'transactional':
      return checkTransactional(capture, now);
    case 'document':
      return checkDocument(capture);
    case 'ageVerification':
      return checkAge(capture, now);
    default:
      return unreachable(capture, 'capture');
  }
}
