/** A problem that the caller of a mutation can correct. */
export type UserError = {
  code: UserErrorCode;
  /** For developers, without personal data. */
  message: string;
  /**
   * The path of the argument to correct, such as `['input', 'onboarding', 'subject', 'code']`; `null` when no single
   * one is wrong.
   */
  field: string[] | null;
  /** Unico's own code, such as `20507`; `null` when there is none. */
  upstreamCode: string | null;
  /** Whether the same request, unchanged, may succeed later. */
  retryable: boolean;
  /** With `retryable`: how long to wait before the next attempt; `null` when that is unknown. */
  retryAfterSeconds: number | null;
};

/** Creates a user error. Properties that `details` does not have are `null`, and `retryable` is `false`. */
export function userError(code: UserErrorCode, message: string, details: Partial<UserError> = {}): UserError {
  return {
    field: null,
    upstreamCode: null,
    retryable: false,
    retryAfterSeconds: null,
    ...details,
    code,
    message,
  };
}

/**
 * The codes of user errors: schema/user-error.graphql describes each, and docs/errors.md lists the upstream errors
 * behind them.
 */
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
