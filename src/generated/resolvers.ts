import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { ResolvedProcess as ResolvedProcessModel } from '../graphql/errors/partial-process.ts';
import type { ProcessReference as ProcessReferenceModel, Company as CompanyModel, Service as ServiceModel } from '../domain/process.ts';
import type { Person as PersonModel } from '../domain/person.ts';
import type { Verdict as VerdictModel } from '../domain/verdict/verdict.ts';
import type { VerdictReason as VerdictReasonModel } from '../domain/verdict/reasons.ts';
import type { Document as DocumentModel } from '../domain/document.ts';
import type { ReusableDocument as ReusableDocumentModel } from '../domain/reusable-document.ts';
import type { UserError as UserErrorModel } from '../domain/user-error.ts';
import type { CreateProcessOutcome as CreateProcessOutcomeModel, ForgetProcessOutcome as ForgetProcessOutcomeModel, SetProcessDocumentOutcome as SetProcessDocumentOutcomeModel } from '../graphql/resolvers/mutation-payloads.ts';
import type { Context } from '../graphql/context.ts';
export type Maybe<T> = T | Error | Promise<T | Error | null> | null;
export type InputMaybe<T> = T | null;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/* Made by `npm run codegen` out of schema/; changes here are lost. */
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** An instant in UTC, ISO 8601 with milliseconds. Example: `2024-01-01T10:15:00.000Z`. */
  DateTime: { input: string; output: string; }
  /** A calendar date without a time, ISO 8601. Example: `1990-05-12`. */
  Date: { input: string; output: string; }
  /** An object of arbitrary JSON. Its members depend on the kind of document and are not promised. */
  JSONObject: { input: { readonly [member: string]: unknown }; output: { readonly [member: string]: unknown }; }
  _FieldSet: { input: string; output: string; }
};

export type Query = {
  readonly __typename?: 'Query';
  /**
   * One identity verification, whichever of Unico's contracts holds it; `null` when no contract knows the id.
   *
   * A selection of the key alone (`id`, or `id source` with the source given) costs no call to Unico, and so says
   * nothing about whether the process exists.
   *
   * Errors: UNAUTHENTICATED and FORBIDDEN (no token, or one without the scope that the message names; at the field that was
   * denied, beside those that were answered), BAD_USER_INPUT (the id is not a UUID), RATE_LIMITED (`extensions.retryAfterSeconds`),
   * UPSTREAM_UNAVAILABLE, UPSTREAM_UNAUTHORIZED, UPSTREAM_CONTRACT.
   */
  readonly process?: Maybe<Process>;
  /**
   * Many identity verifications, answered in the order asked; `null` in the place of an id that no contract knows.
   * An id that fails puts `null` and an error in its own place only; its neighbours are answered.
   *
   * What is known costs no call, so any list of it is answered at once. Of ids that are asked for the first time, Unico's
   * quota answers some 70 in one operation, and half as many where the contract of each has to be found out; the others
   * have RATE_LIMITED, and `retryAfterSeconds` says when to ask for them again. Nothing that was answered is asked anew.
   */
  readonly processes?: Maybe<ReadonlyArray<Maybe<Process>>>;
  /**
   * Documents of a person that Unico already holds and that may be reused in `createProcess(input: { document })`
   * instead of a new capture. An empty list when there is none.
   */
  readonly reusableDocuments?: Maybe<ReadonlyArray<ReusableDocument>>;
};


export type QueryProcessArgs = {
  id: Scalars['ID']['input'];
  source?: InputMaybe<ProcessSource>;
};


export type QueryProcessesArgs = {
  ids: ReadonlyArray<Scalars['ID']['input']>;
};


export type QueryReusableDocumentsArgs = {
  code: Scalars['String']['input'];
  type: ReusableDocumentType;
};

export type Mutation = {
  readonly __typename?: 'Mutation';
  /**
   * Creates an identity verification. **Each creation is billed by Unico and can not be undone**, so it is sent at
   * most once for each `idempotencyKey`, which is remembered for 30 days, over restarts and in all replicas:
   *
   * - the same key and input again: the process created first, with `replayed: true`; nothing is created
   * - the same key while the first request is under way: waits for it and answers the same
   * - the same key and another input: the userError IDEMPOTENCY_KEY_REUSED
   * - after a refusal by Unico, or by the checks below: the key is free again
   * - after an answer that was lost: the userError OUTCOME_UNKNOWN, now and whenever the key is used again. The process may
   *   exist and be billed: look for it in Unico's portal before you create it under a new key
   *
   * Everything that can be known beforehand (image format, size and resolution, CPF and CURP digits, dates, missing
   * fields) is refused here, with Unico's own code and the path of the input field, before a call is spent.
   */
  readonly createProcess?: Maybe<CreateProcessPayload>;
  /**
   * Gives a journey that was created without an identity document the document number it waits for
   * (state AWAITING_DOCUMENT). Once set, it can not be changed.
   */
  readonly setProcessDocument?: Maybe<SetProcessDocumentPayload>;
  /**
   * Removes what this service keeps of a process, for a person who asks for erasure: its decision, and what is kept of its
   * personal data for ten minutes. **Unico's own copy stays**, because Unico offers no way to delete it: select
   * `heldByUnico` to know, and ask Unico. Whoever reads the process later has it kept anew.
   *
   * What stays here: with a creation, for 30 days, the id and a fingerprint of its input, from which no data can be had, so that it is never
   * billed twice. Other replicas may answer the decision out of their memory for one more minute, and hold a sealed copy for ten, for
   * the time when the store is away.
   */
  readonly forgetProcess?: Maybe<ForgetProcessPayload>;
};


export type MutationCreateProcessArgs = {
  idempotencyKey: Scalars['String']['input'];
  input: CreateProcessInput;
};


export type MutationSetProcessDocumentArgs = {
  input: SetProcessDocumentInput;
};


export type MutationForgetProcessArgs = {
  id: Scalars['ID']['input'];
};

/** What to verify. Exactly one field must be given. */
export type CreateProcessInput =
  /** Is this the face of the holder of this CPF or CURP? (Unico: processes/v1, Onboarding) */
  { readonly onboarding: OnboardingInput; readonly transactional?: never; readonly document?: never; readonly ageVerification?: never; readonly journey?: never; }
  |  /** Is this the same person as before, 1:1? (Unico: processes/v1, Transactional) */
  { readonly onboarding?: never; readonly transactional: TransactionalInput; readonly document?: never; readonly ageVerification?: never; readonly journey?: never; }
  |  /** Is this document real, and that of the person verified before? (Unico: processes/v1, Document) */
  { readonly onboarding?: never; readonly transactional?: never; readonly document: DocumentInput; readonly ageVerification?: never; readonly journey?: never; }
  |  /** Is this person of age? (Unico: processes/v1, Age verification) */
  { readonly onboarding?: never; readonly transactional?: never; readonly document?: never; readonly ageVerification: AgeVerificationInput; readonly journey?: never; }
  |  /** A journey that Unico hosts: the answer has `userRedirectUrl` and `sdkToken`. (Unico: client/v1/process) */
  { readonly onboarding?: never; readonly transactional?: never; readonly document?: never; readonly ageVerification?: never; readonly journey: JourneyInput; };

