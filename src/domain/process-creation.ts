import type { DuiType } from './person.ts';
import type { ProcessSource } from './process.ts';
import { userError, type UserError } from './user-error.ts';

/*
 * The property names and the values of these types are a store format: an idempotency key is bound to the digest of its
 * input (src/services/creations/creation-digest.ts). A renamed property, a changed value or a new default would change
 * the digests.
 */

/** The person whom a capture shows (upstream.md §5.2). Absent properties are not sent. */
export type Subject = {
  code?: string;
  name?: string;
  gender?: string;
  birthDate?: string;
  email?: string;
  phone?: string;
};

/** The kinds of references that Unico accepts (upstream.md §S2). */
export type ReferenceType = 'REFERENCE_TYPE_IMAGE_BASE64' | 'REFERENCE_TYPE_PROCESS_ID';
/** What a face is compared with: `referenceContent` is an image in base64, or the id of a process. */
export type Reference = { referenceType: ReferenceType; referenceContent: string };

/** A capture with its subject (upstream.md §S2, Onboarding). `imageBase64` is an image in base64 or an SDK token. */
export type Onboarding = {
  kind: 'onboarding';
  subject: Subject;
  useCase?: string;
  imageBase64: string;
  subsidiaryId?: string;
};

/** A capture that is compared with references or an earlier process (upstream.md §S2, Transactional). */
export type Transactional = {
  kind: 'transactional';
  references?: Reference[];
  referenceProcessId?: string;
  imageBase64: string;
  subject?: Subject;
  useCase?: string;
  subsidiaryId?: string;
};

/**
 * The check of a document: new `files` in base64, or `documentId` of a document that Unico has (upstream.md §5.2 and
 * §S4, reuse).
 */
export type DocumentCheck = {
  kind: 'document';
  subject: Subject & { duiType?: DuiType };
  purpose: string;
  authProcessId: string;
  documentId?: string;
  files?: string[];
  subsidiaryId?: string;
};

/** A capture of a person whose age Unico verifies (upstream.md §5.2, Age verification). */
export type AgeVerification = {
  kind: 'ageVerification';
  subject: Subject;
  useCase?: string;
  imageBase64: string;
  subsidiaryId?: string;
};

/** The channels by which Unico can notify the person of a journey (upstream.md §4.2). */
export type NotificationChannel = 'WHATSAPP' | 'SMS' | 'EMAIL';

/** The person of a journey, as far as the caller knows. Absent properties are not sent. */
export type JourneyPerson = {
  duiType?: DuiType;
  duiValue?: string;
  friendlyName?: string;
  phone?: string;
  /** The country of `phone`, ISO 3166-1 alpha-3, such as `BRA`. */
  phoneCountryCodeAlpha3?: string;
  email?: string;
  notifications?: NotificationChannel[];
};

/** A document that the person signs in a journey: a PDF in base64 (upstream.md §4.2 `payload`). */
export type DocumentToSign = { documentName: string; fileContents: string };

/** A journey that Unico hosts (upstream.md §4.2). `expiresIn` is a duration such as `3600s`. */
export type JourneyCreation = {
  kind: 'journey';
  flow: string;
  purpose?: string;
  callbackUri: string;
  person?: JourneyPerson;
  clientReference?: string;
  companyBranchId?: string;
  references?: Reference[];
  useCase?: string;
  expiresIn?: string;
  /** The documents of one envelope. */
  payload?: DocumentToSign[];
};

/** The four forms of a creation in processes/v1, in which the integrator sends the capture (upstream.md §5.2). */
export type CaptureCreation = Onboarding | Transactional | DocumentCheck | AgeVerification;

/**
 * The five forms of a creation. Texts are raw, as the caller sent them, because an idempotency key is bound to them:
 * src/upstream/unico/validation/normalize.ts derives what is sent.
 */
export type ProcessCreation = CaptureCreation | JourneyCreation;

/** The document number for a journey in the state `AWAITING_DOCUMENT` (upstream.md §S3). */
export type DocumentNumber = { duiType: DuiType; duiValue: string };

/** The contract in which a creation is sent. */
export function sourceOfCreation({ kind }: ProcessCreation): ProcessSource {
  return kind === 'journey' ? 'IDCLOUD' : 'PROCESSES_V1';
}

/** The user error of a write to a contract that this deployment does not use; empty when `contracts` has it. */
export function validateContract(source: ProcessSource, contracts: readonly ProcessSource[]): UserError[] {
  if (contracts.includes(source)) return [];
  const message = `the operation needs the contract ${source}, and this deployment uses only ${contracts.join(', ')}`;
  return [userError('TENANT_NOT_CONFIGURED', message)];
}

/**
 * The names of the inputs that carry images, captures of the SDK and files. They may be as long as a request; all other
 * texts have a limit.
 */
export const FILE_FIELDS: ReadonlySet<string> = new Set([
  'imageBase64',
  'referenceContent',
  'files',
  'fileContents',
]);
