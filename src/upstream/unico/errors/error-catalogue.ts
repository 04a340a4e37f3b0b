import type { UserErrorCode } from '../../../domain/user-error.ts';

/** The families of error codes: those of `idcloud` are the small numbers of gRPC, those of `api` have five digits. */
export type ErrorFamily = 'idcloud' | 'api';

/** Which credential is at fault: the access token, where a new one may help or where none does, or the APIKEY. */
export type CredentialFault = 'token-rejected' | 'token-refused' | 'apikey-refused';

const CREDENTIAL_FAULTS: ReadonlySet<unknown> = new Set([
  'token-rejected',
  'token-refused',
  'apikey-refused',
]);

function isCredentialFault(cause: Cause): cause is CredentialFault {
  return CREDENTIAL_FAULTS.has(cause);
}

/** An error that Unico documents. */
export type CatalogueEntry = {
  family: ErrorFamily;
  /** Unico's code; `null` when the documents give a message only. */
  code: string | null;
  status: number;
  /** A part of Unico's message, when the code alone is ambiguous (idcloud uses few codes for many errors). */
  message?: string;
  /** The meaning in our own text, for messages. */
  meaning: string;
  /** The code of the user error; `null` when no caller can correct it: a credential or Unico itself is at fault. */
  userErrorCode: UserErrorCode | null;
  /** The field of the request at fault. */
  field?: string;
  /** Set when one of our credentials or headers is at fault. */
  credential?: CredentialFault;
};

/** The cause of an error: the code of a user error, a fault of our credential, or `null` for a fault of Unico. */
type Cause = UserErrorCode | CredentialFault | null;

type ApiRow = [code: string, status: number, meaning: string, cause: Cause, field?: string];
type IdcloudRow = [
  code: string | null,
  status: number,
  message: string,
  meaning: string,
  cause: Cause,
  field?: string,
];

/** processes/v1 and documents/v1: upstream.md §S1, S2 and S4. */
const API_ROWS: readonly ApiRow[] = [
  ['20900', 400, 'not base64, or not an image', 'IMAGE_INVALID', 'imageBase64'],
  ['20807', 400, 'image below 640x480', 'IMAGE_RESOLUTION_TOO_LOW', 'imageBase64'],
  ['20513', 400, 'referenced process not found', 'REFERENCE_NOT_FOUND', 'references'],
  ['20512', 400, 'referenced process cannot be reused', 'REFERENCE_NOT_REUSABLE', 'references'],
  ['20509', 400, 'invalid name', 'SUBJECT_NAME_INVALID', 'subject.name'],
  ['20508', 400, 'gender neither M nor F', 'SUBJECT_GENDER_INVALID', 'subject.gender'],
  ['20507', 400, 'CPF or CURP malformed, or unknown', 'SUBJECT_CODE_INVALID', 'subject.code'],
  ['20506', 400, 'image larger than 800 KB', 'IMAGE_TOO_LARGE', 'imageBase64'],
  ['20505', 400, 'image neither PNG, JPEG nor WebP', 'IMAGE_FORMAT_UNSUPPORTED', 'imageBase64'],
  ['20065', 400, 'reference process id is not a UUID', 'REFERENCE_INVALID', 'referenceProcessId'],
  ['20062', 400, 'unknown use case', 'USE_CASE_INVALID', 'useCase'],
  ['20024', 400, 'nothing to compare with', 'REFERENCE_MISSING', 'references'],
  ['20023', 400, 'process id missing', 'PROCESS_ID_INVALID'],
  ['20021', 400, 'malformed phone number', 'SUBJECT_PHONE_INVALID', 'subject.phone'],
  ['20019', 400, 'birth date not YYYY-MM-DD', 'SUBJECT_BIRTH_DATE_INVALID', 'subject.birthDate'],
  ['20009', 400, 'image missing', 'IMAGE_MISSING', 'imageBase64'],
  ['20008', 400, 'malformed e-mail address', 'SUBJECT_EMAIL_INVALID', 'subject.email'],
  ['20006', 400, 'name missing', 'SUBJECT_NAME_MISSING', 'subject.name'],
  ['20005', 400, 'CPF or CURP missing', 'SUBJECT_CODE_MISSING', 'subject.code'],
  ['20004', 400, 'subject missing', 'SUBJECT_MISSING', 'subject'],
  ['20003', 400, 'request body missing or invalid', 'REQUEST_INVALID'],
  ['20002', 400, 'APIKEY header missing', 'apikey-refused'],
  ['20001', 400, 'token header missing', 'token-refused'],
  ['10508', 400, 'SDK token used before', 'SDK_TOKEN_USED', 'imageBase64'],
  ['10507', 400, 'SDK token expired', 'SDK_TOKEN_EXPIRED', 'imageBase64'],
  ['10506', 400, 'not a token of the SDK', 'SDK_TOKEN_INVALID', 'imageBase64'],
  ['30020', 403, 'token without access to the selfie of the document', 'token-refused'],
  ['30017', 403, 'token malformed, or without permission', 'token-refused'],
  ['10502', 403, 'token expired', 'token-rejected'],
  ['10501', 403, 'token invalid', 'token-rejected'],
  ['10201', 403, 'APIKEY missing or unknown', 'apikey-refused'],
  ['50001', 404, 'process or document not found', 'NOT_FOUND'],
  ['99987', 404, 'attachment of the document not found', 'NOT_FOUND', 'documentId'],
  ['20073', 409, 'process exists already', 'CONFLICT'],
  ['99999', 500, 'internal failure of Unico', null],
];