/** A person to tie a face to. */
export type OnboardingInput = {
  /** Who the person says to be. */
  readonly subject: SubjectInput;
  /** The context of the operation. Example: `Onboarding`. */
  readonly useCase?: InputMaybe<Scalars['String']['input']>;
  /**
   * The selfie: base64 of a PNG, JPEG or WebP of at least 640x480 and at most 800 KB, or the JWT of Unico's SDK, not
   * older than 10 minutes and never used before.
   */
  readonly imageBase64: Scalars['String']['input'];
};

/** A face to compare with an earlier one. Results are always immediate. */
export type TransactionalInput = {
  /** What to compare with. Required unless `referenceProcessId` is given. */
  readonly references?: InputMaybe<ReadonlyArray<ReferenceInput>>;
  /**
   * The earlier process to compare with (UUID).
   * @deprecated Unico prefers `references` with REFERENCE_TYPE_PROCESS_ID.
   */
  readonly referenceProcessId?: InputMaybe<Scalars['ID']['input']>;
  /** The selfie, as in `OnboardingInput.imageBase64`. */
  readonly imageBase64: Scalars['String']['input'];
  /** Who the person says to be. */
  readonly subject?: InputMaybe<OptionalSubjectInput>;
  /** The context of the operation. Example: `Transactional`. */
  readonly useCase?: InputMaybe<Scalars['String']['input']>;
  /** The branch, for companies that have several. */
  readonly subsidiaryId?: InputMaybe<Scalars['String']['input']>;
};

/** Something to compare a face with. */
export type ReferenceInput = {
  /** What `referenceContent` is. */
  readonly referenceType: ReferenceType;
  /** A base64 image (PNG, JPEG or WebP, at least 640x480, at most 800 KB), or the id of a process (UUID). */
  readonly referenceContent: Scalars['String']['input'];
};

/** What a reference is. */
export type ReferenceType =
  /** A base64 image. */
  | 'REFERENCE_TYPE_IMAGE_BASE64'
  /** The id of an earlier process. */
  | 'REFERENCE_TYPE_PROCESS_ID';

/** A document to check: new files, or one that Unico already holds (`documentId`). */
export type DocumentInput = {
  /** Whose document it is. */
  readonly subject: DocumentSubjectInput;
  /** The business purpose of the check. */
  readonly purpose: DocumentPurpose;
  /** The biometric process of this person that the document is compared with (UUID), finished within the last 24 hours. */
  readonly authProcessId: Scalars['ID']['input'];
  /** A document to reuse, out of `reusableDocuments`. Give this or `files`. */
  readonly documentId?: InputMaybe<Scalars['ID']['input']>;
  /** The images of a new document: one (an open document) or two (front and back), each as base64 like the selfie. */
  readonly files?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** The branch, for companies that have several. */
  readonly subsidiaryId?: InputMaybe<Scalars['String']['input']>;
};

/** Why a document is checked. */
export type DocumentPurpose =
  /** Credit. */
  | 'creditprocess'
  /** Purchase of a car. */
  | 'carpurchase'
  /** Payroll loan. */
  | 'paybypaycheck'
  /** Onboarding of a customer. */
  | 'onboarding'
  /** FGTS (severance fund). */
  | 'fgts';

/** A face whose age is to be told. */
export type AgeVerificationInput = {
  /** Who the person says to be. `code` is needed only where the APIKEY has identity verification. */
  readonly subject: OptionalSubjectInput;
  /** The context of the operation. Example: `AgeVerification`. */
  readonly useCase?: InputMaybe<Scalars['String']['input']>;
  /** The selfie, as in `OnboardingInput.imageBase64`. */
  readonly imageBase64: Scalars['String']['input'];
};

/** Who a person says to be. */
export type SubjectInput = {
  /** CPF (11 digits) or CURP (18 characters), without punctuation. Example: `12345678909`. */
  readonly code: Scalars['String']['input'];
  /** The full name, without double spaces. Example: `Luke Skywalker`. */
  readonly name: Scalars['String']['input'];
  /** `M` or `F`. */
  readonly gender?: InputMaybe<Scalars['String']['input']>;
  /** The date of birth, `YYYY-MM-DD`. Example: `2000-05-20`. */
  readonly birthDate?: InputMaybe<Scalars['String']['input']>;
  /** An e-mail address. Example: `someone@example.com`. */
  readonly email?: InputMaybe<Scalars['String']['input']>;
  /** Country, area and number, digits only. Example: `5519725570707`. */
  readonly phone?: InputMaybe<Scalars['String']['input']>;
};

/** Who a person says to be, as far as it is known. */
export type OptionalSubjectInput = {
  /** CPF (11 digits) or CURP (18 characters), without punctuation. Example: `12345678909`. */
  readonly code?: InputMaybe<Scalars['String']['input']>;
  /** The full name, without double spaces. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** `M` or `F`. */
  readonly gender?: InputMaybe<Scalars['String']['input']>;
  /** The date of birth, `YYYY-MM-DD`. Example: `2000-05-20`. */
  readonly birthDate?: InputMaybe<Scalars['String']['input']>;
  /** An e-mail address. Example: `someone@example.com`. */
  readonly email?: InputMaybe<Scalars['String']['input']>;
  /** Country, area and number, digits only. Example: `5519725570707`. */
  readonly phone?: InputMaybe<Scalars['String']['input']>;
};

/** Whose document it is. */
export type DocumentSubjectInput = {
  /** The kind of `code`: BR_CPF, MX_CURP, US_SSN, NG_NIN, AR_DNI or ID_NIK. Required with `files`. */
  readonly duiType?: InputMaybe<DuiType>;
  /** The number of that kind, without punctuation. */
  readonly code: Scalars['String']['input'];
  /** The full name, without double spaces. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** `M` or `F`. */
  readonly gender?: InputMaybe<Scalars['String']['input']>;
  /** The date of birth, `YYYY-MM-DD`. Example: `2000-05-20`. */
  readonly birthDate?: InputMaybe<Scalars['String']['input']>;
  /** An e-mail address. Example: `someone@example.com`. */
  readonly email?: InputMaybe<Scalars['String']['input']>;
  /** Country, area and number, digits only. Example: `5519725570707`. */
  readonly phone?: InputMaybe<Scalars['String']['input']>;
};

/** A journey hosted by Unico. */
export type JourneyInput = {
  /** The flow, out of those in your contract. Examples: `id`, `idunicosign`; `idtoken`, which also needs `references`. */
  readonly flow: Scalars['String']['input'];
  /** The business purpose; required but in 1:1 flows. Examples: `creditprocess`, `biometryonboarding`, `carpurchase`, `ageverification`. */
  readonly purpose?: InputMaybe<Scalars['String']['input']>;
  /** Where the person's browser or app returns to: an address, a scheme of your app, or `/` for none. */
  readonly callbackUri: Scalars['String']['input'];
  /** The person. May be left out only where a custom flow lets `setProcessDocument` name them later. */
  readonly person?: InputMaybe<JourneyPersonInput>;
  /** Your own reference, searchable in Unico's portal: at most 256 characters, no spaces, no personal data. */
  readonly clientReference?: InputMaybe<Scalars['String']['input']>;
  /** The branch (UUID), for companies that have several. */
  readonly companyBranchId?: InputMaybe<Scalars['ID']['input']>;
  /** What to compare the face with; required in 1:1 flows (`idtoken`, `idtokentrust`, `idtokensign`), and used by `idsmart`. */
  readonly references?: InputMaybe<ReadonlyArray<ReferenceInput>>;
  /** The use case. Required for the flow `idsmart`. */
  readonly useCase?: InputMaybe<Scalars['String']['input']>;
  /** How long the journey may take: seconds with the suffix `s`. Example: `3600s`. Seven days when left out. */
  readonly expiresIn?: InputMaybe<Scalars['String']['input']>;
};

