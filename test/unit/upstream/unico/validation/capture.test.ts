import { describe, expect, test } from 'vitest';
import type {
  CaptureCreation,
  DocumentCheck,
  Subject,
  Transactional,
} from '../../../../../src/domain/process-creation.ts';
import { DUI_TYPES } from '../../../../../src/domain/person.ts';
import { validateCreation } from '../../../../../src/upstream/unico/validation/creation.ts';
import { ONBOARDING } from '../../../../fixtures/s2-post-processes-v1.ts';
import { REUSE } from '../../../../fixtures/s4-get-reusable-documents.ts';
import { GOOD_IMAGE, gif, jwt, png } from '../../../../support/images.ts';

const UUID = '80371b2a-3ac7-432e-866d-57fe37896ac6';

/** The problems of a capture, as `path code (Unico's code)`. */
function problemsOf(capture: CaptureCreation): string[] {
  return validateCreation(capture).map(
    ({ field, code, upstreamCode }) =>
      `${field?.join('.')} ${code}${upstreamCode === null ? '' : ` (${upstreamCode})`}`,
  );
}

const SUBJECT: Subject = ONBOARDING.subject;
const problemsOfSubject = (subject: Subject): string[] =>
  problemsOf({ kind: 'onboarding', subject: { ...SUBJECT, ...subject }, imageBase64: GOOD_IMAGE });

describe('validateCreation of an onboarding (S2)', () => {
  test('an onboarding is accepted like the sample, and with the required fields only', () => {
    expect(problemsOf({ kind: 'onboarding', ...ONBOARDING, imageBase64: GOOD_IMAGE })).toEqual([]);
    const subject = { code: '12345678909', name: 'Luke' };
    expect(problemsOf({ kind: 'onboarding', subject, imageBase64: GOOD_IMAGE })).toEqual([]);
  });

  test('an onboarding is accepted with a capture of the SDK instead of an image', () => {
    const imageBase64 = jwt({ iat: 1 });
    expect(problemsOf({ kind: 'onboarding', subject: SUBJECT, imageBase64 })).toEqual([]);
  });

  test('an onboarding requires a code, a name and an image', () => {
    expect(problemsOf({ kind: 'onboarding', subject: {}, imageBase64: '' })).toEqual([
      'subject.code SUBJECT_CODE_MISSING (20005)',
      'subject.name SUBJECT_NAME_MISSING (20006)',
      'imageBase64 IMAGE_MISSING (20009)',
    ]);
  });

  test('all problems of an onboarding are returned at once', () => {
    const subject = {
      code: '11111111111',
      name: 'Luke  Skywalker',
      gender: 'X',
      birthDate: '2023-02-29',
      email: 'luke@',
      phone: '1-800-LUKE',
    };
    expect(
      problemsOf({ kind: 'onboarding', subject, imageBase64: gif(640, 480).toString('base64') }),
    ).toEqual([
      'subject.code SUBJECT_CODE_INVALID (20507)',
      'subject.gender SUBJECT_GENDER_INVALID (20508)',
      'subject.birthDate SUBJECT_BIRTH_DATE_INVALID (20019)',
      'subject.email SUBJECT_EMAIL_INVALID (20008)',
      'subject.phone SUBJECT_PHONE_INVALID (20021)',
      'imageBase64 IMAGE_FORMAT_UNSUPPORTED (20505)',
    ]);
  });
});

