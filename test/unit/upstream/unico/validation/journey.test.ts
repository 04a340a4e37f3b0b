import { describe, expect, test } from 'vitest';
import type {
  DocumentToSign,
  JourneyCreation,
  JourneyPerson,
} from '../../../../../src/domain/process-creation.ts';
import { DUI_TYPES } from '../../../../../src/domain/person.ts';
import { validateCreation } from '../../../../../src/upstream/unico/validation/creation.ts';
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
  return validateCreation({ kind: 'journey', flow: 'id', callbackUri: '/', ...more }).map(
    ({ field, code, upstreamCode }) =>
      `${field?.join('.')} ${code}${upstreamCode === null ? '' : ` (${upstreamCode})`}`,
  );
}
const problemsOfPayload = (...payload: DocumentToSign[]): string[] => problemsOf({ payload });
const problemsOfPerson = (person: JourneyPerson): string[] => problemsOf({ person });

describe('validateCreation of a journey (upstream.md §4.2)', () => {
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
    '/path/to/url',
    '/callback?x=1#y',
    '//example.com',
    'http://',
    'https://exa mple.com',
    'HTTPS://EXAMPLE.COM',
    'intent://scan/#Intent;scheme=myapp;end',
    '/javascript:not-a-scheme',
  ])('callbackUri %s is accepted', (callbackUri) => {
    expect(problemsOf({ callbackUri })).toEqual([]);
  });
  test.each([
    '',
    ' ',
    'example.com',
    'example.com/callback',
    'callback',
    '?x=1',
    '1http://example.com',
    '://example.com',
    ' https://example.com',
    'https://example.com/\n',
    '/path\u0000',
    '/path\u007f',
  ])('callbackUri %j is refused', (callbackUri) => {
    expect(problemsOf({ callbackUri })).toEqual(['callbackUri CALLBACK_URI_INVALID (3)']);
  });

  test.each([
    'javascript:alert(1)',
    ' JavaScript:x',
    'JAVASCRIPT:x',
    'java\nscript:x',
    '\u0001javascript:x',
    'data:text/html,x',
    'vbscript:x',
    'file:///x',
    'blob:https://example.com/x',
  ])('callbackUri %j with a scheme that runs code or opens a file is refused', (callbackUri) => {
    expect(problemsOf({ callbackUri })).toEqual(['callbackUri CALLBACK_URI_INVALID (3)']);
  });

  test('only the flow idsmart requires a use case', () => {
    expect(problemsOf({ flow: 'idsmart' })).toEqual(['useCase USE_CASE_INVALID']);
    expect(problemsOf({ flow: 'idsmart', useCase: 'USE_CASE_LOGIN' })).toEqual([]);
    expect(problemsOf({ flow: 'idsmart', useCase: '' })).toEqual(['useCase USE_CASE_INVALID']);
    expect(problemsOf({ flow: 'id' })).toEqual([]);
  });

  test.each(['client-ref-abc', 'x', 'é', 'a'.repeat(256), '', 'a b', ' a', '\u00a0'])(
    'clientReference %s is accepted',
    (clientReference) => {
      expect(problemsOf({ clientReference })).toEqual([]);
    },
  );
  test('a clientReference of more than 256 characters is refused', () => {
    const clientReference = 'a'.repeat(257);
    expect(problemsOf({ clientReference })).toEqual(['clientReference CLIENT_REFERENCE_INVALID']);
  });

  test.each(['1s', '3600s', '604800s', '0s', '3600.5s', '9999999999s', ''])(
    'expiresIn %s is accepted',
    (expiresIn) => {
      expect(problemsOf({ expiresIn })).toEqual([]);
    },
  );
  test.each(['s', '-1s', '3600', '3600 s', '3600S', '1h', '1e3s', '٣s', '.5s', '1.s', '3600s\n', 'PT1H'])(
    'expiresIn %j is refused',
    (expiresIn) => {
      expect(problemsOf({ expiresIn })).toEqual(['expiresIn EXPIRES_IN_INVALID']);
    },
  );

  test.each([UUID, 'branch-123', ''])(
    'any companyBranchId is accepted, because the sample of S0 has one that is no UUID: %j',
    (companyBranchId) => {
      expect(problemsOf({ companyBranchId })).toEqual([]);
    },
  );

  test('the references of a journey are validated', () => {
    expect(problemsOf({ references: [] })).toEqual([]);
    expect(problemsOf({ references: [image(GOOD_IMAGE), process(UUID)] })).toEqual([]);
    expect(problemsOf({ references: [image(png(1, 1).toString('base64')), process('')] })).toEqual([
      'references.0.referenceContent IMAGE_RESOLUTION_TOO_LOW',
      'references.1.referenceContent REFERENCE_INVALID',
    ]);
    expect(problemsOf({ references: [process('auth-123'), process('x'.repeat(321))] })).toEqual([
      'references.1.referenceContent REFERENCE_INVALID',
    ]);
  });

  test.each(['idtoken', 'idtokentrust', 'idtokensign'])('the flow %s requires a reference', (flow) => {
    expect(problemsOf({ flow })).toEqual(['references REFERENCE_MISSING']);
    expect(problemsOf({ flow, references: [process(UUID)] })).toEqual([]);
  });
});