/** The person of a journey. */
export type JourneyPersonInput = {
  /** The kind of `duiValue`. Give both or neither. */
  readonly duiType?: InputMaybe<DuiType>;
  /** The number of the identity document, without punctuation. */
  readonly duiValue?: InputMaybe<Scalars['String']['input']>;
  /** How to address the person: at most 50 characters. */
  readonly friendlyName?: InputMaybe<Scalars['String']['input']>;
  /** Country, area and number, digits only. Example: `5519725570707`. */
  readonly phone?: InputMaybe<Scalars['String']['input']>;
  /** An e-mail address; required by signature flows. */
  readonly email?: InputMaybe<Scalars['String']['input']>;
};

/** The outcome of `createProcess`: either `process`, or `userErrors` that say why there is none. */
export type CreateProcessPayload = {
  readonly __typename?: 'CreateProcessPayload';
  /** The process created; `null` when `userErrors` is not empty. */
  readonly process?: Maybe<Process>;
  /** Whether this is a process created under the same key before: nothing was created now. Should Unico know it no longer, only its key is answered. */
  readonly replayed: Scalars['Boolean']['output'];
  /** What to mend. Empty on success. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** An identity document captured or reused in a process, with what was read from it and how it was checked. */
export type Document = {
  readonly __typename?: 'Document';
  /** The document id. */
  readonly id?: Maybe<Scalars['ID']['output']>;
  /** The kind of document in Unico's words, such as `CNH` or `RG`. */
  readonly code?: Maybe<Scalars['String']['output']>;
  /** The version of the layout of `data`. */
  readonly version?: Maybe<Scalars['Int']['output']>;
  /** Whether the kind of document was recognised. */
  readonly typified?: Maybe<Scalars['Boolean']['output']>;
  /** Whether the CPF on the document is that of the person. */
  readonly cpfMatch?: Maybe<Scalars['Boolean']['output']>;
  /** Whether the photo on the document is the face of the selfie. */
  readonly faceMatch?: Maybe<Scalars['Boolean']['output']>;
  /** Whether the document was found authentic. */
  readonly validated?: Maybe<Scalars['Boolean']['output']>;
  /** Whether the document was reused from an earlier process. */
  readonly reused?: Maybe<Scalars['Boolean']['output']>;
  /** Where to download the document: the first of `signedUrls`. */
  readonly signedUrl?: Maybe<Scalars['String']['output']>;
  /** Where to download the document, one address for each file (front and back). They live five minutes: ask again for new ones. */
  readonly signedUrls?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** When the signed addresses cease to work; `null` when there is none. */
  readonly signedUrlExpiresAt?: Maybe<Scalars['DateTime']['output']>;
  /** Everything that was read from the document, under the names that Unico gives it. Personal data. */
  readonly data?: Maybe<Scalars['JSONObject']['output']>;
  /** The document's own number, as printed. Personal data. */
  readonly number?: Maybe<Scalars['String']['output']>;
  /** The holder's name. Personal data. */
  readonly holderName?: Maybe<Scalars['String']['output']>;
  /** The holder's CPF, digits only. Personal data. */
  readonly cpf?: Maybe<Scalars['String']['output']>;
  /** The holder's date of birth. Personal data. */
  readonly birthDate?: Maybe<Scalars['Date']['output']>;
  /** The last day on which the document is valid. */
  readonly expiresOn?: Maybe<Scalars['Date']['output']>;
  /** The driving category of a CNH, such as `B`. */
  readonly category?: Maybe<Scalars['String']['output']>;
};

/** The outcome of `forgetProcess`. */
export type ForgetProcessPayload = {
  readonly __typename?: 'ForgetProcessPayload';
  /** The process that nothing is kept of here any more; `null` when `userErrors` is not empty. */
  readonly processId?: Maybe<Scalars['ID']['output']>;
  /**
   * Whether Unico still answers for the process: `true` until Unico has deleted it. It is looked up when selected, which
   * costs a call, or two where the contract is not known, and takes `identity:read` as well; `null`, with an error, while Unico can not be asked.
   */
  readonly heldByUnico?: Maybe<Scalars['Boolean']['output']>;
  /** What to mend. Empty on success. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** The person that a process verifies. */
export type Person = {
  readonly __typename?: 'Person';
  /** The kind of `duiValue`. */
  readonly duiType?: Maybe<DuiType>;
  /** The number of the identity document, without punctuation. Personal data: prefer `duiValueMasked` on screens. */
  readonly duiValue?: Maybe<Scalars['String']['output']>;
  /** The number with all but its last two characters hidden, and a short one hidden but for one at the most. Example: `*********09`. */
  readonly duiValueMasked?: Maybe<Scalars['String']['output']>;
  /** How the person is addressed in the journey. */
  readonly friendlyName?: Maybe<Scalars['String']['output']>;
  /** How the person is notified of the journey, in Unico's words, such as `email`. Empty when they are not. */
  readonly notificationChannels?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** The kinds of identity document number that Unico takes. */
export type DuiType =
  /** Brazil, CPF: 11 digits with two check digits. */
  | 'BR_CPF'
  /** Mexico, CURP: 18 characters with a check digit. */
  | 'MX_CURP'
  /** United States, social security number: 9 digits. */
  | 'US_SSN'
  /** Brazil, passport. */
  | 'BR_PASSPORT'
  /** Argentina, passport. */
  | 'AR_PASSPORT'
  /** Argentina, DNI. */
  | 'AR_DNI'
  /** Nigeria, national identification number. */
  | 'NG_NIN'
  /** Nigeria, bank verification number. */
  | 'NG_BVN'
  /** Chile, RUN. */
  | 'CL_RUN'
  /** Ecuador, national identity. */
  | 'EC_NI'
  /** United States, passport. */
  | 'US_PASSPORT'
  /** United States, driver's license. */
  | 'US_DRIVER_LICENSE'
  /** Guatemala, CUI. */
  | 'GT_CUI'
  /** Uruguay, identity card. */
  | 'UY_CI'
  /** Indonesia, NIK. */
  | 'ID_NIK'
  /** Any country: an e-mail address in the place of a document. */
  | 'ZZ_EMAIL'
  /** Any country: a phone number in the place of a document. */
  | 'ZZ_PHONE_NUMBER'
  /** A kind that this version does not know. Only ever an answer: refused as an input. */
  | 'UNKNOWN';

/**
 * One identity verification of one person, whichever of Unico's two contracts holds it.
 *
 * Read `verdict.decision` to act on it: neither `state` nor an HTTP status of Unico is an approval.
 * Fields that the contract does not report are `null`, and lists are empty; descriptions say what only one contract reports. Every field but
 * the key may be `null`, so that a process that is gone, or a field that you may not see, never takes its neighbours along.
 *
 * Who may see what: every field needs the scope `identity:read`, personal ones `identity:pii` as well. Whoever may only create
 * (`identity:write`) gets `id`, `source`, `state`, `userRedirectUrl` and `sdkToken` of the process in a mutation's answer.
 *
 * What a selection costs of Unico's quota: the key, nothing. A process that is not finished, at most one call in two
 * seconds, however many ask. A finished one, one call in a week for everything that is not personal; fields that are marked
 * as personal, and everything of `person`, are kept for ten minutes only, addresses of files as long as they live, and `sdkToken` is asked for each time.
 * While Unico is down, what is kept is still answered.
 */
export type Process = {
  readonly __typename?: 'Process';
  /**
   * The process id: a UUID, such as `53060f52-f146-4c12-a234-5bb5031f6f5b`. (`setProcessDocument` also takes ids of another
   * form, which Unico's pages show; a process with such an id can be set and not be read by it later.)
   */
  readonly id: Scalars['ID']['output'];
  /** The contract of Unico that holds the process. */
  readonly source?: Maybe<ProcessSource>;
  /** How far the verification is. FINISHED is not an approval: see `verdict`. */
  readonly state?: Maybe<ProcessState>;
  /** The one decision made out of all signals, with its reasons. */
  readonly verdict?: Maybe<Verdict>;
  /** The journey's flow, such as `idunicosign`. IDCLOUD only; tenants may have flows of their own. */
  readonly flow?: Maybe<Scalars['String']['output']>;
  /** The business purpose given at creation, such as `creditprocess`. IDCLOUD only. */
  readonly purpose?: Maybe<Scalars['String']['output']>;
  /** The context given at creation, such as `Onboarding`. IDCLOUD only. */
  readonly useCase?: Maybe<Scalars['String']['output']>;
  /** Your own reference, given at creation and searchable in Unico's portal: no personal data belongs into it. IDCLOUD only. */
  readonly clientReference?: Maybe<Scalars['String']['output']>;
  /** The capabilities active in this process, in Unico's words, such as `liveness`. IDCLOUD only. */
  readonly capacities?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** When the process was created. IDCLOUD only. */
  readonly createdAt?: Maybe<Scalars['DateTime']['output']>;
  /** When the process finished; `null` before. IDCLOUD only. */
  readonly finishedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When an unfinished journey expires (seven days after its creation unless asked otherwise). IDCLOUD only. */
  readonly expiresAt?: Maybe<Scalars['DateTime']['output']>;
  /** The address that the person's browser or app returns to after the journey. Treated as personal data. IDCLOUD only. */
  readonly callbackUri?: Maybe<Scalars['String']['output']>;
  /** The address to send the person to for the journey. Treated as personal data. IDCLOUD only. */
  readonly userRedirectUrl?: Maybe<Scalars['String']['output']>;
  /** The signed token (JWT) that starts the journey in Unico's SDK. Hand it to the SDK, never store it. Costs a call each time. IDCLOUD only. */
  readonly sdkToken?: Maybe<Scalars['String']['output']>;
  /** The person named at creation, or by `setProcessDocument`. IDCLOUD only. */
  readonly person?: Maybe<Person>;
  /** The branch and country of the company that asked. IDCLOUD only. */
  readonly company?: Maybe<Company>;
  /** The earlier process that this one was compared with (1:1 and smart revalidation). IDCLOUD only. */
  readonly reference?: Maybe<ProcessReference>;
  /** Signed envelopes and captured documents, one entry for each service of the journey. IDCLOUD only. */
  readonly services?: Maybe<ReadonlyArray<Service>>;
  /** All documents of this process, those of every service together. Empty when there is none. */
  readonly documents?: Maybe<ReadonlyArray<Document>>;
  /** The id of this authentication attempt, for use as the reference of a later 1:1 check. IDCLOUD only. */
  readonly authenticationId?: Maybe<Scalars['String']['output']>;
  /**
   * Documents of this process's person that may be reused. `null` when the process does not say who the person is by
   * CPF or CURP (processes of PROCESSES_V1 never do). Costs a call of its own.
   */
  readonly reusableDocuments?: Maybe<ReadonlyArray<ReusableDocument>>;
  /** The state in Unico's own words, such as `PROCESS_STATE_FINISHED` or `3`; for support cases, not for logic. */
  readonly upstreamState?: Maybe<Scalars['String']['output']>;
};


/**
 * One identity verification of one person, whichever of Unico's two contracts holds it.
 *
 * Read `verdict.decision` to act on it: neither `state` nor an HTTP status of Unico is an approval.
 * Fields that the contract does not report are `null`, and lists are empty; descriptions say what only one contract reports. Every field but
 * the key may be `null`, so that a process that is gone, or a field that you may not see, never takes its neighbours along.
 *
 * Who may see what: every field needs the scope `identity:read`, personal ones `identity:pii` as well. Whoever may only create
 * (`identity:write`) gets `id`, `source`, `state`, `userRedirectUrl` and `sdkToken` of the process in a mutation's answer.
 *
 * What a selection costs of Unico's quota: the key, nothing. A process that is not finished, at most one call in two
 * seconds, however many ask. A finished one, one call in a week for everything that is not personal; fields that are marked
 * as personal, and everything of `person`, are kept for ten minutes only, addresses of files as long as they live, and `sdkToken` is asked for each time.
 * While Unico is down, what is kept is still answered.
 */
export type ProcessReusableDocumentsArgs = {
  type: ReusableDocumentType;
};

/** A contract of Unico: who runs the capture, and which of its two APIs holds the process. */
export type ProcessSource =
  /** Web and SDK: Unico hosts the journey (`client/v1/process`). */
  | 'IDCLOUD'
  /** API: the integrator captures the selfie and sends it (`processes/v1`). */
  | 'PROCESSES_V1';

/** How far a verification is. */
export type ProcessState =
  /** Created; the person has not finished the journey. */
  | 'CREATED'
  /** Created without an identity document; waits for `setProcessDocument`. */
  | 'AWAITING_DOCUMENT'
  /** Under analysis; ask again later. */
  | 'PROCESSING'
  /** Under further analysis after a divergence; ask again later. */
  | 'DIVERGENT'
  /** Finished; `verdict` holds the decision. */
  | 'FINISHED'
  /** Cancelled; no decision will follow. */
  | 'CANCELED'
  /** Ended by a processing error; no decision will follow. */
  | 'FAILED'
  /** A state that this version does not know; `upstreamState` has Unico's word. */
  | 'UNKNOWN';

/** The branch and country of the company that asked. */
export type Company = {
  readonly __typename?: 'Company';
  /** The branch, when the company has several. */
  readonly branchId?: Maybe<Scalars['String']['output']>;
  /** ISO 3166-1 code of two letters, or of three in older processes. Examples: `BR`, `BRA`. */
  readonly countryCode?: Maybe<Scalars['String']['output']>;
};

/** What a process was compared with. */
export type ProcessReference = {
  readonly __typename?: 'ProcessReference';
  /** The earlier process. Its own fields are read only when selected. */
  readonly process?: Maybe<Process>;
  /** The authentication attempt of the earlier process. */
  readonly authenticationId?: Maybe<Scalars['String']['output']>;
};

/** One service of a journey: an envelope that was signed, and the documents captured for it. */
export type Service = {
  readonly __typename?: 'Service';
  /** The signed envelope (UUID). */
  readonly envelopeId?: Maybe<Scalars['ID']['output']>;
  /** The ids of the documents captured in this service. */
  readonly documentIds: ReadonlyArray<Scalars['ID']['output']>;
  /** Whether the person consented to share the data. */
  readonly consentGranted?: Maybe<Scalars['Boolean']['output']>;
  /** The documents captured in this service. */
  readonly documents: ReadonlyArray<Document>;
};

/** A document of a person that Unico already holds. Reuse it: `createProcess(input: { document: { documentId } })`. */
export type ReusableDocument = {
  readonly __typename?: 'ReusableDocument';
  /** What to give as `documentId`. */
  readonly documentId: Scalars['ID']['output'];
  /** The kind of document; `null` for a kind that this version does not know. */
  readonly type?: Maybe<ReusableDocumentType>;
  /** The kind in Unico's registry, such as `unico.moja.dictionary.br.cnh.v2.Cnh`. */
  readonly registryType?: Maybe<Scalars['String']['output']>;
};

/** The kinds of document that can be looked up for reuse. */
export type ReusableDocumentType =
  /** Brazil, RG (identity card of a state). */
  | 'BR_RG'
  /** Brazil, CNH (driving licence). */
  | 'BR_CNH'
  /** Brazil, CIN (national identity card). */
  | 'BR_CIN'
  /** Brazil, passport. */
  | 'BR_PASSPORT';

/** The document number that a journey waits for. */
export type SetProcessDocumentInput = {
  /** The process, in the state AWAITING_DOCUMENT: 1 to 320 letters, digits, `-` and `_`, neither a CPF nor a CURP; a UUID for processes of today. */
  readonly processId: Scalars['ID']['input'];
  /** The kind of `duiValue`: BR_CPF, MX_CURP or US_SSN. */
  readonly duiType: DuiType;
  /** The number, without spaces and punctuation; at most 320 characters. Its check digits are **not** checked, and what is set can not be changed. */
  readonly duiValue: Scalars['String']['input'];
};

/** The outcome of `setProcessDocument`: either `process`, or `userErrors` that say why it was not set. */
export type SetProcessDocumentPayload = {
  readonly __typename?: 'SetProcessDocumentPayload';
  /** The process with its document; `null` when `userErrors` is not empty, or when it can not be read right afterwards. */
  readonly process?: Maybe<Process>;
  /** What to mend. Empty on success. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Something to mend before a mutation can succeed. Expected outcomes come as data; `errors` is for faults. */
export type UserError = {
  readonly __typename?: 'UserError';
  /** The stable code to build logic on. */
  readonly code: UserErrorCode;
  /** What was expected, what came and what to do; for developers, without personal data. */
  readonly message: Scalars['String']['output'];
  /** The path of the argument to mend; `null` when no single one is at fault. Example: `["input", "onboarding", "subject", "code"]`. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** Unico's own code, where it has one. Examples: `20507`, `3`. */
  readonly upstreamCode?: Maybe<Scalars['String']['output']>;
  /** Whether the same request may succeed later, unchanged. `false`: repeating it is of no use, or could be billed twice. */
  readonly retryable: Scalars['Boolean']['output'];
  /** With `retryable`: how long to wait before the next try, where that is known. */
  readonly retryAfterSeconds?: Maybe<Scalars['Int']['output']>;
};

/** What is to be mended. */
export type UserErrorCode =
  /** Refused by Unico for a reason that this version does not know; `upstreamCode` has Unico's code. */
  | 'BAD_USER_INPUT'
  /** `idempotencyKey` is not of the form asked for. */
  | 'IDEMPOTENCY_KEY_INVALID'
  /** `idempotencyKey` was used for another input within the last 30 days: take a new one. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** A creation under this `idempotencyKey` is under way and took longer than there was time to wait: ask again with the same key. */
  | 'IDEMPOTENCY_KEY_IN_FLIGHT'
  /** What guards against creating twice can not be reached, so nothing was created: try again with the same key. */
  | 'IDEMPOTENCY_UNAVAILABLE'
  /** What is kept can not be reached, so nothing is known to be removed: try again. */
  | 'STORE_UNAVAILABLE'
  /** Unico knows no such process, document or attachment. */
  | 'NOT_FOUND'
  /** Such a process exists already. */
  | 'CONFLICT'
  /** The tenant's quota of requests is used up; see `retryAfterSeconds`. */
  | 'RATE_LIMITED'
  /** The request was sent and its answer was lost: it may have been carried out. It is not repeated by itself. */
  | 'OUTCOME_UNKNOWN'
  /** The request as a whole is missing or malformed. */
  | 'REQUEST_INVALID'
  /** The selfie is missing. */
  | 'IMAGE_MISSING'
  /** The image is not base64, or not an image. */
  | 'IMAGE_INVALID'
  /** The image is not a PNG, JPEG or WebP. */
  | 'IMAGE_FORMAT_UNSUPPORTED'
  /** The image is larger than 800 KB. */
  | 'IMAGE_TOO_LARGE'
  /** The image is smaller than 640x480. */
  | 'IMAGE_RESOLUTION_TOO_LOW'
  /** The SDK's token is not a valid JWT. */
  | 'SDK_TOKEN_INVALID'
  /** The SDK's token is older than 10 minutes. */
  | 'SDK_TOKEN_EXPIRED'
  /** The SDK's token was used before. */
  | 'SDK_TOKEN_USED'
  /** The subject is missing. */
  | 'SUBJECT_MISSING'
  /** The subject's CPF or CURP is missing. */
  | 'SUBJECT_CODE_MISSING'
  /** The subject's document number is malformed, or does not exist. */
  | 'SUBJECT_CODE_INVALID'
  /** The subject's name is missing. */
  | 'SUBJECT_NAME_MISSING'
  /** The subject's name has characters that are not allowed, or double spaces. */
  | 'SUBJECT_NAME_INVALID'
  /** The subject's gender is neither `M` nor `F`. */
  | 'SUBJECT_GENDER_INVALID'
  /** The subject's date of birth is not a date of the form `YYYY-MM-DD`. */
  | 'SUBJECT_BIRTH_DATE_INVALID'
  /** The subject's e-mail address is malformed. */
  | 'SUBJECT_EMAIL_INVALID'
  /** The subject's phone number is malformed. */
  | 'SUBJECT_PHONE_INVALID'
  /** The kind of document number can not be used here. */
  | 'DUI_TYPE_INVALID'
  /** The document number is missing, too long or malformed. */
  | 'DUI_VALUE_INVALID'
  /** The use case is not known, or missing where the flow needs it. */
  | 'USE_CASE_INVALID'
  /** There is nothing to compare with: neither `references` nor `referenceProcessId`. */
  | 'REFERENCE_MISSING'
  /** The reference is malformed. */
  | 'REFERENCE_INVALID'
  /** The process referred to does not exist, or is not accessible any more. */
  | 'REFERENCE_NOT_FOUND'
  /** The process referred to can not be used as a reference. */
  | 'REFERENCE_NOT_REUSABLE'
  /** Neither `documentId` nor `files`, both of them, or more than two files. */
  | 'DOCUMENT_FILES_INVALID'
  /** The process id is malformed. */
  | 'PROCESS_ID_INVALID'
  /** The flow is not known. */
  | 'FLOW_INVALID'
  /** The purpose is not known. */
  | 'PURPOSE_INVALID'
  /** The callback address is missing or malformed. */
  | 'CALLBACK_URI_INVALID'
  /** The journey's person is incomplete or malformed. */
  | 'PERSON_INVALID'
  /** The client reference is longer than 256 characters, or has spaces. */
  | 'CLIENT_REFERENCE_INVALID'
  /** The duration is not a number of seconds with the suffix `s`. */
  | 'EXPIRES_IN_INVALID'
  /** Unico has not set this tenant up for this kind of process. */
  | 'TENANT_NOT_CONFIGURED'
  /** The process does not wait for a document. */
  | 'NOT_AWAITING_DOCUMENT'
  /** The process has expired. */
  | 'PROCESS_EXPIRED'
  /** The process has its document already; it can not be changed. */
  | 'DOCUMENT_ALREADY_SET'
  /** The process has finished already. */
  | 'PROCESS_FINISHED'
  /** The flow of the process does not let the document be named later. */
  | 'DOCUMENT_NOT_OPTIONAL';

/**
 * The decision on a process, made out of the signals of either contract by one published policy (`docs/verdict.md`).
 * A value that is not known never leads to an approval.
 */
export type Verdict = {
  readonly __typename?: 'Verdict';
  /** What to do with this person. */
  readonly decision: Decision;
  /** Why, the deciding reasons first. */
  readonly reasons: ReadonlyArray<VerdictReason>;
  /** Whether the decision stands. `false`: ask again later. */
  readonly final: Scalars['Boolean']['output'];
  /** Is a living person in front of the camera? `null` when not evaluated. */
  readonly liveness?: Maybe<Liveness>;
  /** Is it the face of the holder of this document number? `null` when not evaluated. */
  readonly identity?: Maybe<Match>;
  /** Are there signs of fraud on this face? `null` when not evaluated. */
  readonly fraudRisk?: Maybe<FraudRisk>;
  /** Is it the face of the reference process (1:1)? `null` when not evaluated. */
  readonly faceMatch?: Maybe<Match>;
  /** Is it the person of the earlier process (smart revalidation)? `null` when not evaluated. */
  readonly smartRevalidation?: Maybe<Match>;
  /** Is the person of age? `null` when not evaluated. */
  readonly age?: Maybe<AgeOutcome>;
  /** How likely it is the holder of the document number; only where `identity` is INCONCLUSIVE and the score is enabled. */
  readonly riskScore?: Maybe<RiskScore>;
  /** The similarity to the face on the government's file (Brazil). It informs and never decides. */
  readonly serpro?: Maybe<Serpro>;
  /** The result in Unico's own words, such as `PROCESS_RESULT_OK` or `risk-high`; for support cases, not for logic. */
  readonly upstreamResult?: Maybe<Scalars['String']['output']>;
  /** The version of the policy that decided. Example: `unico-2026-11`. */
  readonly policyVersion: Scalars['String']['output'];
  /** When Unico finished the process; `null` when it does not say. */
  readonly decidedAt?: Maybe<Scalars['DateTime']['output']>;
};

/** What to do with the person. */
export type Decision =
  /** Go on: every signal is good enough. */
  | 'APPROVED'
  /** Stop: at least one signal speaks against the person. */
  | 'DENIED'
  /** Have a human look: the signals do not decide. */
  | 'REVIEW'
  /** Ask for a new capture or a new process: this one could not decide for technical reasons. */
  | 'RETRY'
  /** Wait: the verification is not finished. */
  | 'PENDING';

/** One reason of a decision. */
export type VerdictReason = {
  readonly __typename?: 'VerdictReason';
  /** The stable code to build logic on. */
  readonly code: VerdictReasonCode;
  /** A sentence that is safe to show to the person verified: it reveals neither scores nor fraud rules. */
  readonly message: Scalars['String']['output'];
};


/** One reason of a decision. */
export type VerdictReasonMessageArgs = {
  language?: InputMaybe<Language>;
};

/** The languages of messages that are safe to show. */
export type Language =
  /** English. */
  | 'EN'
  /** Portuguese of Brazil. */
  | 'PT'
  /** Spanish. */
  | 'ES';

/** Why a decision was made. */
export type VerdictReasonCode =
  /** The journey or the analysis is not finished. */
  | 'IN_PROGRESS'
  /** The process waits for `setProcessDocument`. */
  | 'AWAITING_DOCUMENT'
  /** Unico could not process the verification. */
  | 'PROCESSING_ERROR'
  /** The person did not finish the journey in time. */
  | 'JOURNEY_EXPIRED'
  /** The process was cancelled. */
  | 'CANCELED'
  /** No living person was in front of the camera. */
  | 'LIVENESS_FAILED'
  /** The face is not that of the holder of the document number. */
  | 'IDENTITY_MISMATCH'
  /** The face is not that of the reference process. */
  | 'FACE_MISMATCH'
  /** The person is not that of the earlier process. */
  | 'REVALIDATION_FAILED'
  /** The person is a minor. */
  | 'UNDERAGE'
  /** Unico answered with a word that this version does not know. */
  | 'UNKNOWN_UPSTREAM_VALUE'
  /** The identity was to be checked and was not. */
  | 'IDENTITY_UNAVAILABLE'
  /** The liveness was to be checked and was not. */
  | 'LIVENESS_UNAVAILABLE'
  /** The face was to be compared with the reference process and was not. */
  | 'FACE_MATCH_UNAVAILABLE'
  /** The person was to be compared with the earlier process and was not. */
  | 'REVALIDATION_UNAVAILABLE'
  /** The age was to be told and was not. */
  | 'AGE_UNAVAILABLE'
  /** Unico calls the identity invalid. */
  | 'INVALID_IDENTITY'
  /** Unico's own orchestration denies. */
  | 'ORCHESTRATED_DENIED'
  /** Unico's own orchestration asks for a review. */
  | 'ORCHESTRATED_REVIEW'
  /** Unico's own orchestration asks for a new capture. */
  | 'ORCHESTRATED_RETRY'
  /** Unico's own orchestration approves. */
  | 'ORCHESTRATED_APPROVED'
  /** The risk score is negative. */
  | 'SCORE_NEGATIVE'
  /** The risk score is neutral: the capture or the data given can not be scored. */
  | 'SCORE_NEUTRAL'
  /** A risk score was to be given and was not. */
  | 'SCORE_UNAVAILABLE'
  /** The risk score is positive, but not enough to decide. */
  | 'SCORE_MODERATE'
  /** The risk score is strongly positive. */
  | 'SCORE_STRONG'
  /** There are signs of fraud on this face. */
  | 'FRAUD_SIGNS'
  /** A document did not pass one of its checks. */
  | 'DOCUMENT_CHECK_FAILED'
  /** The age could not be told. */
  | 'AGE_INCONCLUSIVE'
  /** The face could not be tied to the holder of the document number. */
  | 'IDENTITY_INCONCLUSIVE'
  /** The face is that of the holder of the document number. */
  | 'IDENTITY_CONFIRMED'
  /** The face is that of the reference process. */
  | 'FACE_CONFIRMED'
  /** A living person was in front of the camera. */
  | 'LIVENESS_CONFIRMED'
  /** The person is that of the earlier process. */
  | 'REVALIDATION_CONFIRMED'
  /** The person is of age. */
  | 'AGE_CONFIRMED'
  /** The document passed its checks. */
  | 'DOCUMENT_CONFIRMED'
  /** No signal was evaluated. */
  | 'NO_SIGNAL'
  /** The government has no face on file for this CPF. Informs, never decides. */
  | 'NO_FACE_ON_FILE'
  /** The government's service could not be reached. Informs, never decides. */
  | 'INTEGRATION_ERROR';

/** Whether a living person was in front of the camera. */
export type Liveness =
  /** A living person. */
  | 'LIVE'
  /** No living person: a photo, a screen, a mask. */
  | 'NOT_LIVE'
  /** A word that this version does not know; never an approval. */
  | 'UNKNOWN';

/** Whether two things belong to the same person. */
export type Match =
  /** The same person. */
  | 'POSITIVE'
  /** Not the same person. */
  | 'NEGATIVE'
  /** Can not be told. */
  | 'INCONCLUSIVE'
  /** A word that this version does not know; never an approval. */
  | 'UNKNOWN';

/** Whether there are signs of fraud on a face. */
export type FraudRisk =
  /** There are. */
  | 'SIGNS_FOUND'
  /** None was found, which is not a clean bill. */
  | 'NO_SIGNS_FOUND'
  /** A word that this version does not know; never an approval. */
  | 'UNKNOWN';

/** Whether the person is of age. */
export type AgeOutcome =
  /** Of age. */
  | 'ADULT'
  /** Not of age. */
  | 'MINOR'
  /** Can not be told. */
  | 'INCONCLUSIVE'
  /** A word that this version does not know; never an approval. */
  | 'UNKNOWN';

/** How likely the person is the holder of the document number (Brazil). */
export type RiskScore = {
  readonly __typename?: 'RiskScore';
  /** From -100 to 100, may have a fraction. Negative: risk. Positive: likely the holder. */
  readonly value: Scalars['Float']['output'];
  /** The band of the value; `null` for a value outside of -100 to 100. */
  readonly band?: Maybe<RiskBand>;
};

/** The bands that Unico publishes for the risk score. */
export type RiskBand =
  /** -100 to -40. */
  | 'STRONG_NEGATIVE'
  /** Above -40, below 0. */
  | 'MODERATE_NEGATIVE'
  /** 0: an error of capture or registration, no verdict. */
  | 'NEUTRAL'
  /** Above 0, below 50. */
  | 'MODERATE_POSITIVE'
  /** 50 to 100. */
  | 'STRONG_POSITIVE';

/** The comparison with the face on the government's file (Serpro, Brazil). */
export type Serpro = {
  readonly __typename?: 'Serpro';
  /** 0 to 100; `null` unless `status` is COMPARED. */
  readonly similarity?: Maybe<Scalars['Float']['output']>;
  /** Whether there was a comparison. */
  readonly status: SerproStatus;
};

/** Whether the face was compared with the government's file. */
export type SerproStatus =
  /** Compared; `similarity` has the outcome. */
  | 'COMPARED'
  /** The government has no face on file for this CPF. */
  | 'NO_FACE_ON_FILE'
  /** The government's service could not be reached. */
  | 'INTEGRATION_ERROR'
  /** A value that this version does not know. */
  | 'UNKNOWN';



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Process: Process;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Process:
    ( { __typename: 'Process' }
    & ( GraphQLRecursivePick<FederationTypes['Process'], {"id":true}>
        | GraphQLRecursivePick<FederationTypes['Process'], {"id":true,"source":true}> ) );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Date: ResolverTypeWrapper<Scalars['Date']['output']>;
  JSONObject: ResolverTypeWrapper<Scalars['JSONObject']['output']>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  CreateProcessInput: CreateProcessInput;
  OnboardingInput: OnboardingInput;
  TransactionalInput: TransactionalInput;
  ReferenceInput: ReferenceInput;
  ReferenceType: ReferenceType;
  DocumentInput: DocumentInput;
  DocumentPurpose: DocumentPurpose;
  AgeVerificationInput: AgeVerificationInput;
  SubjectInput: SubjectInput;
  OptionalSubjectInput: OptionalSubjectInput;
  DocumentSubjectInput: DocumentSubjectInput;
  JourneyInput: JourneyInput;
  JourneyPersonInput: JourneyPersonInput;
  CreateProcessPayload: ResolverTypeWrapper<CreateProcessOutcomeModel>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Document: ResolverTypeWrapper<DocumentModel>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  ForgetProcessPayload: ResolverTypeWrapper<ForgetProcessOutcomeModel>;
  Person: ResolverTypeWrapper<PersonModel>;
  DuiType: DuiType;
  Process: ResolverTypeWrapper<ResolvedProcessModel>;
  ProcessSource: ProcessSource;
  ProcessState: ProcessState;
  Company: ResolverTypeWrapper<CompanyModel>;
  ProcessReference: ResolverTypeWrapper<ProcessReferenceModel>;
  Service: ResolverTypeWrapper<ServiceModel>;
  ReusableDocument: ResolverTypeWrapper<ReusableDocumentModel>;
  ReusableDocumentType: ReusableDocumentType;
  SetProcessDocumentInput: SetProcessDocumentInput;
  SetProcessDocumentPayload: ResolverTypeWrapper<SetProcessDocumentOutcomeModel>;
  UserError: ResolverTypeWrapper<UserErrorModel>;
  UserErrorCode: UserErrorCode;
  Verdict: ResolverTypeWrapper<VerdictModel>;
  Decision: Decision;
  VerdictReason: ResolverTypeWrapper<VerdictReasonModel>;
  Language: Language;
  VerdictReasonCode: VerdictReasonCode;
  Liveness: Liveness;
  Match: Match;
  FraudRisk: FraudRisk;
  AgeOutcome: AgeOutcome;
  RiskScore: ResolverTypeWrapper<RiskScore>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  RiskBand: RiskBand;
  Serpro: ResolverTypeWrapper<Serpro>;
  SerproStatus: SerproStatus;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Scalars['DateTime']['output'];
  Date: Scalars['Date']['output'];
  JSONObject: Scalars['JSONObject']['output'];
  Query: Record<PropertyKey, never>;
  ID: Scalars['ID']['output'];
  String: Scalars['String']['output'];
  Mutation: Record<PropertyKey, never>;
  CreateProcessInput: CreateProcessInput;
  OnboardingInput: OnboardingInput;
  TransactionalInput: TransactionalInput;
  ReferenceInput: ReferenceInput;
  DocumentInput: DocumentInput;
  AgeVerificationInput: AgeVerificationInput;
  SubjectInput: SubjectInput;
  OptionalSubjectInput: OptionalSubjectInput;
  DocumentSubjectInput: DocumentSubjectInput;
  JourneyInput: JourneyInput;
  JourneyPersonInput: JourneyPersonInput;
  CreateProcessPayload: CreateProcessOutcomeModel;
  Boolean: Scalars['Boolean']['output'];
  Document: DocumentModel;
  Int: Scalars['Int']['output'];
  ForgetProcessPayload: ForgetProcessOutcomeModel;
  Person: PersonModel;
  Process: ResolvedProcessModel;
  Company: CompanyModel;
  ProcessReference: ProcessReferenceModel;
  Service: ServiceModel;
  ReusableDocument: ReusableDocumentModel;
  SetProcessDocumentInput: SetProcessDocumentInput;
  SetProcessDocumentPayload: SetProcessDocumentOutcomeModel;
  UserError: UserErrorModel;
  Verdict: VerdictModel;
  VerdictReason: VerdictReasonModel;
  RiskScore: RiskScore;
  Float: Scalars['Float']['output'];
  Serpro: Serpro;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface DateScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Date'], any> {
  name: 'Date';
}

export interface JsonObjectScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSONObject'], any> {
  name: 'JSONObject';
}

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  process?: Resolver<Maybe<ResolversTypes['Process']>, ParentType, ContextType, RequireFields<QueryProcessArgs, 'id'>>;
  processes?: Resolver<Maybe<ReadonlyArray<Maybe<ResolversTypes['Process']>>>, ParentType, ContextType, RequireFields<QueryProcessesArgs, 'ids'>>;
  reusableDocuments?: Resolver<Maybe<ReadonlyArray<ResolversTypes['ReusableDocument']>>, ParentType, ContextType, RequireFields<QueryReusableDocumentsArgs, 'code' | 'type'>>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  createProcess?: Resolver<Maybe<ResolversTypes['CreateProcessPayload']>, ParentType, ContextType, RequireFields<MutationCreateProcessArgs, 'idempotencyKey' | 'input'>>;
  setProcessDocument?: Resolver<Maybe<ResolversTypes['SetProcessDocumentPayload']>, ParentType, ContextType, RequireFields<MutationSetProcessDocumentArgs, 'input'>>;
  forgetProcess?: Resolver<Maybe<ResolversTypes['ForgetProcessPayload']>, ParentType, ContextType, RequireFields<MutationForgetProcessArgs, 'id'>>;
};

export type CreateProcessPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreateProcessPayload'] = ResolversParentTypes['CreateProcessPayload']> = {
  process?: Resolver<Maybe<ResolversTypes['Process']>, ParentType, ContextType>;
  replayed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type DocumentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Document'] = ResolversParentTypes['Document']> = {
  id?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  code?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  version?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  typified?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  cpfMatch?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  faceMatch?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  validated?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  reused?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  signedUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  signedUrls?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  signedUrlExpiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  data?: Resolver<Maybe<ResolversTypes['JSONObject']>, ParentType, ContextType>;
  number?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  holderName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  cpf?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  birthDate?: Resolver<Maybe<ResolversTypes['Date']>, ParentType, ContextType>;
  expiresOn?: Resolver<Maybe<ResolversTypes['Date']>, ParentType, ContextType>;
  category?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ForgetProcessPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ForgetProcessPayload'] = ResolversParentTypes['ForgetProcessPayload']> = {
  processId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  heldByUnico?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type PersonResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Person'] = ResolversParentTypes['Person']> = {
  duiType?: Resolver<Maybe<ResolversTypes['DuiType']>, ParentType, ContextType>;
  duiValue?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  duiValueMasked?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  friendlyName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  notificationChannels?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
};