describe('validateCreation of a subject (S2)', () => {
  test.each(['12345678909', '73689290074', 'HEWW580907HGRSHL05', 'heww580907hgrshl05'])(
    'subject code %s is accepted',
    (code) => {
      expect(problemsOfSubject({ code })).toEqual([]);
    },
  );
  test.each([
    '12345678901',
    '000.000.000-00',
    '00000000000',
    '99999999999',
    '123456789',
    'x',
    ' 12345678909',
    '１２３４５６７８９０９',
    '12345678909\u200b',
    'HEÑW580907HGRSÑL05',
  ])('subject code %j is refused', (code) => {
    expect(problemsOfSubject({ code })).toEqual(['subject.code SUBJECT_CODE_INVALID (20507)']);
  });
  test('an empty subject code counts as missing', () => {
    expect(problemsOfSubject({ code: '' })).toEqual(['subject.code SUBJECT_CODE_MISSING (20005)']);
  });

  test.each([
    'Luke',
    'Padmé Amidala',
    "Ben O'Reilly-Ñandú",
    '王小明',
    'X',
    'Luke  Skywalker',
    'R2 D2',
    ' L. ',
  ])('subject name %j is accepted', (name) => {
    expect(problemsOfSubject({ name })).toEqual([]);
  });
  test.each([
    ['', 'subject.name SUBJECT_NAME_MISSING (20006)'],
    ['   ', 'subject.name SUBJECT_NAME_MISSING (20006)'],
  ])('subject name %j is refused', (name, problem) => {
    expect(problemsOfSubject({ name })).toEqual([problem]);
  });

  test.each(['M', 'F'])('gender %s is accepted', (gender) => {
    expect(problemsOfSubject({ gender })).toEqual([]);
  });
  test.each(['m', 'f', 'X', 'MALE', ' M'])('gender %j is refused', (gender) => {
    expect(problemsOfSubject({ gender })).toEqual(['subject.gender SUBJECT_GENDER_INVALID (20508)']);
  });

  test.each(['2000-05-20', '2024-02-29', '1900-01-01'])('birth date %s is accepted', (birthDate) => {
    expect(problemsOfSubject({ birthDate })).toEqual([]);
  });
  test.each([
    '2023-02-29',
    '2000-13-01',
    '2000-00-10',
    '20/05/2000',
    '2000-5-20',
    '2000-05-20T00:00:00Z',
    'May',
  ])('birth date %j is refused', (birthDate) => {
    expect(problemsOfSubject({ birthDate })).toEqual([
      'subject.birthDate SUBJECT_BIRTH_DATE_INVALID (20019)',
    ]);
  });

  test.each([
    'luke@example.com',
    'luke.skywalker+x@mail.example.com',
    "o'leary@example.ie",
    'o&leary@example.com',
    'a/b@example.com',
    'luke=x@example.com',
    'luke@example.xn--p1ai',
    'josé@exemplo.com.br',
    'лука@пример.рф',
    'luke@example',
    '.luke..x.@example.com',
    `${'l'.repeat(64)}@${'e'.repeat(60)}.com`,
  ])('e-mail %s is accepted', (email) => {
    expect(problemsOfSubject({ email })).toEqual([]);
  });
  test.each(['luke', 'luke@', '@example.com', 'a b@example.com', 'luke@example.com\n', 'a@b@c.de'])(
    'e-mail %j is refused',
    (email) => {
      expect(problemsOfSubject({ email })).toEqual(['subject.email SUBJECT_EMAIL_INVALID (20008)']);
    },
  );

  /** S2 says 13 digits; upstream.md §12 shows real ones of 12. */
  test.each(['5519725570707', '525512345678', '+5519725570707', '551972557070', '376312345', '6834000'])(
    'phone %s is accepted',
    (phone) => {
      expect(problemsOfSubject({ phone })).toEqual([]);
    },
  );
  test.each([
    '5519',
    '55 19 72557 0707',
    '(19) 72557-0707',
    '5519725570707000',
    'luke',
    '++5519725570707',
    '5519725570707\n',
  ])('phone %j is refused', (phone) => {
    expect(problemsOfSubject({ phone })).toEqual(['subject.phone SUBJECT_PHONE_INVALID (20021)']);
  });
});

const transactional = (more: Partial<Transactional>): string[] =>
  problemsOf({ kind: 'transactional', imageBase64: GOOD_IMAGE, ...more });
const image = (referenceContent: string) => ({
  referenceType: 'REFERENCE_TYPE_IMAGE_BASE64' as const,
  referenceContent,
});
const process = (referenceContent: string) => ({
  referenceType: 'REFERENCE_TYPE_PROCESS_ID' as const,
  referenceContent,
});

