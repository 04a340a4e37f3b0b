import type { DocumentToSign, ProcessCreation, Reference } from '../../../domain/process-creation.ts';
import { unreachable } from '../../../lib/unreachable.ts';
import { toStandardBase64 } from './base64.ts';
import { normalizeImage } from './image.ts';

/** Texts that are required: empty, they are refused, and not left out. */
const REQUIRED_TEXTS: ReadonlySet<string> = new Set(['imageBase64', 'authProcessId', 'flow', 'callbackUri']);

/** Leaves out the texts that are empty, as forms send them for what was not filled in. */
function withoutEmptyTexts<T extends object>(value: T): T {
  const given = Object.entries(value).filter(([name, text]) => text !== '' || REQUIRED_TEXTS.has(name));
  return Object.fromEntries(given) as T;
}

function normalizeReferences(references: readonly Reference[]): Reference[] {
  return references.map((reference) =>
    reference.referenceType === 'REFERENCE_TYPE_IMAGE_BASE64'
      ? { ...reference, referenceContent: normalizeImage(reference.referenceContent) }
      : reference,
  );
}

/** An object with one normalized property, or without properties where the caller gave none. */
function withNormal<Name extends string, T>(
  name: Name,
  value: T | undefined,
  normalize: (value: T) => T,
): { [property in Name]?: T } {
  return value === undefined ? {} : ({ [name]: normalize(value) } as { [property in Name]?: T });
}

function normalizePayload(documents: readonly DocumentToSign[]): DocumentToSign[] {
  return documents.map(({ documentName, fileContents }) => ({
    documentName,
    fileContents: toStandardBase64(fileContents) ?? fileContents,
  }));
}

/**
 * What is validated and sent instead of the caller's own text, where both mean the same: an optional text that is empty
 * is left out, and base64 gets its standard form. Everything else stays as it is. An idempotency key is bound to the
 * caller's own input, never to this one, because another version of this service may normalize otherwise.
 */
export function normalizeCreation(creation: ProcessCreation): ProcessCreation {
  switch (creation.kind) {
    case 'onboarding':
    case 'ageVerification':
      return {
        ...withoutEmptyTexts(creation),
        subject: withoutEmptyTexts(creation.subject),
        imageBase64: normalizeImage(creation.imageBase64),
      };
    case 'transactional':
      return {
        ...withoutEmptyTexts(creation),
        ...withNormal('subject', creation.subject, withoutEmptyTexts),
        ...withNormal('references', creation.references, normalizeReferences),
        imageBase64: normalizeImage(creation.imageBase64),
      };
    case 'document':
      return {
        ...withoutEmptyTexts(creation),
        subject: withoutEmptyTexts(creation.subject),
        ...withNormal('files', creation.files, (files) => files.map(normalizeImage)),
      };
    case 'journey':
      return {
        ...withoutEmptyTexts(creation),
        ...withNormal('person', creation.person, withoutEmptyTexts),
        ...withNormal('references', creation.references, normalizeReferences),
        ...withNormal('payload', creation.payload, normalizePayload),
      };
    default:
      return unreachable(creation, 'creation');
  }
}
