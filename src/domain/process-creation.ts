import type { DuiType } from './person.ts';
import type { ProcessSource } from './process.ts';

/** What may be known of a subject; absent members are not sent. */
export type Subject = {
  code?: string;
  name?: string;
  gender?: string;
  birthDate?: string;
  email?: string;
  phone?: string;
};

export type ReferenceType = 'REFERENCE_TYPE_IMAGE_BASE64' | 'REFERENCE_TYPE_PROCESS_ID';
/** Something to compare a face with: an image in base64, or the id of a process. */
export type Reference = { referenceType: ReferenceType; referenceContent: string };

/** S2, Onboarding. */
export type Onboarding = {
  kind: 'onboarding';
  subject: Subject;
  useCase?: string;
  imageBase64: string;
};

/** S2, Transactional. */
export type Transactional = {
  kind: 'transactional';
  references?: Reference[];
  referenceProcessId?: string;
  imageBase64: string;
  subject?: Subject;
  useCase?: string;
  subsidiaryId?: string;
};

/** S4 "reuse" and upstream.md §5.2: new files, or a document that Unico holds. */
export type DocumentCheck = {
  kind: 'document';
  subject: Subject & { duiType?: DuiType };
  purpose: string;
  authProcessId: string;
  documentId?: string;
  files?: string[];
  subsidiaryId?: string;
};

/** upstream.md §5.2, Age verification. */
export type AgeVerification = {
  kind: 'ageVerification';
  subject: Subject;
  useCase?: string;
  imageBase64: string;
};

/** The person of a journey, as far as known; absent members are not sent. */
export type JourneyPerson = {
  duiType?: DuiType;
  duiValue?: string;
  friendlyName?: string;
  phone?: string;
  email?: string;
};

/** upstream.md §4.2: a journey that Unico hosts. */
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
};

/** The four forms that POST processes/v1 takes: the integrator sends the capture. */
export type CaptureCreation = Onboarding | Transactional | DocumentCheck | AgeVerification;

/** The five forms of a creation. Texts are as the caller gave them: nothing is trimmed or corrected. */
export type ProcessCreation = CaptureCreation | JourneyCreation;

/** A document number for a journey that waits for one (upstream.md §S3). */
export type DocumentNumber = { duiType: DuiType; duiValue: string };

/** The contract that a creation goes to. */
export function sourceOfCreation({ kind }: ProcessCreation): ProcessSource {
  return kind === 'journey' ? 'IDCLOUD' : 'PROCESSES_V1';
}