export type ProcessResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Process'] = ResolversParentTypes['Process'], FederationReferenceType extends FederationReferenceTypes['Process'] = FederationReferenceTypes['Process']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Process']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  source?: Resolver<Maybe<ResolversTypes['ProcessSource']>, ParentType, ContextType>;
  state?: Resolver<Maybe<ResolversTypes['ProcessState']>, ParentType, ContextType>;
  verdict?: Resolver<Maybe<ResolversTypes['Verdict']>, ParentType, ContextType>;
  flow?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  purpose?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  useCase?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  clientReference?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  capacities?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  createdAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  callbackUri?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userRedirectUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  sdkToken?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  person?: Resolver<Maybe<ResolversTypes['Person']>, ParentType, ContextType>;
  company?: Resolver<Maybe<ResolversTypes['Company']>, ParentType, ContextType>;
  reference?: Resolver<Maybe<ResolversTypes['ProcessReference']>, ParentType, ContextType>;
  services?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Service']>>, ParentType, ContextType>;
  documents?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Document']>>, ParentType, ContextType>;
  authenticationId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  reusableDocuments?: Resolver<Maybe<ReadonlyArray<ResolversTypes['ReusableDocument']>>, ParentType, ContextType, RequireFields<ProcessReusableDocumentsArgs, 'type'>>;
  upstreamState?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type CompanyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Company'] = ResolversParentTypes['Company']> = {
  branchId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  countryCode?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ProcessReferenceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProcessReference'] = ResolversParentTypes['ProcessReference']> = {
  process?: Resolver<Maybe<ResolversTypes['Process']>, ParentType, ContextType>;
  authenticationId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ServiceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Service'] = ResolversParentTypes['Service']> = {
  envelopeId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  documentIds?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  consentGranted?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  documents?: Resolver<ReadonlyArray<ResolversTypes['Document']>, ParentType, ContextType>;
};

