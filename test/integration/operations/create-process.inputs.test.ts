import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { selfieBase64 } from '../../../sandbox/lib/selfie.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { CREATE, SUBJECT } from '../../support/create-process.ts';
import { jpegShapes, type Shape } from '../../support/image-shapes.ts';
import { jwt } from '../../support/images.ts';
import { SAMPLE_PROCESSES_V1_ID } from '../../support/sandbox-requests.ts';
import { startUnicoSandbox } from '../../support/sandbox.ts';
import { startSubgraph, type Subgraph } from '../../support/subgraph.ts';

/* Real operations over HTTP, against the sandbox, whose rules are written from Unico's documents alone. */

let sandbox: Sandbox;
let subgraph: Subgraph;

beforeAll(async () => {
  const started = await startUnicoSandbox();
  sandbox = started.sandbox;
  subgraph = await startSubgraph(started.unico);
});

afterAll(async () => {
  await subgraph.close();
  await sandbox.close();
});

const IMAGE = selfieBase64();
const WRAPPED = `${IMAGE.replace(/=+$/, '').replace(/.{76}/g, '$&\r\n')}\r\n`;
const JWE = [jwt({}).split('.')[0], 'a2V5', 'aXY', 'dGV4dA', 'dGFn'].join('.');

/** The outcome of one creation: the first code of its user errors with its field, or `created`. */
async function outcomeOf(input: object, key: string = randomUUID()): Promise<string> {
  const { data, errors } = await subgraph.ask(CREATE, { key, input });
  expect(errors).toEqual([]);
  const { process, userErrors, replayed } = data.createProcess;
  if (process !== null) return replayed ? 'replayed' : 'created';
  return userErrors
    .map(({ code, field }: { code: string; field: string[] | null }) => `${field?.join('.')} ${code}`)
    .join(', ');
}

const onboarding = (subject: object = {}, more: object = {}): object => ({
  onboarding: { subject: { ...SUBJECT, ...subject }, imageBase64: IMAGE, ...more },
});
const shapes: [string, string][] = jpegShapes(640, 480).map(([title, bytes]: Shape) => [
  `a JPEG with ${title}`,
  bytes.toString('base64'),
]);

describe('images and captures', () => {
  test.each([
    ...shapes,
    ['base64 with line breaks and without padding', WRAPPED],
    ['base64 in the alphabet of URLs', Buffer.from(IMAGE, 'base64').toString('base64url')],
    ['a JWE of the SDK', JWE],
    ['an old JWT of the SDK with a later expiry', jwt({ iat: 1, exp: 4_000_000_000 })],
  ])('a creation succeeds with %s', async (_case, imageBase64) => {
    expect(await outcomeOf(onboarding({}, { imageBase64 }))).toBe('created');
  });

  test.each([
    ['a data URL', `data:image/png;base64,${IMAGE}`, 'IMAGE_INVALID'],
    ['the data URL of a SDK preview', `data:App.Name|1.0/image/jpeg;base64,${IMAGE}`, 'IMAGE_INVALID'],
    [
      'a HEIC',
      Buffer.from('\0\0\0\x18ftypmif1\0\0\0\0', 'latin1').toString('base64'),
      'IMAGE_FORMAT_UNSUPPORTED',
    ],
    ['an expired JWT, which the sandbox refuses', jwt({ iat: 1 }), 'SDK_TOKEN_EXPIRED'],
  ])('a creation is refused with %s', async (_case, imageBase64, code) => {
    expect(await outcomeOf(onboarding({}, { imageBase64 }))).toBe(`input.onboarding.imageBase64 ${code}`);
  });

  test('a document check takes captures of the SDK', async () => {
    const document = {
      subject: { ...SUBJECT, duiType: 'BR_CPF' },
      purpose: 'onboarding',
      authProcessId: SAMPLE_PROCESSES_V1_ID,
      files: [jwt({ exp: 4_000_000_001 }), WRAPPED],
      documentId: '',
    };
    expect(await outcomeOf({ document })).toBe('created');
  });

  test('a comparison takes more than twenty references', async () => {
    const reference = {
      referenceType: 'REFERENCE_TYPE_PROCESS_ID',
      referenceContent: SAMPLE_PROCESSES_V1_ID,
    };
    const references = Array.from({ length: 30 }, () => reference);
    expect(await outcomeOf({ transactional: { references, imageBase64: IMAGE } })).toBe('created');
  });
});

