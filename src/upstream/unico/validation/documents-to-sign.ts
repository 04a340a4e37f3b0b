import type { DocumentToSign } from '../../../domain/process-creation.ts';
import type { UserError } from '../../../domain/user-error.ts';
import { decodedLength, describeNotBase64, toStandardBase64 } from './base64.ts';
import { inputProblem, type FieldPath } from './input-problem.ts';

/** Unico documents no limits. These protect this service; the body of the whole request has at most 8 MiB. */
const MAX_DOCUMENTS = 10;
const MAX_DOCUMENT_BYTES = 5 * 1024 * 1024;

function problem(field: FieldPath, message: string): UserError {
  return inputProblem('DOCUMENT_FILES_INVALID', field, message);
}

function validateDocument({ documentName, fileContents }: DocumentToSign, field: FieldPath): UserError[] {
  const [nameField, contentsField] = [
    [...field, 'documentName'],
    [...field, 'fileContents'],
  ];
  const problems =
    documentName === ''
      ? [problem(nameField, 'expected the name of the document, got empty text: name it')]
      : [];
  if (fileContents === '') {
    return [...problems, problem(contentsField, 'expected a PDF in base64, got empty text: send the file')];
  }
  const base64 = toStandardBase64(fileContents);
  if (base64 === null) {
    const message = `expected a PDF in base64, ${describeNotBase64(fileContents)}`;
    return [...problems, problem(contentsField, message)];
  }
  const length = decodedLength(base64);
  if (length > MAX_DOCUMENT_BYTES) {
    const message = `expected at most ${MAX_DOCUMENT_BYTES} bytes (5 MiB), got ${length}: send a smaller file`;
    problems.push(problem(contentsField, message));
  }
  return problems;
}

/**
 * Validates the documents to sign in a journey: Unico requires every property of them (upstream.md §4.2 `payload`).
 * Whether a file is a PDF is left to Unico. Returns all problems; empty when there are none.
 */
export function validateDocumentsToSign(documents: readonly DocumentToSign[]): UserError[] {
  if (documents.length > MAX_DOCUMENTS) {
    const message = `expected at most ${MAX_DOCUMENTS} documents, got ${documents.length}: send fewer`;
    return [problem(['payload'], message)];
  }
  return documents.flatMap((document, i) => validateDocument(document, ['payload', String(i)]));
}
