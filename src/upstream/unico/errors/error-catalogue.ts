import type { UserErrorCode } from '../../../domain/user-error.ts';

/** The two families of error codes: small numbers of gRPC, and five digits. */
export type ErrorFamily = 'idcloud' | 'api';

/** An error that Unico documents. */
export type CatalogueEntry = {
  family: ErrorFamily;
  /** Unico's code; `null` where the documents give a message only. */
  code: string | null;
  status: number;
  /** A part of Unico's message, where the code alone does not tell (idcloud uses few codes for many things). */
  message?: string;
  /** What it means, in our words. */
  meaning: string;
  /** Our code for the one who can mend it; `null` where no caller can: a credential or Unico itself is at fault. */
  ours: UserErrorCode | null;
  /** The member of the request at fault. */
  field?: string;
  /** Whether it is our credential or our headers that are at fault. */
  credential?: 'token-dead' | 'refused';
};

const api = (
  code: string,
  status: number,
  meaning: string,
  ours: UserErrorCode | null,
  field?: string,
): CatalogueEntry => ({
  family: 'api',
  code,
  status,
  meaning,
  ours,
  ...(field === undefined ? {} : { field }),
});

const apiCredential = (
  code: string,
  status: number,
  meaning: string,
  credential: 'token-dead' | 'refused',
): CatalogueEntry => ({ family: 'api', code, status, meaning, ours: null, credential });

const idcloudCredential = (
  code: string | null,
  status: number,
  message: string,
  meaning: string,
  credential: 'token-dead' | 'refused',
): CatalogueEntry => ({ family: 'idcloud', code, status, message, meaning, ours: null, credential });

const idcloud = (
  code: string,
  status: number,
  message: string,
  meaning: string,
  ours: UserErrorCode | null,
  field?: string,
): CatalogueEntry => ({
  family: 'idcloud',
  code,
  status,
  message,
  meaning,
  ours,
  ...(field === undefined ? {} : { field }),
});

/**
 * Every error code of S0 to S4, and those of upstream.md §4.6 for POST client/v1/process. The first entry that fits an
 * answer counts, so longer messages stand before shorter ones.
 */
