import { describe, expect, test } from 'vitest';
import type { JourneyCreation, JourneyPerson } from '../../../../../src/domain/process-creation.ts';
import { DUI_TYPES } from '../../../../../src/domain/person.ts';
import { validateJourney } from '../../../../../src/upstream/unico/validation/journey.ts';
import { GOOD_IMAGE, png } from '../../../../support/images.ts';

const UUID = '80371b2a-3ac7-432e-866d-57fe37896ac6';

const image = (referenceContent: string) => ({
  referenceType: 'REFERENCE_TYPE_IMAGE_BASE64' as const,
  referenceContent,
});
const process = (referenceContent: string) => ({
  referenceType: 'REFERENCE_TYPE_PROCESS_ID' as const,
  referenceContent,
});

/** The problems of a journey, as `path code (Unico's code)`. */
function problemsOf(more: Partial<JourneyCreation>): string[] {
  return validateJourney({ kind: 'journey', flow: 'id', callbackUri: '/', ...more }).map(
    ({ field, code, upstreamCode }) =>
      `${field?.join('.')} ${code}${upstreamCode === null ? '' : ` (${upstreamCode})`}`,
  );
}
const problemsOfPerson = (person: JourneyPerson): string[] => problemsOf({ person });

describe('validateJourney (upstream.md §4.2)', () => {
  test('a journey requires a flow and a callbackUri', () => {
    expect(problemsOf({})).toEqual([]);
    expect(problemsOf({ flow: '', callbackUri: '' })).toEqual([
      'flow FLOW_INVALID (3)',
      'callbackUri CALLBACK_URI_INVALID (3)',
    ]);
  });

  test.each(['id', 'idunicosign', 'idunicodocs_r2', 'a flow of the tenant'])(
    'any flow is accepted, because only Unico knows the flows: %s',
    (flow) => {
      expect(problemsOf({ flow })).toEqual([]);
    },
  );

  test.each(['creditprocess', 'VERIFICATION', 'anything'])(
    'any purpose is accepted, because only Unico knows the purposes: %s',
    (purpose) => {
      expect(problemsOf({ purpose })).toEqual([]);
    },
  );

  test.each([
    '/',
    'https://example.com/callback',
    'http://localhost:3000',
    'myapp://x',
    'com.example.app:/done',
  ])('callbackUri %s is accepted', (callbackUri) => {
    expect(problemsOf({ callbackUri })).toEqual([]);
  });
  test.each([
    '',
    ' ',
    'example.com',
    '//example.com',
    '/callback',
    'callback',
    'http://',
    'https://exa mple.com',
  ])('callbackUri %j is refused', (callbackUri) => {
    expect(problemsOf({ callbackUri })).toEqual(['callbackUri CALLBACK_URI_INVALID (3)']);
  });

  test.each([
    'javascript:alert(1)',
    ' JavaScript:x',
    'java\nscript:x',
    '\u0001javascript:x',
    'data:text/html,x',
    'vbscript:x',
    'file:///x',
  ])('callbackUri %j with a scheme that runs code or opens a file is refused', (callbackUri) => {
    expect(problemsOf({ callbackUri })).toEqual(['callbackUri CALLBACK_URI_INVALID (3)']);
  });

  test('only the flow idsmart requires a use case', () => {
    expect(problemsOf({ flow: 'idsmart' })).toEqual(['useCase USE_CASE_INVALID']);
    expect(problemsOf({ flow: 'idsmart', useCase: 'USE_CASE_LOGIN' })).toEqual([]);
    expect(problemsOf({ flow: 'idsmart', useCase: '' })).toEqual(['useCase USE_CASE_INVALID']);
    expect(problemsOf({ flow: 'id' })).toEqual([]);
  });

  test.each(['client-ref-abc', 'x', 'é', 'a'.repeat(256)])(
    'clientReference %s is accepted',
    (clientReference) => {
      expect(problemsOf({ clientReference })).toEqual([]);
    },
  );
  test.each(['', 'a b', ' a', 'a\n', '\u00a0', 'a'.repeat(257)])(
    'clientReference %j is refused',
    (clientReference) => {
      expect(problemsOf({ clientReference })).toEqual(['clientReference CLIENT_REFERENCE_INVALID']);
    },
  );

  test.each(['1s', '3600s', '604800s'])('expiresIn %s is accepted', (expiresIn) => {
    expect(problemsOf({ expiresIn })).toEqual([]);
  });
  test.each(['', 's', '0s', '-1s', '3600', '3600 s', '3600S', '1h', '1e3s', '٣s', '9999999999s', '3600s\n'])(
    'expiresIn %j is refused',
    (expiresIn) => {
      expect(problemsOf({ expiresIn })).toEqual(['expiresIn EXPIRES_IN_INVALID']);
    },
  );

  test('a companyBranchId must be a UUID', () => {
    expect(problemsOf({ companyBranchId: UUID })).toEqual([]);
    expect(problemsOf({ companyBranchId: 'branch-123' })).toEqual(['companyBranchId BAD_USER_INPUT']);
  });

  test('the references of a journey are validated', () => {
    expect(problemsOf({ references: [] })).toEqual([]);
    expect(problemsOf({ references: [image(GOOD_IMAGE), process(UUID)] })).toEqual([]);
    expect(problemsOf({ references: [image(png(1, 1).toString('base64')), process('x')] })).toEqual([
      'references.0.referenceContent IMAGE_RESOLUTION_TOO_LOW',
      'references.1.referenceContent REFERENCE_INVALID',
    ]);
  });

  test.each(['idtoken', 'idtokentrust', 'idtokensign'])('the flow %s requires a reference', (flow) => {
    expect(problemsOf({ flow })).toEqual(['references REFERENCE_MISSING']);
    expect(problemsOf({ flow, references: [process(UUID)] })).toEqual([]);
  });
});