describe('subjects and branches', () => {
  test.each<[string, object]>([
    ['an apostrophe in the e-mail address', onboarding({ email: "o'leary@example.ie" })],
    ['letters beyond ASCII in the e-mail address', onboarding({ email: 'josé@exemplo.com.br' })],
    ['two spaces in the name', onboarding({ name: 'Luke  Skywalker' })],
    ['a phone number with a plus sign', onboarding({ phone: '+5519725570707' })],
    ['a phone number of twelve digits', onboarding({ phone: '551972557070' })],
    ['texts that a form left empty', onboarding({ gender: '', birthDate: '', email: '', phone: '' })],
    ['a use case of its own', onboarding({}, { useCase: 'Checkout' })],
    ['a branch, in an onboarding', onboarding({}, { subsidiaryId: 'branch-1' })],
    [
      'a branch, in an age verification',
      { ageVerification: { subject: { code: '' }, imageBase64: IMAGE, subsidiaryId: 'branch-1' } },
    ],
  ])('a creation succeeds with %s', async (_case, input) => {
    expect(await outcomeOf(input)).toBe('created');
  });

  test('a CURP with Ñ is refused, here as in the sandbox', async () => {
    expect(await outcomeOf(onboarding({ code: 'HEWW580907HGRÑHL02' }))).toBe(
      'input.onboarding.subject.code SUBJECT_CODE_INVALID',
    );
  });
});

describe('journeys', () => {
  const person = { duiType: 'BR_CPF', duiValue: '12345678909' };
  const journey = (more: object, personMore: object = {}): object => ({
    journey: {
      flow: 'id',
      purpose: 'creditprocess',
      callbackUri: '/',
      person: { ...person, ...personMore },
      ...more,
    },
  });
  const payload = [{ documentName: 'Contract', fileContents: 'JVBERi0xLjcK\nMQ==' }];

  test("a creation succeeds with a path as callback, as in Unico's samples", async () => {
    expect(await outcomeOf(journey({ callbackUri: '/path/to/url' }))).toBe('created');
  });

  test.each([
    ['SMS', { phone: '5519725570707', phoneCountryCodeAlpha3: 'BRA' }, 'created'],
    ['SMS', {}, 'input.journey.person.phone PERSON_INVALID'],
    ['WHATSAPP', { phone: '525512345678' }, 'input.journey.person.phone PERSON_INVALID'],
    ['EMAIL', { email: 'luke@example.com' }, 'created'],
    ['EMAIL', { email: 'luke' }, 'input.journey.person.email PERSON_INVALID'],
  ])('the channel %s with %j: %s', async (channel, address, outcome) => {
    expect(await outcomeOf(journey({}, { notifications: [channel], ...address }))).toBe(outcome);
  });

  test('a contract is signed with its documents and the e-mail address of the signer', async () => {
    const signer = { email: 'luke@example.com' };
    const flow = 'idunicosign';
    expect(await outcomeOf(journey({ flow, payload }, signer))).toBe('created');
    expect(await outcomeOf(journey({ flow, payload }))).toBe('input.journey.person.email PERSON_INVALID');
    expect(await outcomeOf(journey({ flow }, signer))).toBe('undefined BAD_USER_INPUT');
    const broken = [{ documentName: 'Contract', fileContents: 'data:application/pdf;base64,JVBERi0=' }];
    expect(await outcomeOf(journey({ flow, payload: broken }, signer))).toBe(
      'input.journey.payload.0.fileContents DOCUMENT_FILES_INVALID',
    );
  });
});

describe('normalization and idempotency keys', () => {
  test('the same text again is a replay, and another text for the same image is another input', async () => {
    const [key, given] = [randomUUID(), onboarding({ email: '' }, { imageBase64: WRAPPED })];
    expect(await outcomeOf(given, key)).toBe('created');
    expect(await outcomeOf(given, key)).toBe('replayed');
    expect(await outcomeOf(onboarding({ email: '' }), key)).toBe('idempotencyKey IDEMPOTENCY_KEY_REUSED');
    expect(await outcomeOf(onboarding({}, { imageBase64: WRAPPED }), key)).toBe(
      'idempotencyKey IDEMPOTENCY_KEY_REUSED',
    );
  });
});

describe('setProcessDocument', () => {
  const SET = `mutation ($input: SetProcessDocumentInput!) { setProcessDocument(input: $input) {
    process { person { duiType duiValue } } userErrors { code field } } }`;

  test('a number that is written otherwise is refused before it is set for good', async () => {
    const flow = 'custom-optional-document';
    const input = { journey: { flow, purpose: 'creditprocess', callbackUri: '/' } };
    const created = await subgraph.ask(CREATE, { key: randomUUID(), input });
    const { id: processId } = created.data.createProcess.process;
    for (const duiValue of [
      '123456789-09',
      '123456789/09',
      '123-456-789-09',
      '１２３４５６７８９０９',
      ' ',
    ]) {
      const refused = await subgraph.ask(SET, { input: { processId, duiType: 'BR_CPF', duiValue } });
      expect(refused.data.setProcessDocument).toEqual({
        process: null,
        userErrors: [{ code: 'DUI_VALUE_INVALID', field: ['input', 'duiValue'] }],
      });
    }
    const set = await subgraph.ask(SET, { input: { processId, duiType: 'BR_CPF', duiValue: '12345678909' } });
    expect(set.data.setProcessDocument).toEqual({
      process: { person: { duiType: 'BR_CPF', duiValue: '12345678909' } },
      userErrors: [],
    });
  });
});
