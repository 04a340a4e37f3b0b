import { describe, expect, test } from 'vitest';
import type { ProcessCreation } from '../../../../../src/domain/process-creation.ts';
import { digestOfCreation } from '../../../../../src/services/creations/creation-digest.ts';
import { validateCreation } from '../../../../../src/upstream/unico/validation/creation.ts';
import { normalizeCreation } from '../../../../../src/upstream/unico/validation/normalize.ts';
import { GOOD_IMAGE, jwt } from '../../../../support/images.ts';

const UUID = '80371b2a-3ac7-432e-866d-57fe37896ac6';
const NAMED = { code: '12345678909', name: 'Luke  Skywalker' };
const EMPTY = { gender: '', birthDate: '', email: '', phone: '' };
const WRAPPED = `${GOOD_IMAGE.slice(0, 76)}\r\n${GOOD_IMAGE.slice(76)}`.replace(/=+$/, '');
const image = (referenceContent: string) => ({
  referenceType: 'REFERENCE_TYPE_IMAGE_BASE64' as const,
  referenceContent,
});
const process = (referenceContent: string) => ({
  referenceType: 'REFERENCE_TYPE_PROCESS_ID' as const,
  referenceContent,
});

/** A creation of each kind with every text that may be normalized, and what is sent for it. */
const CREATIONS: [kind: string, given: ProcessCreation, sent: ProcessCreation][] = [
  [
    'onboarding',
    {
      kind: 'onboarding',
      subject: { ...NAMED, ...EMPTY },
      useCase: '',
      imageBase64: WRAPPED,
      subsidiaryId: '',
    },
    { kind: 'onboarding', subject: NAMED, imageBase64: GOOD_IMAGE },
  ],
  [
    'transactional',
    {
      kind: 'transactional',
      subject: { ...EMPTY, code: '', name: '' },
      references: [image(WRAPPED), image(`${jwt({})}\n`), process(UUID)],
      referenceProcessId: '',
      imageBase64: WRAPPED,
    },
    {
      kind: 'transactional',
      subject: {},
      references: [image(GOOD_IMAGE), image(jwt({})), process(UUID)],
      imageBase64: GOOD_IMAGE,
    },
  ],
  [
    'document',
    {
      kind: 'document',
      subject: { ...EMPTY, ...NAMED, duiType: 'BR_CPF' },
      purpose: 'onboarding',
      authProcessId: UUID,
      documentId: '',
      files: [WRAPPED, jwt({})],
    },
    {
      kind: 'document',
      subject: { ...NAMED, duiType: 'BR_CPF' },
      purpose: 'onboarding',
      authProcessId: UUID,
      files: [GOOD_IMAGE, jwt({})],
    },
  ],
  [
    'ageVerification',
    { kind: 'ageVerification', subject: { ...EMPTY, code: '' }, imageBase64: WRAPPED, useCase: '' },
    { kind: 'ageVerification', subject: {}, imageBase64: GOOD_IMAGE },
  ],
  [
    'journey',
    {
      kind: 'journey',
      flow: 'id',
      callbackUri: '/',
      purpose: '',
      person: { friendlyName: '', phone: '', email: '', duiValue: '', phoneCountryCodeAlpha3: '' },
      clientReference: '',
      companyBranchId: '',
      useCase: '',
      expiresIn: '',
      references: [image(WRAPPED)],
      payload: [{ documentName: 'Contract', fileContents: 'JVBE\nRi0' }],
    },
    {
      kind: 'journey',
      flow: 'id',
      callbackUri: '/',
      person: {},
      references: [image(GOOD_IMAGE)],
      payload: [{ documentName: 'Contract', fileContents: 'JVBERi0=' }],
    },
  ],
];

describe('normalizeCreation', () => {
  test.each(CREATIONS)(
    'the empty texts of a creation are left out and its base64 is brought into one form: %s',
    (_kind, given, sent) => {
      expect(normalizeCreation(given)).toStrictEqual(sent);
    },
  );

  test.each(CREATIONS)('a normalized creation is accepted, and normal: %s', (_kind, given, sent) => {
    expect(validateCreation(given)).toEqual([]);
    expect(normalizeCreation(sent)).toStrictEqual(sent);
  });

  test.each(CREATIONS)(
    'the digest for an idempotency key is that of the text as it was given: %s',
    (_kind, given, sent) => {
      const before = structuredClone(given);
      normalizeCreation(given);
      expect(given).toStrictEqual(before);
      expect(digestOfCreation(given)).not.toBe(digestOfCreation(sent));
    },
  );

  test('required texts stay, also when they are empty', () => {
    const journey = { kind: 'journey' as const, flow: '', callbackUri: '' };
    expect(normalizeCreation(journey)).toStrictEqual(journey);
    const capture = { kind: 'onboarding' as const, subject: {}, imageBase64: '' };
    expect(normalizeCreation(capture)).toStrictEqual(capture);
  });

  test.each(['not base64', 'data:image/png;base64,AAAA', 'a.b', ' '])(
    'text that has no normal form stays as it is: %j',
    (imageBase64) => {
      const capture = { kind: 'onboarding' as const, subject: NAMED, imageBase64 };
      expect(normalizeCreation(capture)).toStrictEqual(capture);
    },
  );
});
