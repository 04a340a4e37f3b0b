import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { UserErrorCode } from '../../../src/domain/user-error.ts';
import { userMessage } from '../../../src/domain/user-error-messages.ts';
import { LANGUAGES } from '../../../src/domain/verdict/reasons.ts';

const SDL = readFileSync(new URL('../../../schema/user-error.graphql', import.meta.url), 'utf8');
/** The values of the enum UserErrorCode in the schema. */
const CODES = [...(SDL.split('enum UserErrorCode')[1] ?? '').matchAll(/^ {2}([A-Z_]+)$/gm)].map(
  ([, code]) => code as UserErrorCode,
);

/** What a person can do about each code; every other code is the caller's to correct. */
const ACTIONS: Partial<Record<UserErrorCode, RegExp>> = {
  IDEMPOTENCY_KEY_IN_FLIGHT: /wait a moment/,
  IDEMPOTENCY_UNAVAILABLE: /wait a moment/,
  RATE_LIMITED: /wait a moment/,
  IMAGE_MISSING: /new photo/,
  IMAGE_INVALID: /new photo/,
  IMAGE_FORMAT_UNSUPPORTED: /new photo/,
  IMAGE_TOO_LARGE: /new photo/,
  IMAGE_RESOLUTION_TOO_LOW: /new photo/,
  SDK_TOKEN_INVALID: /new photo/,
  SDK_TOKEN_EXPIRED: /new photo/,
  SDK_TOKEN_USED: /new photo/,
  SUBJECT_CODE_MISSING: /number of your document/,
  SUBJECT_CODE_INVALID: /number of your document/,
  SUBJECT_NAME_MISSING: /full name/,
  SUBJECT_NAME_INVALID: /full name/,
  SUBJECT_BIRTH_DATE_INVALID: /date of birth/,
  SUBJECT_EMAIL_INVALID: /e-mail/,
  SUBJECT_PHONE_INVALID: /phone number/,
  DUI_VALUE_INVALID: /number of your document/,
  PERSON_INVALID: /check your/,
  PROCESS_EXPIRED: /start again/,
};

/** Words of fraud rules and of the inside of this service, which no person may read. */
const FORBIDDEN =
  /fraud|fraude|score|risk|risco|riesgo|biometr|liveness|serpro|unico|token|base64|cpf|curp|api|reference|20\d\d\d/i;

test('every code of the schema has a decision: a sentence in every language, or none', () => {
  expect(CODES.length).toBeGreaterThan(45);
  for (const code of CODES) {
    const messages = LANGUAGES.map((language) => userMessage(code, language));
    const spoken = messages.filter((message) => message !== null);
    expect([code, spoken.length]).toEqual([code, code in ACTIONS ? LANGUAGES.length : 0]);
    // No two languages share a sentence.
    expect(new Set(spoken).size).toBe(spoken.length);
  }
});

describe.each(Object.entries(ACTIONS) as [UserErrorCode, RegExp][])('the message of %s', (code, action) => {
  test('it says what the person can do', () => {
    expect(userMessage(code, 'EN')).toMatch(action);
  });

  test.each(LANGUAGES)(
    'in %s it is one or two sentences without a word of rules or of the inside',
    (language) => {
      const message = userMessage(code, language) ?? '';
      expect(message).toMatch(/^\p{Lu}.{10,90}\.$/u);
      expect(message).not.toMatch(FORBIDDEN);
    },
  );
});

test('nothing invites a person to repeat a creation that may have been billed', () => {
  for (const language of LANGUAGES) expect(userMessage('OUTCOME_UNKNOWN', language)).toBeNull();
});