export type ReusableDocumentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReusableDocument'] = ResolversParentTypes['ReusableDocument']> = {
  documentId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  type?: Resolver<Maybe<ResolversTypes['ReusableDocumentType']>, ParentType, ContextType>;
  registryType?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type SetProcessDocumentPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SetProcessDocumentPayload'] = ResolversParentTypes['SetProcessDocumentPayload']> = {
  process?: Resolver<Maybe<ResolversTypes['Process']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  upstreamCode?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  retryable?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  retryAfterSeconds?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type VerdictResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Verdict'] = ResolversParentTypes['Verdict']> = {
  decision?: Resolver<ResolversTypes['Decision'], ParentType, ContextType>;
  reasons?: Resolver<ReadonlyArray<ResolversTypes['VerdictReason']>, ParentType, ContextType>;
  final?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  liveness?: Resolver<Maybe<ResolversTypes['Liveness']>, ParentType, ContextType>;
  identity?: Resolver<Maybe<ResolversTypes['Match']>, ParentType, ContextType>;
  fraudRisk?: Resolver<Maybe<ResolversTypes['FraudRisk']>, ParentType, ContextType>;
  faceMatch?: Resolver<Maybe<ResolversTypes['Match']>, ParentType, ContextType>;
  smartRevalidation?: Resolver<Maybe<ResolversTypes['Match']>, ParentType, ContextType>;
  age?: Resolver<Maybe<ResolversTypes['AgeOutcome']>, ParentType, ContextType>;
  riskScore?: Resolver<Maybe<ResolversTypes['RiskScore']>, ParentType, ContextType>;
  serpro?: Resolver<Maybe<ResolversTypes['Serpro']>, ParentType, ContextType>;
  upstreamResult?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  policyVersion?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  decidedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type VerdictReasonResolvers<ContextType = Context, ParentType extends ResolversParentTypes['VerdictReason'] = ResolversParentTypes['VerdictReason']> = {
  code?: Resolver<ResolversTypes['VerdictReasonCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType, RequireFields<VerdictReasonMessageArgs, 'language'>>;
};

export type RiskScoreResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RiskScore'] = ResolversParentTypes['RiskScore']> = {
  value?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  band?: Resolver<Maybe<ResolversTypes['RiskBand']>, ParentType, ContextType>;
};

export type SerproResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Serpro'] = ResolversParentTypes['Serpro']> = {
  similarity?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['SerproStatus'], ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  DateTime?: GraphQLScalarType;
  Date?: GraphQLScalarType;
  JSONObject?: GraphQLScalarType;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  CreateProcessPayload?: CreateProcessPayloadResolvers<ContextType>;
  Document?: DocumentResolvers<ContextType>;
  ForgetProcessPayload?: ForgetProcessPayloadResolvers<ContextType>;
  Person?: PersonResolvers<ContextType>;
  Process?: ProcessResolvers<ContextType>;
  Company?: CompanyResolvers<ContextType>;
  ProcessReference?: ProcessReferenceResolvers<ContextType>;
  Service?: ServiceResolvers<ContextType>;
  ReusableDocument?: ReusableDocumentResolvers<ContextType>;
  SetProcessDocumentPayload?: SetProcessDocumentPayloadResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  Verdict?: VerdictResolvers<ContextType>;
  VerdictReason?: VerdictReasonResolvers<ContextType>;
  RiskScore?: RiskScoreResolvers<ContextType>;
  Serpro?: SerproResolvers<ContextType>;
};