describe('validateJourney of a person (upstream.md §4.2)', () => {
  const NUMBERS: Record<string, string> = {
    BR_CPF: '12345678909',
    MX_CURP: 'HEWW580907HGRSHL05',
    US_SSN: '123456789',
    ZZ_EMAIL: 'luke@example.com',
  };

  test('every field of a person is optional, because a document may be set later', () => {
    expect(problemsOf({})).toEqual([]);
    expect(problemsOfPerson({})).toEqual([]);
    expect(problemsOfPerson({ friendlyName: 'Luke', email: 'luke@example.com' })).toEqual([]);
  });

  test.each(DUI_TYPES)('a document number of kind %s is accepted', (duiType) => {
    expect(problemsOfPerson({ duiType, duiValue: NUMBERS[duiType] ?? 'X123456' })).toEqual([]);
  });

  test.each([
    ['BR_CPF', '12345678901'],
    ['BR_CPF', '11111111111'],
    ['BR_CPF', '123.456.789-09'],
    ['MX_CURP', 'HEWW580907HGRSHL06'],
    ['US_SSN', '000121234'],
    ['AR_DNI', ''],
    ['ZZ_EMAIL', ''],
  ] as const)('a %s of %j is refused', (duiType, duiValue) => {
    expect(problemsOfPerson({ duiType, duiValue })).toEqual(['person.duiValue DUI_VALUE_INVALID (3)']);
  });

  test('a document number and its kind require each other', () => {
    expect(problemsOfPerson({ duiType: 'BR_CPF' })).toEqual(['person.duiValue DUI_VALUE_INVALID (3)']);
    expect(problemsOfPerson({ duiValue: '12345678909' })).toEqual(['person.duiType DUI_TYPE_INVALID']);
    expect(problemsOfPerson({ duiType: 'UNKNOWN', duiValue: '1' })).toEqual([
      'person.duiType DUI_TYPE_INVALID',
    ]);
  });

  test('a friendly name of more than 50 characters is refused', () => {
    expect(problemsOfPerson({ friendlyName: 'é'.repeat(50) })).toEqual([]);
    expect(problemsOfPerson({ friendlyName: 'a'.repeat(51) })).toEqual([
      'person.friendlyName PERSON_INVALID (3)',
    ]);
  });

  test('a friendly name of fifty characters with two UTF-16 code units each is accepted', () => {
    expect(problemsOfPerson({ friendlyName: '😀'.repeat(50) })).toEqual([]);
  });

  test.each(['luke', '@', ''])('the e-mail %j of a person is refused', (email) => {
    expect(problemsOfPerson({ email })).toEqual(['person.email PERSON_INVALID (3)']);
  });

  test('any phone of a person is accepted, because Unico requires 13 digits only for notifications', () => {
    expect(problemsOfPerson({ phone: '525512345678' })).toEqual([]);
  });
});

test('all problems of a journey are returned at once', () => {
  const person = { duiType: 'BR_CPF', duiValue: '1', friendlyName: 'x'.repeat(51), email: 'x' } as const;
  const more = { clientReference: 'a b', companyBranchId: 'x', expiresIn: '1h' };
  expect(problemsOf({ flow: 'idsmart', callbackUri: '', person, ...more })).toHaveLength(8);
});