describe('validateCreation of a subject with texts that are empty', () => {
  const OPTIONAL = ['gender', 'birthDate', 'email', 'phone'] as const;

  test.each(OPTIONAL)('an empty %s counts as none', (name) => {
    expect(problemsOfSubject({ [name]: '' })).toEqual([]);
  });

  test('an empty code or name counts as none where both are optional', () => {
    const subject = { code: '', name: '', gender: '', birthDate: '', email: '', phone: '' };
    expect(problemsOf({ kind: 'ageVerification', subject, imageBase64: GOOD_IMAGE })).toEqual([]);
    expect(transactional({ referenceProcessId: UUID, subject })).toEqual([]);
    expect(transactional({ references: [process(UUID)], referenceProcessId: '', useCase: '' })).toEqual([]);
  });

  test('an empty reference counts as none, so that one is missing', () => {
    expect(transactional({ referenceProcessId: '' })).toEqual(['references REFERENCE_MISSING (20024)']);
  });
});

const many = (count: number): string[] =>
  transactional({ references: Array.from({ length: count }, () => process(UUID)) });

describe('validateCreation of a transactional (S2)', () => {
  test.each([
    ['the id of a process', { referenceProcessId: UUID }],
    ['a reference to a process', { references: [process(UUID)] }],
    ['a reference image', { references: [image(GOOD_IMAGE)] }],
    ['both', { references: [image(GOOD_IMAGE), process(UUID)] }],
    ['an empty list and the id of a process', { references: [], referenceProcessId: UUID }],
    ['the id of a process, with an empty subject', { referenceProcessId: UUID, subject: {} }],
  ])('a transactional may be compared with %s', (_case, more) => {
    expect(transactional(more)).toEqual([]);
  });

  test.each([[{}], [{ references: [] }]])('a transactional without a reference is refused: %j', (more) => {
    expect(transactional(more)).toEqual(['references REFERENCE_MISSING (20024)']);
  });

  test.each(['abc-123', `${UUID} `, UUID.slice(1), GOOD_IMAGE.slice(0, 40)])(
    'a reference process id of %j is refused',
    (id) => {
      expect(transactional({ referenceProcessId: id })).toEqual([
        'referenceProcessId REFERENCE_INVALID (20065)',
      ]);
      expect(transactional({ references: [process(UUID), process(id)] })).toEqual([
        'references.1.referenceContent REFERENCE_INVALID (20065)',
      ]);
    },
  );

  test('each reference image is validated like an image, with its index in the path', () => {
    const small = png(10, 10).toString('base64');
    expect(transactional({ references: [image(small), image(GOOD_IMAGE), image(''), image(UUID)] })).toEqual([
      'references.0.referenceContent IMAGE_RESOLUTION_TOO_LOW (20807)',
      'references.2.referenceContent IMAGE_MISSING (20009)',
      'references.3.referenceContent IMAGE_INVALID (20900)',
    ]);
  });

  test('a reference may be a capture of the SDK', () => {
    expect(transactional({ references: [image(jwt({}))] })).toEqual([]);
  });

  test('as many references are accepted as this service can report, and no more', () => {
    expect(many(21)).toEqual([]);
    expect(many(200)).toEqual([]);
    expect(many(201)).toEqual(['references REFERENCE_INVALID (20065)']);
    expect(many(100_000)).toEqual(['references REFERENCE_INVALID (20065)']);
  });

  test('the optional subject of a transactional is validated', () => {
    expect(transactional({ referenceProcessId: UUID, subject: { code: '1', gender: 'x' } })).toEqual([
      'subject.code SUBJECT_CODE_INVALID (20507)',
      'subject.gender SUBJECT_GENDER_INVALID (20508)',
    ]);
  });
});

describe('validateCreation of an age verification (upstream.md §5.2)', () => {
  test('an age verification requires an image, and no code', () => {
    expect(problemsOf({ kind: 'ageVerification', subject: {}, imageBase64: GOOD_IMAGE })).toEqual([]);
    expect(problemsOf({ kind: 'ageVerification', subject: { code: '1' }, imageBase64: '' })).toEqual([
      'subject.code SUBJECT_CODE_INVALID (20507)',
      'imageBase64 IMAGE_MISSING (20009)',
    ]);
  });
});

