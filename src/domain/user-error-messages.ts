import type { UserErrorCode } from './user-error.ts';
import type { Language } from './verdict/reasons.ts';

type Message = Readonly<Record<Language, string>>;

/*
 * What the person in front of the screen can do about a user error. Several codes share a sentence: a person has no use
 * for the difference, and the message must not reveal what is checked.
 */

const NEW_PHOTO: Message = {
  EN: 'Please take a new photo.',
  PT: 'Tire uma nova foto.',
  ES: 'Toma una nueva foto.',
};
const CHECK_NUMBER: Message = {
  EN: 'Please check the number of your document.',
  PT: 'Confira o número do seu documento.',
  ES: 'Revisa el número de tu documento.',
};
const CHECK_NAME: Message = {
  EN: 'Please check your full name.',
  PT: 'Confira o seu nome completo.',
  ES: 'Revisa tu nombre completo.',
};
const WAIT: Message = {
  EN: 'Please wait a moment and try again.',
  PT: 'Aguarde um momento e tente novamente.',
  ES: 'Espera un momento e inténtalo de nuevo.',
};

/** `null`: the person cannot do anything, because the caller or the operator has to. */
const MESSAGES: Readonly<Record<UserErrorCode, Message | null>> = {
  BAD_USER_INPUT: null,
  IDEMPOTENCY_KEY_INVALID: null,
  IDEMPOTENCY_KEY_REUSED: null,
  IDEMPOTENCY_KEY_IN_FLIGHT: WAIT,
  IDEMPOTENCY_UNAVAILABLE: WAIT,
  STORE_UNAVAILABLE: null,
  NOT_FOUND: null,
  CONFLICT: null,
  RATE_LIMITED: WAIT,
  // Another attempt could be billed again, so nothing may invite the person to one.
  OUTCOME_UNKNOWN: null,
  REQUEST_INVALID: null,
  IMAGE_MISSING: NEW_PHOTO,
  IMAGE_INVALID: NEW_PHOTO,
  IMAGE_FORMAT_UNSUPPORTED: NEW_PHOTO,
  IMAGE_TOO_LARGE: NEW_PHOTO,
  IMAGE_RESOLUTION_TOO_LOW: NEW_PHOTO,
  SDK_TOKEN_INVALID: NEW_PHOTO,
  SDK_TOKEN_EXPIRED: NEW_PHOTO,
  SDK_TOKEN_USED: NEW_PHOTO,
  SUBJECT_MISSING: null,
  SUBJECT_CODE_MISSING: CHECK_NUMBER,
  SUBJECT_CODE_INVALID: CHECK_NUMBER,
  SUBJECT_NAME_MISSING: CHECK_NAME,
  SUBJECT_NAME_INVALID: CHECK_NAME,
  // The caller's form chooses the value.
  SUBJECT_GENDER_INVALID: null,
  SUBJECT_BIRTH_DATE_INVALID: {
    EN: 'Please check your date of birth.',
    PT: 'Confira a sua data de nascimento.',
    ES: 'Revisa tu fecha de nacimiento.',
  },
  SUBJECT_EMAIL_INVALID: {
    EN: 'Please check your e-mail address.',
    PT: 'Confira o seu e-mail.',
    ES: 'Revisa tu correo electrónico.',
  },
  SUBJECT_PHONE_INVALID: {
    EN: 'Please check your phone number.',
    PT: 'Confira o seu número de telefone.',
    ES: 'Revisa tu número de teléfono.',
  },
  DUI_TYPE_INVALID: null,
  DUI_VALUE_INVALID: CHECK_NUMBER,
  USE_CASE_INVALID: null,
  REFERENCE_MISSING: null,
  REFERENCE_INVALID: null,
  // Whether another kind of verification is possible is the decision of the caller.
  REFERENCE_NOT_FOUND: null,
  REFERENCE_NOT_REUSABLE: null,
  DOCUMENT_FILES_INVALID: null,
  PROCESS_ID_INVALID: null,
  FLOW_INVALID: null,
  PURPOSE_INVALID: null,
  CALLBACK_URI_INVALID: null,
  PERSON_INVALID: {
    EN: 'Please check your name, e-mail address and phone number.',
    PT: 'Confira o seu nome, e-mail e número de telefone.',
    ES: 'Revisa tu nombre, correo electrónico y número de teléfono.',
  },
  CLIENT_REFERENCE_INVALID: null,
  EXPIRES_IN_INVALID: null,
  TENANT_NOT_CONFIGURED: null,
  NOT_AWAITING_DOCUMENT: null,
  PROCESS_EXPIRED: {
    EN: 'The time to finish your verification has run out. Please start again.',
    PT: 'O prazo para concluir sua verificação terminou. Comece novamente.',
    ES: 'El plazo para completar tu verificación terminó. Comienza de nuevo.',
  },
  DOCUMENT_ALREADY_SET: null,
  PROCESS_FINISHED: null,
  DOCUMENT_NOT_OPTIONAL: null,
};

/** A sentence for the person in front of the screen, where they can do something about an error; `null` otherwise. */
export function userMessage(code: UserErrorCode, language: Language): string | null {
  return MESSAGES[code]?.[language] ?? null;
}
