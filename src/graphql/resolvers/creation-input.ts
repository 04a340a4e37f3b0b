import type { JourneyPerson, ProcessCreation, Reference } from '../../domain/process-creation.ts';
import type {
  AgeVerificationInput,
  CreateProcessInput,
  DocumentInput,
  JourneyInput,
  JourneyPersonInput,
  OnboardingInput,
  ReferenceInput,
  TransactionalInput,
} from '../../generated/resolvers.ts';

/** An object without its properties that are `null`: for callers, `null` means the same as to omit the property. */
type WithoutNulls<T> = { [Property in keyof T]: Exclude<T[Property], null> };

/** Returns a copy without the properties that are `null`, one level deep. */
function withoutNulls<T extends object>(value: T): WithoutNulls<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, property]) => property !== null),
  ) as WithoutNulls<T>;
}

function fromReferences(references: readonly ReferenceInput[]): Reference[] {
  return references.map(({ referenceType, referenceContent }) => ({ referenceType, referenceContent }));
}

function fromOnboarding({ subject, ...input }: OnboardingInput): ProcessCreation {
  return { kind: 'onboarding', ...withoutNulls(input), subject: withoutNulls(subject) };
}

function fromTransactional({ subject, references, ...input }: TransactionalInput): ProcessCreation {
  return {
    kind: 'transactional',
    ...withoutNulls(input),
    ...(subject == null ? {} : { subject: withoutNulls(subject) }),
    ...(references == null ? {} : { references: fromReferences(references) }),
  };
}

function fromDocument({ subject, files, ...input }: DocumentInput): ProcessCreation {
  return {
    kind: 'document',
    ...withoutNulls(input),
    subject: withoutNulls(subject),
    ...(files == null ? {} : { files: [...files] }),
  };
}

function fromAgeVerification({ subject, ...input }: AgeVerificationInput): ProcessCreation {
  return { kind: 'ageVerification', ...withoutNulls(input), subject: withoutNulls(subject) };
}

function fromJourneyPerson({ notifications, ...person }: JourneyPersonInput): JourneyPerson {
  return {
    ...withoutNulls(person),
    ...(notifications == null ? {} : { notifications: [...notifications] }),
  };
}

function fromJourney({ person, references, payload, ...input }: JourneyInput): ProcessCreation {
  return {
    kind: 'journey',
    ...withoutNulls(input),
    ...(person == null ? {} : { person: fromJourneyPerson(person) }),
    ...(references == null ? {} : { references: fromReferences(references) }),
    ...(payload == null
      ? {}
      : {
          payload: payload.map(({ documentName, fileContents }) => ({ documentName, fileContents })),
        }),
  };
}

/** How many forms an input has: `@oneOf` requires one, but not every gateway enforces it. */
export function countForms(input: CreateProcessInput): number {
  return Object.values(input).filter((form) => form != null).length;
}

/** Converts an input with exactly one form into a creation. */
export function toProcessCreation(input: CreateProcessInput): ProcessCreation {
  if (input.onboarding != null) return fromOnboarding(input.onboarding);
  if (input.transactional != null) return fromTransactional(input.transactional);
  if (input.document != null) return fromDocument(input.document);
  if (input.ageVerification != null) return fromAgeVerification(input.ageVerification);
  return fromJourney(input.journey);
}