describe('validateCreation of a document check (S4, upstream.md §5.2)', () => {
  const reuse: DocumentCheck = { kind: 'document', subject: REUSE.subject, ...REUSE.document };
  const { documentId: _none, ...base } = reuse;
  const capture: DocumentCheck = {
    ...base,
    subject: { ...base.subject, duiType: 'BR_CPF' },
    files: [GOOD_IMAGE],
  };

  test('a document check is accepted with a document to reuse, with one file, and with two', () => {
    expect(problemsOf(reuse)).toEqual([]);
    expect(problemsOf(capture)).toEqual([]);
    expect(problemsOf({ ...capture, files: [GOOD_IMAGE, GOOD_IMAGE] })).toEqual([]);
    expect(problemsOf({ ...reuse, files: [] })).toEqual([]);
    expect(problemsOf({ ...reuse, files: [GOOD_IMAGE] })).toEqual([]);
  });

  test.each([
    ['no file', { files: [] }],
    ['three files', { files: [GOOD_IMAGE, GOOD_IMAGE, GOOD_IMAGE] }],
    ['a document to reuse and three files', { files: Array(3).fill(GOOD_IMAGE), documentId: 'doc-abc-123' }],
  ])('a document check with %s is refused', (_case, more) => {
    expect(problemsOf({ ...capture, ...more })).toEqual(['files DOCUMENT_FILES_INVALID']);
  });

  test('each file is validated like an image, with its index in the path', () => {
    const files = [GOOD_IMAGE, gif(640, 480).toString('base64')];
    expect(problemsOf({ ...capture, files })).toEqual(['files.1 IMAGE_FORMAT_UNSUPPORTED (20505)']);
    expect(problemsOf({ ...capture, files: ['', 'x'] })).toEqual([
      'files.0 IMAGE_MISSING (20009)',
      'files.1 IMAGE_INVALID (20900)',
    ]);
  });

  test('a document check is accepted with captures of the SDK instead of images', () => {
    expect(problemsOf({ ...capture, files: [jwt({ iat: 1 }), `${jwt({})}.of.five`] })).toEqual([]);
  });

  const accepted = new Set<string>(['BR_CPF', 'MX_CURP', 'US_SSN', 'NG_NIN', 'AR_DNI', 'ID_NIK']);
  test.each(DUI_TYPES.map((type) => [type, accepted.has(type)] as const))(
    'a document check with a number of kind %s is accepted: %s',
    (duiType, ok) => {
      const codes: Record<string, string> = { MX_CURP: 'HEWW580907HGRSHL05', US_SSN: '123456789' };
      const code = codes[duiType] ?? '12345678909';
      const problems = problemsOf({ ...capture, subject: { code, duiType } });
      expect(problems).toEqual(ok ? [] : ['subject.duiType DUI_TYPE_INVALID']);
    },
  );

  test.each([
    ['BR_CPF', '12345678901'],
    ['BR_CPF', 'HEWW580907HGRSHL05'],
    ['MX_CURP', '12345678909'],
    ['US_SSN', '666121234'],
    ['US_SSN', '123-45-6789'],
  ] as const)('a %s of %s is refused', (duiType, code) => {
    expect(problemsOf({ ...capture, subject: { code, duiType } })).toEqual([
      'subject.code SUBJECT_CODE_INVALID (20507)',
    ]);
  });

  test('a document check requires the kind of number for new files, and not for reuse, as in the sample', () => {
    expect(problemsOf({ ...capture, subject: { code: '12345678909' } })).toEqual([
      'subject.duiType DUI_TYPE_INVALID',
    ]);
    expect(problemsOf({ ...reuse, subject: { code: '12345678909' } })).toEqual([]);
  });

  test('an empty documentId counts as none', () => {
    expect(problemsOf({ ...reuse, subject: capture.subject, documentId: '' })).toEqual([
      'files DOCUMENT_FILES_INVALID',
    ]);
    expect(problemsOf({ ...capture, documentId: '' })).toEqual([]);
  });

  test('a document check requires the id of the biometric process, a UUID, and a code', () => {
    expect(
      problemsOf({ ...capture, authProcessId: '<biometric-process-id>', subject: { duiType: 'BR_CPF' } }),
    ).toEqual(['authProcessId PROCESS_ID_INVALID', 'subject.code SUBJECT_CODE_MISSING (20005)']);
  });
});
