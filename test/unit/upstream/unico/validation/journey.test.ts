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

/** What is wrong with a journey, as `path code (Unico's code)`. */
function wrong(more: Partial<JourneyCreation>): string[] {
  return validateJourney({ kind: 'journey', flow: 'id', callbackUri: '/', ...more }).map(
    ({ field, code, upstreamCode }) =>
      `${field?.join('.')} ${code}${upstreamCode === null ? '' : ` (${upstreamCode})`}`,
  );
}
const ofPerson = (person: JourneyPerson): string[] => wrong({ person });

describe('upstream.md §4.2: of a journey', () => {
  test('what is required is a flow and where to return to', () => {
    expect(wrong({})).toEqual([]);
    expect(wrong({ flow: '', callbackUri: '' })).toEqual([
      'flow FLOW_INVALID (3)',
      'callbackUri CALLBACK_URI_INVALID (3)',
    ]);
  });

  test.each(['id', 'idunicosign', 'idunicodocs_r2', 'a flow of the tenant'])(
    'flow %s is left to Unico',
    (flow) => {
      expect(wrong({ flow })).toEqual([]);
    },
  );

  test.each(['creditprocess', 'VERIFICATION', 'anything'])('purpose %s is left to Unico', (purpose) => {
    expect(wrong({ purpose })).toEqual([]);
  });

  test.each([
    '/',
    'https://example.com/callback',
    'http://localhost:3000',
    'myapp://x',
    'com.example.app:/done',
  ])('callbackUri %s is accepted', (callbackUri) => {
    expect(wrong({ callbackUri })).toEqual([]);
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
    expect(wrong({ callbackUri })).toEqual(['callbackUri CALLBACK_URI_INVALID (3)']);
  });

  test.each([
    'javascript:alert(1)',
    ' JavaScript:x',
    'java\nscript:x',
    '\u0001javascript:x',
    'data:text/html,x',
    'vbscript:x',
    'file:///x',
  ])('callbackUri %j is refused: it leads nowhere', (callbackUri) => {
    expect(wrong({ callbackUri })).toEqual(['callbackUri CALLBACK_URI_INVALID (3)']);
  });

  test('idsmart needs a use case, and no other flow does', () => {
    expect(wrong({ flow: 'idsmart' })).toEqual(['useCase USE_CASE_INVALID']);
    expect(wrong({ flow: 'idsmart', useCase: 'USE_CASE_LOGIN' })).toEqual([]);
    expect(wrong({ flow: 'idsmart', useCase: '' })).toEqual(['useCase USE_CASE_INVALID']);
    expect(wrong({ flow: 'id' })).toEqual([]);
  });

  test.each(['client-ref-abc', 'x', 'é', 'a'.repeat(256)])(
    'clientReference %s is accepted',
    (clientReference) => {
      expect(wrong({ clientReference })).toEqual([]);
    },
  );
  test.each(['', 'a b', ' a', 'a\n', '\u00a0', 'a'.repeat(257)])(
    'clientReference %j is refused',
    (clientReference) => {
      expect(wrong({ clientReference })).toEqual(['clientReference CLIENT_REFERENCE_INVALID']);
    },
  );

  test.each(['1s', '3600s', '604800s'])('expiresIn %s is accepted', (expiresIn) => {
    expect(wrong({ expiresIn })).toEqual([]);
  });
  test.each(['', 's', '0s', '-1s', '3600', '3600 s', '3600S', '1h', '1e3s', '٣s', '9999999999s', '3600s\n'])(
    'expiresIn %j is refused',
    (expiresIn) => {
      expect(wrong({ expiresIn })).toEqual(['expiresIn EXPIRES_IN_INVALID']);
    },
  );

  test('a branch is a UUID', () => {
    expect(wrong({ companyBranchId: UUID })).toEqual([]);
    expect(wrong({ companyBranchId: 'branch-123' })).toEqual(['companyBranchId BAD_USER_INPUT']);
  });

  test('references follow the rules of references', () => {
    expect(wrong({ references: [] })).toEqual([]);
    expect(wrong({ references: [image(GOOD_IMAGE), process(UUID)] })).toEqual([]);
    expect(wrong({ references: [image(png(1, 1).toString('base64')), process('x')] })).toEqual([
      'references.0.referenceContent IMAGE_RESOLUTION_TOO_LOW',
      'references.1.referenceContent REFERENCE_INVALID',
    ]);
  });

  test.each(['idtoken', 'idtokentrust', 'idtokensign'])('%s needs something to compare with', (flow) => {
    expect(wrong({ flow })).toEqual(['references REFERENCE_MISSING']);
    expect(wrong({ flow, references: [process(UUID)] })).toEqual([]);
  });
});

