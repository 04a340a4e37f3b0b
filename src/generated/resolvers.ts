import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Process as ProcessModel, ProcessReference as ProcessReferenceModel, Company as CompanyModel, Service as ServiceModel } from '../domain/process.ts';
import type { Person as PersonModel } from '../domain/person.ts';
import type { Verdict as VerdictModel } from '../domain/verdict/verdict.ts';
import type { VerdictReason as VerdictReasonModel } from '../domain/verdict/reasons.ts';
import type { Document as DocumentModel } from '../domain/document.ts';
import type { ReusableDocument as ReusableDocumentModel } from '../domain/reusable-document.ts';
import type { UserError as UserErrorModel } from '../domain/user-error.ts';
import type { CreateProcessOutcome as CreateProcessOutcomeModel } from '../graphql/resolvers/mutation-payloads.ts';
import type { ForgetProcessOutcome as ForgetProcessOutcomeModel } from '../graphql/resolvers/forget-process-outcome.ts';
import type { SetProcessDocumentOutcome as SetProcessDocumentOutcomeModel } from '../graphql/resolvers/set-process-document-outcome.ts';
import type { Context } from '../graphql/context.ts';
export type Maybe<T> = T | Promise<T | null> | null;
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
  /** A JSON object. Its properties depend on the kind of document and may change without notice. Example: `{ "nomeCivil": "Luke Skywalker" }`. */
  JSONObject: { input: { readonly [member: string]: unknown }; output: { readonly [member: string]: unknown }; }
  _FieldSet: { input: string; output: string; }
};