export const CATALOGUE: readonly CatalogueEntry[] = [
  // processes/v1 and documents/v1: S1, S2, S4
  api('20900', 400, 'not base64, or not an image', 'IMAGE_INVALID', 'imageBase64'),
  api('20807', 400, 'image below 640x480', 'IMAGE_RESOLUTION_TOO_LOW', 'imageBase64'),
  api('20513', 400, 'referenced process not found', 'REFERENCE_NOT_FOUND', 'references'),
  api('20512', 400, 'referenced process can not be reused', 'REFERENCE_NOT_REUSABLE', 'references'),
  api('20509', 400, 'invalid name', 'SUBJECT_NAME_INVALID', 'subject.name'),
  api('20508', 400, 'gender neither M nor F', 'SUBJECT_GENDER_INVALID', 'subject.gender'),
  api('20507', 400, 'CPF or CURP malformed, or unknown', 'SUBJECT_CODE_INVALID', 'subject.code'),
  api('20506', 400, 'image larger than 800 KB', 'IMAGE_TOO_LARGE', 'imageBase64'),
  api('20505', 400, 'image neither PNG, JPEG nor WebP', 'IMAGE_FORMAT_UNSUPPORTED', 'imageBase64'),
  api('20065', 400, 'reference process id is not a UUID', 'REFERENCE_INVALID', 'referenceProcessId'),
  api('20062', 400, 'unknown use case', 'USE_CASE_INVALID', 'useCase'),
  api('20024', 400, 'nothing to compare with', 'REFERENCE_MISSING', 'references'),
  api('20023', 400, 'process id missing', 'PROCESS_ID_INVALID'),
  api('20021', 400, 'malformed phone number', 'SUBJECT_PHONE_INVALID', 'subject.phone'),
  api('20019', 400, 'birth date not YYYY-MM-DD', 'SUBJECT_BIRTH_DATE_INVALID', 'subject.birthDate'),
  api('20009', 400, 'image missing', 'IMAGE_MISSING', 'imageBase64'),
  api('20008', 400, 'malformed e-mail address', 'SUBJECT_EMAIL_INVALID', 'subject.email'),
  api('20006', 400, 'name missing', 'SUBJECT_NAME_MISSING', 'subject.name'),
  api('20005', 400, 'CPF or CURP missing', 'SUBJECT_CODE_MISSING', 'subject.code'),
  api('20004', 400, 'subject missing', 'SUBJECT_MISSING', 'subject'),
  api('20003', 400, 'request body missing or invalid', 'REQUEST_INVALID'),
  apiCredential('20002', 400, 'APIKEY header missing', 'refused'),
  apiCredential('20001', 400, 'token header missing', 'refused'),
  api('10508', 400, 'SDK token used before', 'SDK_TOKEN_USED', 'imageBase64'),
  api('10507', 400, 'SDK token expired', 'SDK_TOKEN_EXPIRED', 'imageBase64'),
  api('10506', 400, 'not a token of the SDK', 'SDK_TOKEN_INVALID', 'imageBase64'),
  apiCredential('30020', 403, 'token without access to the selfie of the document', 'refused'),
  apiCredential('30017', 403, 'token malformed, or without permission', 'refused'),
  apiCredential('10502', 403, 'token expired', 'token-dead'),
  apiCredential('10501', 403, 'token invalid', 'token-dead'),
  apiCredential('10201', 403, 'APIKEY missing or unknown', 'refused'),
  api('50001', 404, 'process or document not found', 'NOT_FOUND'),
  api('99987', 404, 'attachment of the document not found', 'NOT_FOUND', 'documentId'),
  api('20073', 409, 'process exists already', 'CONFLICT'),
  api('99999', 500, 'internal failure of Unico', null),

  // client/v1/process: S0, S3, upstream.md §4.6
  idcloud('3', 400, 'process id is invalid', 'malformed process id', 'PROCESS_ID_INVALID', 'processId'),
  idcloud('3', 400, 'dui_type is required', 'kind of document number missing', 'DUI_TYPE_INVALID', 'duiType'),
  idcloud('3', 400, 'dui_value is required', 'document number missing', 'DUI_VALUE_INVALID', 'duiValue'),
  idcloud('3', 400, 'dui_value exceeds', 'document number too long', 'DUI_VALUE_INVALID', 'duiValue'),
  idcloud('3', 400, 'invalid flow', 'unknown flow', 'FLOW_INVALID', 'flow'),
  idcloud('3', 400, 'invalid purpose', 'unknown purpose', 'PURPOSE_INVALID', 'purpose'),
  idcloud(
    '3',
    400,
    'invalid callbackUri',
    'malformed callback address',
    'CALLBACK_URI_INVALID',
    'callbackUri',
  ),
  idcloud(
    '3',
    400,
    'friendly name',
    'name longer than 50 characters',
    'PERSON_INVALID',
    'person.friendlyName',
  ),
  idcloud('3', 400, 'email', 'e-mail address missing or malformed', 'PERSON_INVALID', 'person.email'),
  idcloud('3', 400, 'phone number', 'phone number missing or malformed', 'PERSON_INVALID', 'person.phone'),
  idcloud('3', 400, 'invalid dui value', 'document number malformed', 'DUI_VALUE_INVALID', 'person.duiValue'),
  idcloud(
    '9',
    400,
    'not awaiting for document',
    'process does not wait for a document',
    'NOT_AWAITING_DOCUMENT',
    'processId',
  ),
  idcloud('9', 400, 'process expired', 'process has expired', 'PROCESS_EXPIRED', 'processId'),
  idcloud('9', 400, 'document already set', 'document set before', 'DOCUMENT_ALREADY_SET', 'processId'),
  idcloud('9', 400, 'already finished', 'process has finished', 'PROCESS_FINISHED', 'processId'),
  idcloud(
    '9',
    400,
    'does not allow optional document',
    'document can not be named later',
    'DOCUMENT_NOT_OPTIONAL',
    'processId',
  ),
  idcloud('9', 400, 'Apikeys are not set', 'tenant not set up', 'TENANT_NOT_CONFIGURED'),
  idcloudCredential(null, 401, 'Jwt header is an invalid JSON', 'token malformed', 'token-dead'),
  idcloudCredential(null, 401, 'Jwt is expired', 'token expired', 'token-dead'),
  idcloudCredential('7', 403, 'no permission', 'account without permission', 'refused'),
  idcloud('5', 404, 'process not found', 'process not found', 'NOT_FOUND', 'processId'),
  idcloud('99999', 500, 'Internal failure', 'internal failure of Unico', null),
];

/**
 * The entry for an error of this family. Codes of processes/v1 tell by themselves. Those of idcloud are shared, so its
 * messages tell; they also do where the code is missing or another number (upstream.md §4.6: plain text, HTTP status as code).
 */
export function findInCatalogue(
  family: ErrorFamily,
  code: string | null,
  message: string | null,
): CatalogueEntry | undefined {
  const entries = CATALOGUE.filter((entry) => entry.family === family);
  if (family === 'api') return entries.find((entry) => entry.code === code);
  const told = entries.filter((entry) => entry.message !== undefined && message?.includes(entry.message));
  return (
    told.find((entry) => entry.code === code) ?? told[0] ?? entries.find((entry) => onlyEntryOf(entry, code))
  );
}

/** The codes 5, 7 and 99999 of idcloud stand for one thing each, whatever the message says. */
function onlyEntryOf(entry: CatalogueEntry, code: string | null): boolean {
  return code !== null && entry.code === code && code !== '3' && code !== '9';
}