describe('upstream.md §4.2: of a person', () => {
  const NUMBERS: Record<string, string> = {
    BR_CPF: '12345678909',
    MX_CURP: 'HEWW580907HGRSHL05',
    US_SSN: '123456789',
    ZZ_EMAIL: 'luke@example.com',
  };

  test('nothing need be known, for a document may be set later', () => {
    expect(wrong({})).toEqual([]);
    expect(ofPerson({})).toEqual([]);
    expect(ofPerson({ friendlyName: 'Luke', email: 'luke@example.com' })).toEqual([]);
  });

  test.each(DUI_TYPES)('a %s is accepted', (duiType) => {
    expect(ofPerson({ duiType, duiValue: NUMBERS[duiType] ?? 'X123456' })).toEqual([]);
  });

  test.each([
    ['BR_CPF', '12345678901'],
    ['BR_CPF', '11111111111'],
    ['BR_CPF', '123.456.789-09'],
    ['MX_CURP', 'HEWW580907HGRSHL06'],
    ['US_SSN', '000121234'],
    ['AR_DNI', ''],
    ['ZZ_EMAIL', ''],
  ] as const)('a %s is not %j', (duiType, duiValue) => {
    expect(ofPerson({ duiType, duiValue })).toEqual(['person.duiValue DUI_VALUE_INVALID (3)']);
  });

  test('a number and its kind come together', () => {
    expect(ofPerson({ duiType: 'BR_CPF' })).toEqual(['person.duiValue DUI_VALUE_INVALID (3)']);
    expect(ofPerson({ duiValue: '12345678909' })).toEqual(['person.duiType DUI_TYPE_INVALID']);
    expect(ofPerson({ duiType: 'UNKNOWN', duiValue: '1' })).toEqual(['person.duiType DUI_TYPE_INVALID']);
  });

  test('a friendly name has 50 characters at most', () => {
    expect(ofPerson({ friendlyName: 'é'.repeat(50) })).toEqual([]);
    expect(ofPerson({ friendlyName: 'a'.repeat(51) })).toEqual(['person.friendlyName PERSON_INVALID (3)']);
  });

  test('fifty characters are fifty, also where each takes two places in memory', () => {
    expect(ofPerson({ friendlyName: '😀'.repeat(50) })).toEqual([]);
  });

  test.each(['luke', '@', ''])('e-mail %j is refused', (email) => {
    expect(ofPerson({ email })).toEqual(['person.email PERSON_INVALID (3)']);
  });

  test('the phone is left to Unico, which asks for 13 digits only where it is to notify', () => {
    expect(ofPerson({ phone: '525512345678' })).toEqual([]);
  });
});

test('everything that is wrong is told at once', () => {
  const person = { duiType: 'BR_CPF', duiValue: '1', friendlyName: 'x'.repeat(51), email: 'x' } as const;
  const more = { clientReference: 'a b', companyBranchId: 'x', expiresIn: '1h' };
  expect(wrong({ flow: 'idsmart', callbackUri: '', person, ...more })).toHaveLength(8);
});