describe("validateCreation of a journey's person (upstream.md §4.2)", () => {
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

  test('a CURP in lower case, and numbers of kinds without a rule in any form, are left to Unico', () => {
    expect(problemsOfPerson({ duiType: 'MX_CURP', duiValue: 'heww580907hgrshl05' })).toEqual([]);
    expect(problemsOfPerson({ duiType: 'CL_RUN', duiValue: '12.345.678-5' })).toEqual([]);
  });

  test.each([
    ['BR_CPF', '12345678901'],
    ['BR_CPF', '11111111111'],
    ['BR_CPF', '123.456.789-09'],
    ['MX_CURP', 'HEWW580907HGRSHL06'],
    ['US_SSN', '000121234'],
    ['AR_DNI', ''],
    ['AR_DNI', ' '],
    ['CL_RUN', '\t\n'],
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

  test.each(['luke', '@', ''])(
    'the e-mail %j of a person is refused only where Unico is to send an e-mail',
    (email) => {
      expect(problemsOfPerson({ email })).toEqual([]);
      expect(
        problemsOfPerson({ email, notifications: ['WHATSAPP', 'EMAIL'], phone: '5519725570707' }),
      ).toEqual(['person.email PERSON_INVALID (3)']);
    },
  );

  test('each channel requires the address that it uses', () => {
    expect(problemsOfPerson({ notifications: ['WHATSAPP', 'SMS', 'EMAIL'] })).toEqual([
      'person.email PERSON_INVALID (3)',
      'person.phone PERSON_INVALID (3)',
    ]);
    expect(problemsOfPerson({ notifications: ['SMS'], phone: '525512345678' })).toEqual([]);
    expect(problemsOfPerson({ notifications: ['EMAIL'], email: 'josé@example.com' })).toEqual([]);
    expect(problemsOfPerson({ notifications: [] })).toEqual([]);
    expect(problemsOfPerson({ notifications: Array(11).fill('SMS'), phone: '1' })).toEqual([
      'person.notifications PERSON_INVALID',
    ]);
  });

  test('any phone of a person is accepted, because Unico requires 13 digits only for notifications', () => {
    expect(problemsOfPerson({ phone: '525512345678' })).toEqual([]);
  });
});

describe('validateCreation of documents to sign (upstream.md §4.2)', () => {
  const PDF = Buffer.from('%PDF-1.7 a contract').toString('base64');

  test.each([
    ['a PDF', PDF],
    ['bytes that only Unico can judge', 'AAAA'],
    ['base64 with line breaks', `${PDF.slice(0, 10)}\r\n${PDF.slice(10)}\n`],
    ['base64 without padding', PDF.replace(/=+$/, '')],
    ['5 MiB', Buffer.alloc(5 * 1024 * 1024).toString('base64')],
  ])('a document to sign is accepted: %s', (_case, fileContents) => {
    expect(problemsOfPayload({ documentName: 'Contract', fileContents })).toEqual([]);
  });

  test('every property of each document is required', () => {
    expect(
      problemsOfPayload(
        { documentName: 'Contract', fileContents: PDF },
        { documentName: '', fileContents: '' },
        { documentName: 'x', fileContents: 'not base64!' },
        { documentName: 'x', fileContents: `data:application/pdf;base64,${PDF}` },
        { documentName: 'x', fileContents: Buffer.alloc(5 * 1024 * 1024 + 1).toString('base64') },
      ),
    ).toEqual([
      'payload.1.documentName DOCUMENT_FILES_INVALID',
      'payload.1.fileContents DOCUMENT_FILES_INVALID',
      'payload.2.fileContents DOCUMENT_FILES_INVALID',
      'payload.3.fileContents DOCUMENT_FILES_INVALID',
      'payload.4.fileContents DOCUMENT_FILES_INVALID',
    ]);
  });

  test('ten documents are accepted, and eleven refused', () => {
    const documents = Array.from({ length: 11 }, () => ({ documentName: 'x', fileContents: PDF }));
    expect(problemsOfPayload(...documents.slice(1))).toEqual([]);
    expect(problemsOfPayload(...documents)).toEqual(['payload DOCUMENT_FILES_INVALID']);
  });

  test('only Unico knows which flows need documents to sign', () => {
    expect(problemsOf({ flow: 'idunicosign' })).toEqual([]);
    expect(problemsOf({ flow: 'id', payload: [] })).toEqual([]);
  });
});

test('all problems of a journey are returned at once', () => {
  const person = { duiType: 'BR_CPF', duiValue: '1', friendlyName: 'x'.repeat(51) } as const;
  const more = { clientReference: 'a'.repeat(257), expiresIn: '1h' };
  const journey = { flow: 'idsmart', callbackUri: '', ...more };
  expect(problemsOf({ ...journey, person: { ...person, notifications: ['SMS', 'EMAIL'] } })).toHaveLength(8);
});