export type Query = {
  readonly __typename?: 'Query';
  /**
   * One identity verification, in either of Unico's contracts; `null` when no contract knows the id.
   *
   * Selecting the key alone (`id`, or `id source` with the argument `source`) costs no call to Unico, and therefore does not show
   * whether the process exists.
   *
   * Errors (`extensions.code`): UNAUTHENTICATED (no token) and FORBIDDEN (the token lacks the scope that the message names), each at
   * the denied field only; BAD_USER_INPUT (the id is not a UUID); RATE_LIMITED (wait `extensions.retryAfterSeconds`);
   * UPSTREAM_UNAVAILABLE, UPSTREAM_UNAUTHORIZED and UPSTREAM_CONTRACT (see `docs/errors.md`).
   */
  readonly process?: Maybe<Process>;
  /**
   * Many identity verifications, in the order of `ids`. An item is `null` when no contract knows its id, and `null` with an error
   * of its own when it could not be read; the other items are not affected.
   *
   * Cached processes cost no call to Unico, so a list of them is returned at once. For ids that are not cached, Unico's quota (ten calls
   * a second) allows some 70 in one operation, and half as many when the contract of each has to be found. The others fail with
   * RATE_LIMITED; request the same list again after `extensions.retryAfterSeconds`: processes that were read are cached by then.
   */
  readonly processes?: Maybe<ReadonlyArray<Maybe<Process>>>;
  /**
   * Documents of a person that Unico already stores, and that `createProcess(input: { document })` can reuse instead of a new
   * capture. Empty when there is none; `null` only with an error. Costs a call to Unico.
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
   * Creates an identity verification. **Unico bills each creation, and a creation cannot be undone.** Therefore this service sends
   * it to Unico at most once per `idempotencyKey`. Keys are stored for 30 days and survive restarts; all replicas share them:
   *
   * - same key and same input again: returns the process created first, with `replayed: true`; creates nothing
   * - same key while the first request is in flight: waits for that request and returns the same result
   * - same key and another input: userError IDEMPOTENCY_KEY_REUSED
   * - Unico or the validation below refused the request: the key is free again
   * - the response was lost: userError OUTCOME_UNKNOWN, on this call and on every later call with the key. The process may exist
   *   and be billed: look for it in Unico's portal before you create it under a new key
   *
   * Validation before any call to Unico covers image format, size and resolution, check digits of CPF and CURP, dates and missing
   * fields. Each finding is a userError with Unico's own code and the path of the input field.
   */
  readonly createProcess?: Maybe<CreateProcessPayload>;
  /**
   * Sets the document number of a journey that was created without one (state AWAITING_DOCUMENT). A number that is set cannot be
   * changed.
   */
  readonly setProcessDocument?: Maybe<SetProcessDocumentPayload>;
  /**
   * Erases the data that this service stores about a process, for a person who requests erasure: the cached decision and the cached
   * personal data. **Unico's own copy stays**, because Unico's API has no deletion: select `heldByUnico` to see whether it exists, and
   * ask Unico to delete it. A later read of the process caches it again.
   *
   * Retained: for 30 days, the process id and a fingerprint of the creation's input, from which the input cannot be recovered, so that
   * the creation is never billed twice. Other replicas may return the decision from memory for one more minute, and hold an
   * encrypted copy of the process for up to ten minutes, which they read only while the store is down.
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

/** The verification to create. Exactly one field must be given: it chooses the form of the verification and the contract of Unico. */
export type CreateProcessInput =
  /** Is this the face of the holder of this CPF or CURP? Unico: `processes/v1`, Onboarding. */
  { readonly onboarding: OnboardingInput; readonly transactional?: never; readonly document?: never; readonly ageVerification?: never; readonly journey?: never; }
  |  /** Is this the same person as in the reference (1:1)? Unico: `processes/v1`, Transactional. */
  { readonly onboarding?: never; readonly transactional: TransactionalInput; readonly document?: never; readonly ageVerification?: never; readonly journey?: never; }
  |  /** Is this document authentic, and does it belong to the person verified before? Unico: `processes/v1`, Document. */
  { readonly onboarding?: never; readonly transactional?: never; readonly document: DocumentInput; readonly ageVerification?: never; readonly journey?: never; }
  |  /** Is this person an adult? Unico: `processes/v1`, Age verification. */
  { readonly onboarding?: never; readonly transactional?: never; readonly document?: never; readonly ageVerification: AgeVerificationInput; readonly journey?: never; }
  |  /** A journey that Unico hosts: the payload's process has `userRedirectUrl` and `sdkToken`. Unico: `client/v1/process`. */
  { readonly onboarding?: never; readonly transactional?: never; readonly document?: never; readonly ageVerification?: never; readonly journey: JourneyInput; };

/** Onboarding: compares a selfie with the face of the holder of a CPF or CURP. */
export type OnboardingInput = {
  /** The identity that the person claims. */
  readonly subject: SubjectInput;
  /** The context of the operation. Example: `Onboarding`. `null`: not sent to Unico. */
  readonly useCase?: InputMaybe<Scalars['String']['input']>;
  /**
   * The selfie, in one of two forms:
   *
   * - an image: base64 of a PNG, JPEG or WebP file, without a `data:` prefix; at least 640x480 pixels in either orientation, at most
   *   800 KB before encoding (1 KB is 1,024 bytes)
   * - the JWT that Unico's SDK returns: at most 10 minutes old, usable once
   */
  readonly imageBase64: Scalars['String']['input'];
};

/** Transactional (1:1): compares a selfie with an earlier face. Unico answers with the final result at once. */
export type TransactionalInput = {
  /** The references to compare with: 1 to 20. Required unless `referenceProcessId` is given. */
  readonly references?: InputMaybe<ReadonlyArray<ReferenceInput>>;
  /**
   * The earlier process to compare with, a UUID. Example: `53060f52-f146-4c12-a234-5bb5031f6f5b`.
   * @deprecated Unico prefers `references` with REFERENCE_TYPE_PROCESS_ID.
   */
  readonly referenceProcessId?: InputMaybe<Scalars['ID']['input']>;
  /** The selfie, as in `OnboardingInput.imageBase64`. */
  readonly imageBase64: Scalars['String']['input'];
  /** The identity that the person claims. `null`: not sent to Unico. */
  readonly subject?: InputMaybe<OptionalSubjectInput>;
  /** The context of the operation. Example: `Transactional`. `null`: not sent to Unico. */
  readonly useCase?: InputMaybe<Scalars['String']['input']>;
  /** The id of the branch, for companies with several. `null`: not sent to Unico. */
  readonly subsidiaryId?: InputMaybe<Scalars['String']['input']>;
};

/** A reference that a face is compared with: an image or an earlier process. */
export type ReferenceInput = {
  /** The kind of `referenceContent`. */
  readonly referenceType: ReferenceType;
  /**
   * For REFERENCE_TYPE_IMAGE_BASE64: an image, as in `OnboardingInput.imageBase64` (the SDK's JWT is not accepted here). For
   * REFERENCE_TYPE_PROCESS_ID: the id of a process, a UUID such as `53060f52-f146-4c12-a234-5bb5031f6f5b`.
   */
  readonly referenceContent: Scalars['String']['input'];
};

/** The kind of a reference. */
export type ReferenceType =
  /** A base64 image. */
  | 'REFERENCE_TYPE_IMAGE_BASE64'
  /** The id of an earlier process. */
  | 'REFERENCE_TYPE_PROCESS_ID';

/**
 * A document check: of new files (`files`), or of a document that Unico already stores (`documentId`). Give exactly one of the
 * two.
 */
export type DocumentInput = {
  /** The holder of the document. */
  readonly subject: DocumentSubjectInput;
  /** The business purpose of the check. */
  readonly purpose: DocumentPurpose;
  /**
   * The earlier biometric process of the same person that the document is compared with, a UUID. Unico accepts it for 24 hours after
   * that process has finished.
   */
  readonly authProcessId: Scalars['ID']['input'];
  /** The document to reuse: a `documentId` that `reusableDocuments` returned. Required unless `files` is given. */
  readonly documentId?: InputMaybe<Scalars['ID']['input']>;
  /**
   * The images of a new document: one (the open document) or two (front and back). Each is an image as in
   * `OnboardingInput.imageBase64` (the SDK's JWT is not accepted here). Required unless `documentId` is given.
   */
  readonly files?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** The id of the branch, for companies with several. `null`: not sent to Unico. */
  readonly subsidiaryId?: InputMaybe<Scalars['String']['input']>;
};

/** The business purpose of a document check. */
export type DocumentPurpose =
  /** Granting credit. */
  | 'creditprocess'
  /** Purchase of a car. */
  | 'carpurchase'
  /** Payroll loan. */
  | 'paybypaycheck'
  /** Onboarding of a customer. */
  | 'onboarding'
  /** FGTS, the Brazilian severance fund. */
  | 'fgts';

/** Age verification: tells whether the person on a selfie is an adult. */
export type AgeVerificationInput = {
  /** The identity that the person claims. `code` is required only where the APIKEY includes identity verification. */
  readonly subject: OptionalSubjectInput;
  /** The context of the operation. Example: `AgeVerification`. `null`: not sent to Unico. */
  readonly useCase?: InputMaybe<Scalars['String']['input']>;
  /** The selfie, as in `OnboardingInput.imageBase64`. */
  readonly imageBase64: Scalars['String']['input'];
};

/** The identity that a person claims. Personal data. A field that is `null` is not sent to Unico. */
export type SubjectInput = {
  /** The CPF (11 digits) or CURP (18 characters) with valid check digits, without punctuation. Example: `12345678909`. */
  readonly code: Scalars['String']['input'];
  /** The full name, without double spaces. Example: `Luke Skywalker`. */
  readonly name: Scalars['String']['input'];
  /** The gender: `M` or `F`. */
  readonly gender?: InputMaybe<Scalars['String']['input']>;
  /** The date of birth, `YYYY-MM-DD`. Example: `2000-05-20`. */
  readonly birthDate?: InputMaybe<Scalars['String']['input']>;
  /** The e-mail address. Example: `someone@example.com`. */
  readonly email?: InputMaybe<Scalars['String']['input']>;
  /** The phone number: country code, area code and number, 10 to 15 digits. Example: `5519725570707`. */
  readonly phone?: InputMaybe<Scalars['String']['input']>;
};

/** The identity that a person claims, as far as the caller knows it. Personal data. A field that is `null` is not sent to Unico. */
export type OptionalSubjectInput = {
  /** The CPF (11 digits) or CURP (18 characters) with valid check digits, without punctuation. Example: `12345678909`. */
  readonly code?: InputMaybe<Scalars['String']['input']>;
  /** The full name, without double spaces. Example: `Luke Skywalker`. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** The gender: `M` or `F`. */
  readonly gender?: InputMaybe<Scalars['String']['input']>;
  /** The date of birth, `YYYY-MM-DD`. Example: `2000-05-20`. */
  readonly birthDate?: InputMaybe<Scalars['String']['input']>;
  /** The e-mail address. Example: `someone@example.com`. */
  readonly email?: InputMaybe<Scalars['String']['input']>;
  /** The phone number: country code, area code and number, 10 to 15 digits. Example: `5519725570707`. */
  readonly phone?: InputMaybe<Scalars['String']['input']>;
};

/** The holder of a document. Personal data. A field that is `null` is not sent to Unico. */
export type DocumentSubjectInput = {
  /**
   * The kind of `code`: BR_CPF, MX_CURP, US_SSN, NG_NIN, AR_DNI or ID_NIK. Required with `files`; with `documentId` it may be left
   * out, and `code` is then a CPF or CURP.
   */
  readonly duiType?: InputMaybe<DuiType>;
  /** The document number of that kind, without punctuation. Example: `12345678909`. */
  readonly code: Scalars['String']['input'];
  /** The full name, without double spaces. Example: `Luke Skywalker`. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** The gender: `M` or `F`. */
  readonly gender?: InputMaybe<Scalars['String']['input']>;
  /** The date of birth, `YYYY-MM-DD`. Example: `2000-05-20`. */
  readonly birthDate?: InputMaybe<Scalars['String']['input']>;
  /** The e-mail address. Example: `someone@example.com`. */
  readonly email?: InputMaybe<Scalars['String']['input']>;
  /** The phone number: country code, area code and number, 10 to 15 digits. Example: `5519725570707`. */
  readonly phone?: InputMaybe<Scalars['String']['input']>;
};

/** A journey that Unico hosts. An optional field that is `null` is not sent to Unico. */
export type JourneyInput = {
  /**
   * The flow: one of those in your contract with Unico. Examples: `id`, `idunicosign`. `idtoken`, `idtokentrust` and `idtokensign` (1:1)
   * also require `references`; `idsmart` also requires `useCase`.
   */
  readonly flow: Scalars['String']['input'];
  /**
   * The business purpose. Unico requires it in all flows except the 1:1 flows. Examples: `creditprocess`, `biometryonboarding`,
   * `carpurchase`, `ageverification`.
   */
  readonly purpose?: InputMaybe<Scalars['String']['input']>;
  /**
   * The address that the person's browser or app returns to after the journey: a URL, a scheme of your app, or `/` for none. Examples:
   * `https://shop.example/return`, `myapp://return`.
   */
  readonly callbackUri: Scalars['String']['input'];
  /** The person to verify. May be left out only in a custom flow that receives the document later, by `setProcessDocument`. */
  readonly person?: InputMaybe<JourneyPersonInput>;
  /** Your own reference, which Unico's portal can search: 1 to 256 characters, no spaces, no personal data. Example: `order-4711`. */
  readonly clientReference?: InputMaybe<Scalars['String']['input']>;
  /** The id of the branch (a UUID), for companies with several. */
  readonly companyBranchId?: InputMaybe<Scalars['ID']['input']>;
  /**
   * The references that the face is compared with: at most 20. Required in the 1:1 flows (`idtoken`, `idtokentrust`,
   * `idtokensign`); `idsmart` uses them too.
   */
  readonly references?: InputMaybe<ReadonlyArray<ReferenceInput>>;
  /** The use case. Required in the flow `idsmart`. Example: `USE_CASE_LOGIN`. */
  readonly useCase?: InputMaybe<Scalars['String']['input']>;
  /** How long the person has to finish the journey: whole seconds with the suffix `s`. Example: `3600s`. `null`: seven days. */
  readonly expiresIn?: InputMaybe<Scalars['String']['input']>;
};

/** The person of a journey. Personal data. A field that is `null` is not sent to Unico. */
export type JourneyPersonInput = {
  /** The kind of `duiValue`. Give both or neither. */
  readonly duiType?: InputMaybe<DuiType>;
  /** The number of the identity document, without punctuation; CPF, CURP and SSN with valid check digits. Example: `12345678909`. */
  readonly duiValue?: InputMaybe<Scalars['String']['input']>;
  /** How Unico addresses the person: at most 50 characters. Example: `Luke`. */
  readonly friendlyName?: InputMaybe<Scalars['String']['input']>;
  /** The phone number: country code, area code and number, digits only. Example: `5519725570707`. */
  readonly phone?: InputMaybe<Scalars['String']['input']>;
  /** The e-mail address. Required in signature flows. Example: `someone@example.com`. */
  readonly email?: InputMaybe<Scalars['String']['input']>;
};

/** The result of `createProcess`: either `process`, or `userErrors` that explain why there is none. */
export type CreateProcessPayload = {
  readonly __typename?: 'CreateProcessPayload';
  /** The created process; `null` when `userErrors` is not empty. */
  readonly process?: Maybe<Process>;
  /**
   * `true`: an earlier call with the same `idempotencyKey` created this process, and this call created nothing. If Unico does not
   * find that process any more, only its key fields (`id`, `source`) are returned. `false`: this call created the process, or
   * `userErrors` is not empty.
   */
  readonly replayed: Scalars['Boolean']['output'];
  /** What the caller can correct or has to know. Empty on success. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** An identity document that a process captured or reused, with the data read from it and the results of its checks. */
export type Document = {
  readonly __typename?: 'Document';
  /** The document id; `null` when Unico does not report one. */
  readonly id?: Maybe<Scalars['ID']['output']>;
  /** The kind of document, in Unico's own value. Examples: `CNH`, `RG`. `null` when Unico does not report it. */
  readonly code?: Maybe<Scalars['String']['output']>;
  /** The version of the layout of `data`; `null` when Unico does not report it. */
  readonly version?: Maybe<Scalars['Int']['output']>;
  /** Whether Unico recognised the kind of document. `null` when not checked. IDCLOUD only. */
  readonly typified?: Maybe<Scalars['Boolean']['output']>;
  /** Whether the CPF on the document is the CPF of the person. `null` when not checked, or when the result is not readable. */
  readonly cpfMatch?: Maybe<Scalars['Boolean']['output']>;
  /** Whether the photo on the document shows the face of the selfie. `null` when not checked, or when the result is not readable. */
  readonly faceMatch?: Maybe<Scalars['Boolean']['output']>;
  /** Whether Unico found the document authentic. `null` when not checked, or when the result is not readable. IDCLOUD only. */
  readonly validated?: Maybe<Scalars['Boolean']['output']>;
  /** Whether the document was reused from an earlier process. `null` when Unico does not report it. IDCLOUD only. */
  readonly reused?: Maybe<Scalars['Boolean']['output']>;
  /** The download URL of the document: the first of `signedUrls`. `null` when there is none. */
  readonly signedUrl?: Maybe<Scalars['String']['output']>;
  /**
   * The download URLs of the document, one for each file (front and back). They work for five minutes, until `signedUrlExpiresAt`:
   * read the process again for new ones. Empty when there is none.
   */
  readonly signedUrls?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** When the download URLs expire; `null` when there is none. */
  readonly signedUrlExpiresAt?: Maybe<Scalars['DateTime']['output']>;
  /**
   * All data read from the document, under Unico's own names. Example: `{ "nomeCivil": "Luke Skywalker", "categoria": "B" }`. `null`
   * when nothing was read. Personal data.
   */
  readonly data?: Maybe<Scalars['JSONObject']['output']>;
  /** The number of the document itself, as printed. `null` when it was not read. Personal data. */
  readonly number?: Maybe<Scalars['String']['output']>;
  /** The holder's name. `null` when it was not read. Personal data. */
  readonly holderName?: Maybe<Scalars['String']['output']>;
  /** The holder's CPF without punctuation. Example: `12345678909`. `null` when it was not read. Personal data. */
  readonly cpf?: Maybe<Scalars['String']['output']>;
  /** The holder's date of birth. `null` when it was not read. Personal data. */
  readonly birthDate?: Maybe<Scalars['Date']['output']>;
  /** The last day on which the document is valid. `null` when it was not read. Personal data. */
  readonly expiresOn?: Maybe<Scalars['Date']['output']>;
  /** The category of a driving licence (CNH). Example: `B`. `null` for other documents, or when it was not read. Personal data. */
  readonly category?: Maybe<Scalars['String']['output']>;
};

/** The result of `forgetProcess`. */
export type ForgetProcessPayload = {
  readonly __typename?: 'ForgetProcessPayload';
  /** The id of the process whose stored data was removed from this service; `null` when `userErrors` is not empty. */
  readonly processId?: Maybe<Scalars['ID']['output']>;
  /**
   * Whether Unico still returns the process: `true` until Unico has deleted it, `false` when no contract finds it. Selecting this field
   * costs one call to Unico, or two when the contract is not known, and also needs the scope `identity:read`. `null` with an error
   * while Unico cannot be reached, or when the id is not a UUID; `null` without an error when `userErrors` is not empty.
   */
  readonly heldByUnico?: Maybe<Scalars['Boolean']['output']>;
  /** What the caller can correct or has to know. Empty on success. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** The person that a process verifies. IDCLOUD only. */
export type Person = {
  readonly __typename?: 'Person';
  /** The kind of `duiValue`; `null` when Unico does not report it. */
  readonly duiType?: Maybe<DuiType>;
  /**
   * The number of the identity document, without punctuation. Example: `12345678909`. `null` when Unico does not report it.
   * Personal data: show `duiValueMasked` on screens.
   */
  readonly duiValue?: Maybe<Scalars['String']['output']>;
  /**
   * `duiValue` with `*` for every character except the last two. A number of three characters shows one, a shorter one none. Example:
   * `*********09`. `null` when Unico does not report the number.
   */
  readonly duiValueMasked?: Maybe<Scalars['String']['output']>;
  /** How Unico addresses the person in the journey. Example: `Luke`. `null` when Unico does not report it. Personal data. */
  readonly friendlyName?: Maybe<Scalars['String']['output']>;
  /**
   * The channels by which Unico notifies the person of the journey, in Unico's own values. Examples: `email`,
   * `NOTIFICATION_CHANNEL_SMS`. Empty when there is none.
   */
  readonly notificationChannels?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** The kinds of identity document number that Unico accepts. */
export type DuiType =
  /** Brazil, CPF: 11 digits with two check digits. */
  | 'BR_CPF'
  /** Mexico, CURP: 18 upper-case letters and digits with a check digit. */
  | 'MX_CURP'
  /** United States, social security number: 9 digits. */
  | 'US_SSN'
  /** Brazil, passport. */
  | 'BR_PASSPORT'
  /** Argentina, passport. */
  | 'AR_PASSPORT'
  /** Argentina, DNI (national identity document). */
  | 'AR_DNI'
  /** Nigeria, national identification number. */
  | 'NG_NIN'
  /** Nigeria, bank verification number. */
  | 'NG_BVN'
  /** Chile, RUN (national identification number). */
  | 'CL_RUN'
  /** Ecuador, national identity number. */
  | 'EC_NI'
  /** United States, passport. */
  | 'US_PASSPORT'
  /** United States, driver's license. */
  | 'US_DRIVER_LICENSE'
  /** Guatemala, CUI (national identification code). */
  | 'GT_CUI'
  /** Uruguay, identity card. */
  | 'UY_CI'
  /** Indonesia, NIK (national identification number). */
  | 'ID_NIK'
  /** Any country: an e-mail address instead of a document number. */
  | 'ZZ_EMAIL'
  /** Any country: a phone number instead of a document number. */
  | 'ZZ_PHONE_NUMBER'
  /** A kind that this version does not know. Returned only: inputs with it are refused. */
  | 'UNKNOWN';

/**
 * One identity verification of one person, in either of Unico's two contracts.
 *
 * Act on `verdict.decision`: neither `state` nor an HTTP status of Unico is an approval.
 *
 * `null`: a field is `null` (a list is empty) when the contract does not report it; "IDCLOUD only" marks fields that PROCESSES_V1
 * never reports. Every field except the key is nullable, so that a missing process or a denied field does not remove its neighbours
 * from the response.
 *
 * Scopes: every field requires `identity:read`; fields with personal data also require `identity:pii`. A caller with `identity:write`
 * alone can read `id`, `source`, `state`, `userRedirectUrl` and `sdkToken` of the process in a mutation's payload.
 *
 * Calls to Unico, which count against the tenant's quota:
 *
 * - the key (`id`, or `id source` with the source given): none
 * - a process that is not finished: at most one call in two seconds, for all callers together
 * - a finished process: one call a week for all fields without personal data. Personal data, and every field of `person`, is cached for
 *   ten minutes; download URLs until shortly before they expire; `sdkToken` costs a call each time
 *
 * While Unico is down, cached fields are still returned.
 */
export type Process = {
  readonly __typename?: 'Process';
  /**
   * The process id: a UUID, such as `53060f52-f146-4c12-a234-5bb5031f6f5b`. (`setProcessDocument` also accepts the other form of id that
   * Unico's pages show. A process with such an id cannot be read by it later.)
   */
  readonly id: Scalars['ID']['output'];
  /** The contract of Unico that holds the process. `null` only when it could not be determined. */
  readonly source?: Maybe<ProcessSource>;
  /** The progress of the verification. FINISHED is not an approval: see `verdict`. */
  readonly state?: Maybe<ProcessState>;
  /** The decision derived from all signals, with its reasons. */
  readonly verdict?: Maybe<Verdict>;
  /** The flow of the journey. Example: `idunicosign`. Tenants may have flows of their own. IDCLOUD only. */
  readonly flow?: Maybe<Scalars['String']['output']>;
  /** The business purpose given at creation. Example: `creditprocess`. IDCLOUD only. */
  readonly purpose?: Maybe<Scalars['String']['output']>;
  /** The context given at creation. Example: `Onboarding`. IDCLOUD only. */
  readonly useCase?: Maybe<Scalars['String']['output']>;
  /**
   * Your own reference, given at creation; Unico's portal can search it. It must not contain personal data. Example: `order-4711`.
   * IDCLOUD only.
   */
  readonly clientReference?: Maybe<Scalars['String']['output']>;
  /** The checks active in this process, in Unico's own values. Examples: `liveness`, `PROCESS_CAPACITY_IDUNICO`. IDCLOUD only. */
  readonly capacities?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** When Unico created the process. IDCLOUD only. */
  readonly createdAt?: Maybe<Scalars['DateTime']['output']>;
  /** When the process finished; `null` until then. IDCLOUD only. */
  readonly finishedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When an unfinished journey expires: seven days after its creation, unless `expiresIn` was given. IDCLOUD only. */
  readonly expiresAt?: Maybe<Scalars['DateTime']['output']>;
  /**
   * The address that the person's browser or app returns to after the journey. Example: `https://shop.example/return`. Treated as
   * personal data. IDCLOUD only.
   */
  readonly callbackUri?: Maybe<Scalars['String']['output']>;
  /** The URL to open for the person to do the journey. Treated as personal data. IDCLOUD only. */
  readonly userRedirectUrl?: Maybe<Scalars['String']['output']>;
  /**
   * The signed token (JWT) that starts the journey in Unico's SDK. Pass it to the SDK; never store it. Reading it costs a call
   * each time. IDCLOUD only.
   */
  readonly sdkToken?: Maybe<Scalars['String']['output']>;
  /** The person given at creation, or by `setProcessDocument`. IDCLOUD only. */
  readonly person?: Maybe<Person>;
  /** The branch and country of the company that created the process. IDCLOUD only. */
  readonly company?: Maybe<Company>;
  /** The earlier process that this one was compared with: in 1:1 and smart revalidation, `null` otherwise. IDCLOUD only. */
  readonly reference?: Maybe<ProcessReference>;
  /** Signed envelopes and captured documents, one entry for each service of the journey. IDCLOUD only. */
  readonly services?: Maybe<ReadonlyArray<Service>>;
  /** All documents of this process, of every service together. Empty when there is none. */
  readonly documents?: Maybe<ReadonlyArray<Document>>;
  /** The id of this authentication attempt: the reference for a later 1:1 check. IDCLOUD only. */
  readonly authenticationId?: Maybe<Scalars['String']['output']>;
  /**
   * Documents of this process's person that can be reused. Empty when there is none; `null` when the process reports no CPF or CURP of
   * the person, which PROCESSES_V1 never does. Costs a call of its own.
   */
  readonly reusableDocuments?: Maybe<ReadonlyArray<ReusableDocument>>;
  /** The state in Unico's own value, for support cases only: do not build logic on it. Examples: `PROCESS_STATE_FINISHED`, `3`. */
  readonly upstreamState?: Maybe<Scalars['String']['output']>;
};


/**
 * One identity verification of one person, in either of Unico's two contracts.
 *
 * Act on `verdict.decision`: neither `state` nor an HTTP status of Unico is an approval.
 *
 * `null`: a field is `null` (a list is empty) when the contract does not report it; "IDCLOUD only" marks fields that PROCESSES_V1
 * never reports. Every field except the key is nullable, so that a missing process or a denied field does not remove its neighbours
 * from the response.
 *
 * Scopes: every field requires `identity:read`; fields with personal data also require `identity:pii`. A caller with `identity:write`
 * alone can read `id`, `source`, `state`, `userRedirectUrl` and `sdkToken` of the process in a mutation's payload.
 *
 * Calls to Unico, which count against the tenant's quota:
 *
 * - the key (`id`, or `id source` with the source given): none
 * - a process that is not finished: at most one call in two seconds, for all callers together
 * - a finished process: one call a week for all fields without personal data. Personal data, and every field of `person`, is cached for
 *   ten minutes; download URLs until shortly before they expire; `sdkToken` costs a call each time
 *
 * While Unico is down, cached fields are still returned.
 */
export type ProcessReusableDocumentsArgs = {
  type: ReusableDocumentType;
};

/** A contract of Unico. It determines who runs the capture, and which of Unico's two APIs holds the process. */
export type ProcessSource =
  /** Web and SDK: Unico hosts the journey. API `client/v1/process`. */
  | 'IDCLOUD'
  /** API: the integrator captures the selfie and sends it. API `processes/v1`. */
  | 'PROCESSES_V1';

/** The progress of a verification. */
export type ProcessState =
  /** Created; the person has not finished the journey yet. */
  | 'CREATED'
  /** Created without an identity document; waiting for `setProcessDocument`. */
  | 'AWAITING_DOCUMENT'
  /** In analysis; read it again later. */
  | 'PROCESSING'
  /** In further analysis after a divergence; read it again later. */
  | 'DIVERGENT'
  /** Finished; `verdict` has the decision. */
  | 'FINISHED'
  /** Cancelled; no decision will follow. */
  | 'CANCELED'
  /** Ended by a processing error; no decision will follow. */
  | 'FAILED'
  /** A state that this version does not know; `upstreamState` has Unico's own value. */
  | 'UNKNOWN';

/** The branch and country of the company that created a process. */
export type Company = {
  readonly __typename?: 'Company';
  /** The id of the branch, for companies with several; `null` when Unico does not report it. */
  readonly branchId?: Maybe<Scalars['String']['output']>;
  /** The country, ISO 3166-1: two letters, or three in older processes. Examples: `BR`, `BRA`. */
  readonly countryCode?: Maybe<Scalars['String']['output']>;
};

/** The reference that a process was compared with. */
export type ProcessReference = {
  readonly __typename?: 'ProcessReference';
  /** The earlier process; `null` when Unico reports only the authentication attempt. Selecting more than its key may cost a call. */
  readonly process?: Maybe<Process>;
  /** The id of the authentication attempt of the earlier process. */
  readonly authenticationId?: Maybe<Scalars['String']['output']>;
};

/** One service of a journey: a signed envelope, and the documents captured for it. */
export type Service = {
  readonly __typename?: 'Service';
  /** The id of the signed envelope (a UUID); `null` when Unico does not report one. */
  readonly envelopeId?: Maybe<Scalars['ID']['output']>;
  /** The ids of the documents captured in this service. Empty when there is none. */
  readonly documentIds: ReadonlyArray<Scalars['ID']['output']>;
  /** Whether the person consented to sharing the data; `null` when Unico does not report it. */
  readonly consentGranted?: Maybe<Scalars['Boolean']['output']>;
  /** The documents captured in this service. Empty when there is none. */
  readonly documents: ReadonlyArray<Document>;
};

/**
 * A document of a person that Unico already stores. To reuse it, pass `documentId` to `createProcess(input: { document: {
 * documentId: … } })`.
 */
export type ReusableDocument = {
  readonly __typename?: 'ReusableDocument';
  /** The id to pass as `DocumentInput.documentId`. */
  readonly documentId: Scalars['ID']['output'];
  /** The kind of document; `null` for a kind that this version does not know. */
  readonly type?: Maybe<ReusableDocumentType>;
  /** The kind in Unico's registry. Example: `unico.moja.dictionary.br.cnh.v2.Cnh`. `null` when Unico does not report it. */
  readonly registryType?: Maybe<Scalars['String']['output']>;
};

/** The kinds of document that can be looked up for reuse. */
export type ReusableDocumentType =
  /** Brazil, RG (state identity card). */
  | 'BR_RG'
  /** Brazil, CNH (driving licence). */
  | 'BR_CNH'
  /** Brazil, CIN (national identity card). */
  | 'BR_CIN'
  /** Brazil, passport. */
  | 'BR_PASSPORT';

/** The document number for a journey that is waiting for it. */
export type SetProcessDocumentInput = {
  /**
   * The id of a process in the state AWAITING_DOCUMENT: a UUID. Another form that Unico's pages show is accepted too: 1 to 320 letters,
   * digits, `-` and `_`, but not a CPF or CURP.
   */
  readonly processId: Scalars['ID']['input'];
  /** The kind of `duiValue`: BR_CPF, MX_CURP or US_SSN. */
  readonly duiType: DuiType;
  /**
   * The document number, without spaces and punctuation: 1 to 320 characters. Example: `12345678909`. Its check digits are **not**
   * checked, and a number that is set cannot be changed.
   */
  readonly duiValue: Scalars['String']['input'];
};

/** The result of `setProcessDocument`: either `process`, or `userErrors` that explain why the document was not set. */
export type SetProcessDocumentPayload = {
  readonly __typename?: 'SetProcessDocumentPayload';
  /** The process with its document; `null` when `userErrors` is not empty, or when the process cannot be read right afterwards. */
  readonly process?: Maybe<Process>;
  /** What the caller can correct or has to know. Empty on success. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/**
 * The reason why a mutation did not succeed, and what the caller can do about it. Expected outcomes are data; `errors` is for
 * faults.
 */
export type UserError = {
  readonly __typename?: 'UserError';
  /** The stable code: build logic on it. */
  readonly code: UserErrorCode;
  /**
   * What was expected, what was received and what to do. For developers, in English, without personal data; the wording may
   * change.
   */
  readonly message: Scalars['String']['output'];
  /**
   * The path of the argument to correct; `null` when no single argument is at fault. Example: `["input", "onboarding", "subject",
   * "code"]`.
   */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** Unico's own error code; `null` when there is none. Examples: `20507`, `3`. */
  readonly upstreamCode?: Maybe<Scalars['String']['output']>;
  /** `true`: the same request may succeed later, unchanged. `false`: a retry cannot succeed, or could be billed twice. */
  readonly retryable: Scalars['Boolean']['output'];
  /** With `retryable: true`: the seconds to wait before the next attempt; `null` when that is not known. */
  readonly retryAfterSeconds?: Maybe<Scalars['Int']['output']>;
};

/** The reason of a `UserError`. */
export type UserErrorCode =
  /**
   * An argument is malformed in a way that no other code names, or Unico refused the request for a reason that this version does
   * not know; `upstreamCode` has Unico's code.
   */
  | 'BAD_USER_INPUT'
  /** `idempotencyKey` is malformed: expected 1 to 128 visible ASCII characters. */
  | 'IDEMPOTENCY_KEY_INVALID'
  /** `idempotencyKey` was used with another input within the last 30 days: use a new key. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /**
   * A creation with this `idempotencyKey` is in flight and did not finish before the deadline of this request: retry with the same
   * key.
   */
  | 'IDEMPOTENCY_KEY_IN_FLIGHT'
  /** The store that prevents duplicate creations is unreachable, so nothing was created: retry with the same key. */
  | 'IDEMPOTENCY_UNAVAILABLE'
  /** The store is unreachable, so the data may not be erased: retry. */
  | 'STORE_UNAVAILABLE'
  /** Unico has no such process, document or attachment. */
  | 'NOT_FOUND'
  /** The process already exists. */
  | 'CONFLICT'
  /** The tenant's request quota at Unico is used up, and nothing was done: retry after `retryAfterSeconds`. */
  | 'RATE_LIMITED'
  /** The request was sent and its response was lost: Unico may have carried it out. This service does not retry it. */
  | 'OUTCOME_UNKNOWN'
  /** The request as a whole is missing or malformed. */
  | 'REQUEST_INVALID'
  /** The selfie is missing. */
  | 'IMAGE_MISSING'
  /** The image is not base64, or not an image. */
  | 'IMAGE_INVALID'
  /** The image is not a PNG, JPEG or WebP. */
  | 'IMAGE_FORMAT_UNSUPPORTED'
  /** The image is larger than 800 KB (819,200 bytes). */
  | 'IMAGE_TOO_LARGE'
  /** The image is smaller than 640x480 pixels. */
  | 'IMAGE_RESOLUTION_TOO_LOW'
  /** The token of Unico's SDK is not a valid JWT. */
  | 'SDK_TOKEN_INVALID'
  /** The token of Unico's SDK is older than 10 minutes. */
  | 'SDK_TOKEN_EXPIRED'
  /** The token of Unico's SDK was used before. */
  | 'SDK_TOKEN_USED'
  /** The subject is missing. */
  | 'SUBJECT_MISSING'
  /** The subject's CPF or CURP is missing. */
  | 'SUBJECT_CODE_MISSING'
  /** The subject's document number is malformed, has wrong check digits, or does not exist. */
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
  /** The kind of document number is missing, or cannot be used here. */
  | 'DUI_TYPE_INVALID'
  /** The document number is missing, too long or malformed. */
  | 'DUI_VALUE_INVALID'
  /** Unico does not know the use case, or it is missing where the flow requires it. */
  | 'USE_CASE_INVALID'
  /** There is nothing to compare with: neither `references` nor `referenceProcessId`. */
  | 'REFERENCE_MISSING'
  /** A reference is malformed, or there are more than 20. */
  | 'REFERENCE_INVALID'
  /** The reference process does not exist, or is no longer accessible. */
  | 'REFERENCE_NOT_FOUND'
  /** The reference process cannot be used as a reference. */
  | 'REFERENCE_NOT_REUSABLE'
  /** Neither or both of `documentId` and `files` were given, or more than two files. */
  | 'DOCUMENT_FILES_INVALID'
  /** The process id is malformed. */
  | 'PROCESS_ID_INVALID'
  /** Unico does not know the flow, or it is empty. */
  | 'FLOW_INVALID'
  /** Unico does not know the purpose. */
  | 'PURPOSE_INVALID'
  /** The callback address is missing or malformed. */
  | 'CALLBACK_URI_INVALID'
  /** The journey's person is incomplete or malformed. */
  | 'PERSON_INVALID'
  /** The client reference is empty, is longer than 256 characters, or has spaces. */
  | 'CLIENT_REFERENCE_INVALID'
  /** `expiresIn` is not a number of seconds with the suffix `s`, such as `3600s`. */
  | 'EXPIRES_IN_INVALID'
  /** This tenant is not set up for this kind of process, at Unico or in this service's configuration. */
  | 'TENANT_NOT_CONFIGURED'
  /** The process is not waiting for a document. */
  | 'NOT_AWAITING_DOCUMENT'
  /** The process has expired. */
  | 'PROCESS_EXPIRED'
  /** The process already has its document, which cannot be changed. */
  | 'DOCUMENT_ALREADY_SET'
  /** The process has already finished. */
  | 'PROCESS_FINISHED'
  /** The flow of the process does not allow setting the document later. */
  | 'DOCUMENT_NOT_OPTIONAL';

/**
 * The decision on a process. One published policy (`docs/verdict.md`) derives it from the signals of either contract. An unknown value
 * never leads to an approval.
 */
export type Verdict = {
  readonly __typename?: 'Verdict';
  /** The decision: what to do next. */
  readonly decision: Decision;
  /** The reasons of the decision, the deciding ones first. Never empty. */
  readonly reasons: ReadonlyArray<VerdictReason>;
  /** `true`: the process has ended, and Unico adds nothing more. `false`: a later read may return another decision. */
  readonly final: Scalars['Boolean']['output'];
  /** Was a living person in front of the camera? `null` when not evaluated. */
  readonly liveness?: Maybe<Liveness>;
  /** Is it the face of the holder of the document number? `null` when not evaluated. */
  readonly identity?: Maybe<Match>;
  /** Did Unico find signs of fraud on this face? `null` when not evaluated. */
  readonly fraudRisk?: Maybe<FraudRisk>;
  /** Is it the face of the reference process (1:1)? `null` when not evaluated. */
  readonly faceMatch?: Maybe<Match>;
  /** Is it the person of the earlier process (smart revalidation)? `null` when not evaluated. IDCLOUD only. */
  readonly smartRevalidation?: Maybe<Match>;
  /** Is the person an adult? `null` when not evaluated. */
  readonly age?: Maybe<AgeOutcome>;
  /**
   * How likely the person is the holder of the document number. Unico scores only an INCONCLUSIVE identity, where the tenant's
   * risk score is active. `null` without a score, and when the score is not readable.
   */
  readonly riskScore?: Maybe<RiskScore>;
  /**
   * The similarity to the face in the government's records (Serpro, Brazil). Information only: it never decides. `null` when not
   * evaluated.
   */
  readonly serpro?: Maybe<Serpro>;
  /**
   * The result in Unico's own value, for support cases only: do not build logic on it. Examples: `PROCESS_RESULT_OK`, `risk-high`.
   * `null` when Unico does not report it.
   */
  readonly upstreamResult?: Maybe<Scalars['String']['output']>;
  /** The version of the policy that made the decision. Example: `unico-2026-11`. */
  readonly policyVersion: Scalars['String']['output'];
  /** When Unico finished the process; `null` when Unico does not report it. PROCESSES_V1 never does. */
  readonly decidedAt?: Maybe<Scalars['DateTime']['output']>;
};

/** What to do with the person. */
export type Decision =
  /** Continue: every evaluated signal is good enough. */
  | 'APPROVED'
  /** Stop: at least one signal speaks against the person. */
  | 'DENIED'
  /** Have a human review the case: the signals do not decide. */
  | 'REVIEW'
  /** Ask for a new capture or a new process: this one ended without a result for technical reasons. */
  | 'RETRY'
  /** Wait: the verification is not finished. */
  | 'PENDING';

/** One reason for a decision. */
export type VerdictReason = {
  readonly __typename?: 'VerdictReason';
  /** The stable code: build logic on it, and do not show it. New codes may be added. */
  readonly code: VerdictReasonCode;
  /**
   * A sentence that is safe to show to the verified person: it reveals neither scores nor fraud rules. Example: `Your identity was
   * confirmed.`
   */
  readonly message: Scalars['String']['output'];
};


/** One reason for a decision. */
export type VerdictReasonMessageArgs = {
  language?: InputMaybe<Language>;
};

/** The languages of messages for the verified person. */
export type Language =
  /** English. */
  | 'EN'
  /** Brazilian Portuguese. */
  | 'PT'
  /** Spanish. */
  | 'ES';

/** The reason for a decision. */
export type VerdictReasonCode =
  /** The journey or the analysis is not finished yet. */
  | 'IN_PROGRESS'
  /** The process is waiting for `setProcessDocument`. */
  | 'AWAITING_DOCUMENT'
  /** Unico could not process the verification. */
  | 'PROCESSING_ERROR'
  /** The person did not finish the journey in time. */
  | 'JOURNEY_EXPIRED'
  /** The process was cancelled. */
  | 'CANCELED'
  /** No living person was in front of the camera. */
  | 'LIVENESS_FAILED'
  /** The face does not belong to the holder of the document number. */
  | 'IDENTITY_MISMATCH'
  /** The face does not belong to the person of the reference process. */
  | 'FACE_MISMATCH'
  /** The person is not the person of the earlier process. */
  | 'REVALIDATION_FAILED'
  /** The person is a minor. */
  | 'UNDERAGE'
  /** Unico returned a value that this version does not know. */
  | 'UNKNOWN_UPSTREAM_VALUE'
  /** The identity check was expected, and its result is missing. */
  | 'IDENTITY_UNAVAILABLE'
  /** The liveness check was expected, and its result is missing. */
  | 'LIVENESS_UNAVAILABLE'
  /** The comparison with the reference process was expected, and its result is missing. */
  | 'FACE_MATCH_UNAVAILABLE'
  /** The comparison with the earlier process was expected, and its result is missing. */
  | 'REVALIDATION_UNAVAILABLE'
  /** The age check was expected, and its result is missing. */
  | 'AGE_UNAVAILABLE'
  /** Unico reports an invalid identity, and no signal says why. */
  | 'INVALID_IDENTITY'
  /** Unico's own orchestration advises to deny. */
  | 'ORCHESTRATED_DENIED'
  /** Unico's own orchestration advises a review. */
  | 'ORCHESTRATED_REVIEW'
  /** Unico's own orchestration advises a new capture. */
  | 'ORCHESTRATED_RETRY'
  /** Unico's own orchestration advises to approve. */
  | 'ORCHESTRATED_APPROVED'
  /** The risk score is below 0. */
  | 'SCORE_NEGATIVE'
  /** The risk score is 0: Unico could not score the capture or the given data. */
  | 'SCORE_NEUTRAL'
  /** The risk score was expected, and it is missing. */
  | 'SCORE_UNAVAILABLE'
  /** The risk score is above 0 and below 50, which does not decide. */
  | 'SCORE_MODERATE'
  /** The risk score is 50 or more. */
  | 'SCORE_STRONG'
  /** Unico found signs of fraud on this face. */
  | 'FRAUD_SIGNS'
  /** A document failed one of its checks. */
  | 'DOCUMENT_CHECK_FAILED'
  /** The age could not be determined. */
  | 'AGE_INCONCLUSIVE'
  /** Unico could not determine whether the face belongs to the holder of the document number, or to the compared person. */
  | 'IDENTITY_INCONCLUSIVE'
  /** The face belongs to the holder of the document number. */
  | 'IDENTITY_CONFIRMED'
  /** The face belongs to the person of the reference process. */
  | 'FACE_CONFIRMED'
  /** A living person was in front of the camera. */
  | 'LIVENESS_CONFIRMED'
  /** The person is the person of the earlier process. */
  | 'REVALIDATION_CONFIRMED'
  /** The person is an adult. */
  | 'AGE_CONFIRMED'
  /** A document passed a check. */
  | 'DOCUMENT_CONFIRMED'
  /** No signal was evaluated that could decide. */
  | 'NO_SIGNAL'
  /** The government has no face on file for this CPF. Information only: it never decides. */
  | 'NO_FACE_ON_FILE'
  /** The government's service could not be reached. Information only: it never decides. */
  | 'INTEGRATION_ERROR';

/** Whether a living person was in front of the camera. */
export type Liveness =
  /** A living person was in front of the camera. */
  | 'LIVE'
  /** No living person: a photo, a screen or a mask. */
  | 'NOT_LIVE'
  /** A value that this version does not know. It never leads to an approval. */
  | 'UNKNOWN';

/** Whether two things belong to the same person. */
export type Match =
  /** The same person. */
  | 'POSITIVE'
  /** Not the same person. */
  | 'NEGATIVE'
  /** Unico could not determine it. */
  | 'INCONCLUSIVE'
  /** A value that this version does not know. It never leads to an approval. */
  | 'UNKNOWN';

/** Whether Unico found signs of fraud on a face. */
export type FraudRisk =
  /** Unico found signs of fraud. */
  | 'SIGNS_FOUND'
  /** Unico found no signs of fraud. That does not prove that there is none. */
  | 'NO_SIGNS_FOUND'
  /** A value that this version does not know. It never leads to an approval. */
  | 'UNKNOWN';

/** Whether the person is an adult. */
export type AgeOutcome =
  /** An adult. */
  | 'ADULT'
  /** A minor. */
  | 'MINOR'
  /** Unico could not determine it. */
  | 'INCONCLUSIVE'
  /** A value that this version does not know. It never leads to an approval. */
  | 'UNKNOWN';

/** How likely the person is the holder of the document number (Brazil). */
export type RiskScore = {
  readonly __typename?: 'RiskScore';
  /** The score: -100 to 100, may have a fraction. Negative: risk. Positive: likely the holder. Example: `85.5`. */
  readonly value: Scalars['Float']['output'];
  /** The band of the value; `null` for a value outside -100 to 100. */
  readonly band?: Maybe<RiskBand>;
};

/** The bands that Unico publishes for the risk score. */
export type RiskBand =
  /** -100 to -40, inclusive. */
  | 'STRONG_NEGATIVE'
  /** Above -40, below 0. */
  | 'MODERATE_NEGATIVE'
  /** Exactly 0: an error of the capture or the data, not a result. */
  | 'NEUTRAL'
  /** Above 0, below 50. */
  | 'MODERATE_POSITIVE'
  /** 50 to 100, inclusive. */
  | 'STRONG_POSITIVE';

/** The comparison with the face in the government's records (Serpro, Brazil). */
export type Serpro = {
  readonly __typename?: 'Serpro';
  /** The similarity: 0 (different) to 100 (same); `null` unless `status` is COMPARED. Unico publishes no threshold. */
  readonly similarity?: Maybe<Scalars['Float']['output']>;
  /** Whether the comparison took place. */
  readonly status: SerproStatus;
};

/** Whether the face was compared with the government's records. */
export type SerproStatus =
  /** Compared; `similarity` has the result. */
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
  Process: ResolverTypeWrapper<ProcessModel>;
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
  Process: ProcessModel;
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