/** client/v1/process: upstream.md §S0 and S3, and upstream.md §4.6 for the POST. */
const IDCLOUD_ROWS: readonly IdcloudRow[] = [
  ['3', 400, 'process id is invalid', 'malformed process id', 'PROCESS_ID_INVALID', 'processId'],
  ['3', 400, 'dui_type is required', 'kind of document number missing', 'DUI_TYPE_INVALID', 'duiType'],
  ['3', 400, 'dui_value is required', 'document number missing', 'DUI_VALUE_INVALID', 'duiValue'],
  ['3', 400, 'dui_value exceeds', 'document number too long', 'DUI_VALUE_INVALID', 'duiValue'],
  ['3', 400, 'invalid flow', 'unknown flow', 'FLOW_INVALID', 'flow'],
  ['3', 400, 'invalid purpose', 'unknown purpose', 'PURPOSE_INVALID', 'purpose'],
  ['3', 400, 'invalid callbackUri', 'malformed callback address', 'CALLBACK_URI_INVALID', 'callbackUri'],
  ['3', 400, 'friendly name', 'name longer than 50 characters', 'PERSON_INVALID', 'person.friendlyName'],
  ['3', 400, 'email', 'e-mail address missing or malformed', 'PERSON_INVALID', 'person.email'],
  ['3', 400, 'phone number', 'phone number missing or malformed', 'PERSON_INVALID', 'person.phone'],
  ['3', 400, 'invalid dui value', 'document number malformed', 'DUI_VALUE_INVALID', 'person.duiValue'],
  [
    '9',
    400,
    'not awaiting for document',
    'process does not wait for a document',
    'NOT_AWAITING_DOCUMENT',
    'processId',
  ],
  ['9', 400, 'process expired', 'process has expired', 'PROCESS_EXPIRED', 'processId'],
  ['9', 400, 'document already set', 'document set before', 'DOCUMENT_ALREADY_SET', 'processId'],
  ['9', 400, 'already finished', 'process has finished', 'PROCESS_FINISHED', 'processId'],
  [
    '9',
    400,
    'does not allow optional document',
    'document cannot be set later',
    'DOCUMENT_NOT_OPTIONAL',
    'processId',
  ],
  ['9', 400, 'Apikeys are not set', 'tenant not set up', 'TENANT_NOT_CONFIGURED'],
  [null, 401, 'Jwt header is an invalid JSON', 'token malformed', 'token-rejected'],
  [null, 401, 'Jwt is expired', 'token expired', 'token-rejected'],
  ['7', 403, 'no permission', 'account without permission', 'token-refused'],
  ['5', 404, 'process not found', 'process not found', 'NOT_FOUND', 'processId'],
  ['99999', 500, 'Internal failure', 'internal failure of Unico', null],
];

/** The properties of an entry that follow from its cause. */
function causedBy(
  cause: Cause,
  field: string | undefined,
): Pick<CatalogueEntry, 'userErrorCode' | 'field' | 'credential'> {
  if (isCredentialFault(cause)) return { userErrorCode: null, credential: cause };
  return field === undefined ? { userErrorCode: cause } : { userErrorCode: cause, field };
}

/**
 * Every error that Unico documents. The first entry that matches counts, so longer messages come before shorter ones.
 */
export const CATALOGUE: readonly CatalogueEntry[] = [
  ...API_ROWS.map(([code, status, meaning, cause, field]): CatalogueEntry => {
    return { family: 'api', code, status, meaning, ...causedBy(cause, field) };
  }),
  ...IDCLOUD_ROWS.map(([code, status, message, meaning, cause, field]): CatalogueEntry => {
    return { family: 'idcloud', code, status, message, meaning, ...causedBy(cause, field) };
  }),
];

/** The codes of idcloud that several errors share; `null` for no code. All other codes have one meaning each. */
const AMBIGUOUS_CODES: ReadonlySet<string | null> = new Set([null, '3', '9']);

/**
 * Finds the entry of an error. A code of the `api` family identifies its error. The codes of idcloud are shared, so the
 * message identifies it, also when the code is missing or another number (upstream.md §4.6: plain text, HTTP status as
 * code).
 */
export function findInCatalogue(
  family: ErrorFamily,
  code: string | null,
  message: string | null,
): CatalogueEntry | undefined {
  const entries = CATALOGUE.filter((entry) => entry.family === family);
  if (family === 'api') return entries.find((entry) => entry.code === code);
  const matching = entries.filter((entry) => entry.message !== undefined && message?.includes(entry.message));
  return (
    matching.find((entry) => entry.code === code) ??
    matching[0] ??
    entries.find((entry) => entry.code === code && !AMBIGUOUS_CODES.has(code))
  );
}
