/** Something that the caller of a mutation can mend. */
export type UserError = {
  code: UserErrorCode;
  /** For developers, without personal data. */
  message: string;
  /** The path of the argument to mend, such as `['input', 'onboarding', 'subject', 'code']`. */
  field: string[] | null;
  /** Unico's own code, where it has one. */
  upstreamCode: string | null;
  retryable: boolean;
  retryAfterSeconds: number | null;
};

/** Makes a user error; what is not given is `null`, and `retryable` is `false`. */
export function userError(code: UserErrorCode, message: string, more: Partial<UserError> = {}): UserError {
  return {
    field: null,
    upstreamCode: null,
    retryable: false,
    retryAfterSeconds: null,
    ...more,
    code,
    message,
  };
}

/** What is to be mended; each is described in schema/user-error.graphql, and docs/errors.md says where it comes from. */
export type UserErrorCode =
  | 'BAD_USER_INPUT'
  | 'IDEMPOTENCY_KEY_INVALID'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'IDEMPOTENCY_KEY_IN_FLIGHT'
  | 'IDEMPOTENCY_UNAVAILABLE'
  | 'STORE_UNAVAILABLE'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'RATE_LIMITED'
  | 'OUTCOME_UNKNOWN'
  | 'REQUEST_INVALID'
  | 'IMAGE_MISSING'
  | 'IMAGE_INVALID'
  | 'IMAGE_FORMAT_UNSUPPORTED'
  | 'IMAGE_TOO_LARGE'
  | 'IMAGE_RESOLUTION_TOO_LOW'
  | 'SDK_TOKEN_INVALID'
  | 'SDK_TOKEN_EXPIRED'
  | 'SDK_TOKEN_USED'
  | 'SUBJECT_MISSING'
  | 'SUBJECT_CODE_MISSING'
  | 'SUBJECT_CODE_INVALID'
  | 'SUBJECT_NAME_MISSING'
  | 'SUBJECT_NAME_INVALID'
  | 'SUBJECT_GENDER_INVALID'
  | 'SUBJECT_BIRTH_DATE_INVALID'
  | 'SUBJECT_EMAIL_INVALID'
  | 'SUBJECT_PHONE_INVALID'
  | 'DUI_TYPE_INVALID'
  | 'DUI_VALUE_INVALID'
  | 'USE_CASE_INVALID'
  | 'REFERENCE_MISSING'
  | 'REFERENCE_INVALID'
  | 'REFERENCE_NOT_FOUND'
  | 'REFERENCE_NOT_REUSABLE'
  | 'DOCUMENT_FILES_INVALID'
  | 'PROCESS_ID_INVALID'
  | 'FLOW_INVALID'
  | 'PURPOSE_INVALID'
  | 'CALLBACK_URI_INVALID'
  | 'PERSON_INVALID'
  | 'CLIENT_REFERENCE_INVALID'
  | 'EXPIRES_IN_INVALID'
  | 'TENANT_NOT_CONFIGURED'
  | 'NOT_AWAITING_DOCUMENT'
  | 'PROCESS_EXPIRED'
  | 'DOCUMENT_ALREADY_SET'
  | 'PROCESS_FINISHED'
  | 'DOCUMENT_NOT_OPTIONAL';
