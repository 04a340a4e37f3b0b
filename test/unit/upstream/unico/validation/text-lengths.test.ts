import { expect, test } from 'vitest';
import type { ProcessCreation } from '../../../../../src/domain/process-creation.ts';
import { validateCreation } from '../../../../../src/upstream/unico/validation/creation.ts';
import { GOOD_IMAGE, jwt } from '../../../../support/images.ts';

const UUID = '80371b2a-3ac7-432e-866d-57fe37896ac6';
const LONGEST = 'x'.repeat(4_096);
const TOO_LONG = 'x'.repeat(4_097);

const subject = (text: string) => ({
  code: text,
  name: text,
  gender: text,
  birthDate: text,
  email: text,
  phone: text,
});

/** Creations of each kind with the same text in every field that is neither an image nor a file. */
const creationsOf = (text: string): ProcessCreation[] => [
  { kind: 'onboarding', subject: subject(text), useCase: text, imageBase64: GOOD_IMAGE, subsidiaryId: text },
  {
    kind: 'transactional',
    subject: subject(text),
    useCase: text,
    imageBase64: GOOD_IMAGE,
    subsidiaryId: text,
    referenceProcessId: text,
  },
  {
    kind: 'document',
    subject: subject(text),
    purpose: text,
    authProcessId: text,
    documentId: text,
    subsidiaryId: text,
  },
  { kind: 'ageVerification', subject: subject(text), imageBase64: GOOD_IMAGE, subsidiaryId: text },
  {
    kind: 'journey',
    flow: text,
    purpose: text,
    callbackUri: text,
    person: { duiValue: text, friendlyName: text, phone: text, phoneCountryCodeAlpha3: text, email: text },
    clientReference: text,
    companyBranchId: text,
    useCase: text,
    expiresIn: text,
    payload: [{ documentName: text, fileContents: 'AAAA' }],
  },
];

const countTexts = (value: object, text: string): number =>
  Object.values(value).reduce<number>(
    (count, property: unknown) =>
      count +
      (typeof property === 'object' && property !== null
        ? countTexts(property, text)
        : Number(property === text)),
    0,
  );

test.each(creationsOf(TOO_LONG))(
  'every text of more than 4,096 characters is refused by its length alone: $kind',
  (creation) => {
    const problems = validateCreation(creation);
    expect(problems).toHaveLength(countTexts(creation, TOO_LONG));
    expect(new Set(problems.map(({ message }) => message))).toEqual(
      new Set(['expected at most 4096 characters, got 4097: shorten it']),
    );
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['BAD_USER_INPUT']));
    expect(new Set(problems.map(({ field }) => field?.join('.'))).size).toBe(problems.length);
  },
);

test.each(creationsOf(LONGEST))(
  'a text of 4,096 characters is not refused by its length: $kind',
  (creation) => {
    expect(validateCreation(creation).filter(({ code }) => code === 'BAD_USER_INPUT')).toEqual([]);
  },
);

test('the texts that nothing else limits may have 4,096 characters', () => {
  const person = { phone: LONGEST, phoneCountryCodeAlpha3: LONGEST, email: LONGEST };
  const texts = { flow: LONGEST, purpose: LONGEST, useCase: LONGEST, companyBranchId: LONGEST };
  expect(
    validateCreation({ kind: 'journey', callbackUri: `/${LONGEST.slice(1)}`, ...texts, person }),
  ).toEqual([]);
});

test('images, captures of the SDK and files are not limited as texts are', () => {
  const token = jwt({ x: 'x'.repeat(100_000) });
  const reference = { referenceType: 'REFERENCE_TYPE_IMAGE_BASE64' as const, referenceContent: token };
  expect(validateCreation({ kind: 'transactional', references: [reference], imageBase64: token })).toEqual(
    [],
  );
  expect(
    validateCreation({
      kind: 'document',
      subject: { code: '12345678909', duiType: 'BR_CPF' },
      purpose: 'fgts',
      authProcessId: UUID,
      files: [token],
    }),
  ).toEqual([]);
});
