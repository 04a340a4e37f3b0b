import type { JourneyCreation, ProcessCreation, Reference } from '../../../domain/process-creation.ts';
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

function normalizeJourney({ person, references, payload, ...journey }: JourneyCreation): JourneyCreation {
  return {
    ...withoutEmptyTexts(journey),
    ...(person === undefined ? {} : { person: withoutEmptyTexts(person) }),
    ...(references === undefined ? {} : { references: normalizeReferences(references) }),
    ...(payload === undefined || payload.length === 0
      ? {}
      : {
          payload: payload.map(({ documentName, fileContents }) => ({
            documentName,
            fileContents: toStandardBase64(fileContents) ?? fileContents,
          })),
        }),
  };
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
    case 'transactional': {
      const { subject, references, ...rest } = creation;
      return {
        ...withoutEmptyTexts(rest),
        ...(subject === undefined ? {} : { subject: withoutEmptyTexts(subject) }),
        ...(references === undefined ? {} : { references: normalizeReferences(references) }),
        imageBase64: normalizeImage(creation.imageBase64),
      };
    }
    case 'document': {
      const { files, ...rest } = creation;
      return {
        ...withoutEmptyTexts(rest),
        subject: withoutEmptyTexts(creation.subject),
        ...(files === undefined ? {} : { files: files.map(normalizeImage) }),
      };
    }
    case 'journey':
      return normalizeJourney(creation);
    default:
      return unreachable(creation, 'creation');
  }
}
