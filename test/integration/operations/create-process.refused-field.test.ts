import { buildASTSchema, getNamedType, isInputObjectType, parse, type GraphQLNamedType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { readSdl } from '../../../src/graphql/schema/sdl.ts';
import { CATALOGUE } from '../../../src/upstream/unico/errors/error-catalogue.ts';
import { apiError, OTHER_ID } from '../../support/bodies.ts';
import { createProcess, SUBJECT } from '../../support/create-process.ts';
import { IMAGE, IMAGE_REFERENCE, PROCESS_REFERENCE } from '../../support/creation.ts';
import { serverForFile } from '../../support/server-for-file.ts';
import { openSubgraphOver } from '../../support/subgraph-over.ts';
import type { Reply } from '../../support/upstream.ts';

/* `field` of a refusal by Unico names the argument that the caller gave, and no other. */

let reply: Reply = {};
const server = serverForFile(() => openSubgraphOver(() => reply));

/** The user error of a creation that Unico refuses like this; `field` is joined by dots, below `input`. */
async function refusalOf(input: object, refusal: Reply): Promise<{ code: string; field: string | null }> {
  reply = refusal;
  const { data, errors } = await createProcess(server().subgraph, input, crypto.randomUUID());
  expect(errors).toEqual([]);
  expect(server().upstream.requests).toHaveLength(1);
  const [{ code, field }] = data.createProcess.userErrors;
  if (field === null) return { code, field };
  expect(field[0]).toBe('input');
  return { code, field: field.slice(1).join('.') };
}

const api = (code: string): Reply => ({ status: 400, body: apiError(code) });

const transactional = (more: object): object => ({ transactional: { imageBase64: IMAGE, ...more } });
const byId = transactional({ referenceProcessId: OTHER_ID });
const byReference = transactional({ references: [PROCESS_REFERENCE] });
const byImage = transactional({ references: [IMAGE_REFERENCE] });
const byBoth = transactional({ referenceProcessId: OTHER_ID, references: [PROCESS_REFERENCE] });
const byIdAndImage = transactional({ referenceProcessId: OTHER_ID, references: [IMAGE_REFERENCE] });
const onboarding = { onboarding: { subject: SUBJECT, imageBase64: IMAGE } };
const ageVerification = { ageVerification: { subject: SUBJECT, imageBase64: IMAGE } };
const check = (more: object): object => ({
  document: {
    subject: { ...SUBJECT, duiType: 'BR_CPF' },
    purpose: 'onboarding',
    authProcessId: OTHER_ID,
    ...more,
  },
});
const reuse = check({ documentId: 'doc-abc-123' });
const oneFile = check({ files: [IMAGE] });
const journey = { journey: { flow: 'id', purpose: 'creditprocess', callbackUri: '/' } };

describe('a reference that Unico refuses', () => {
  test.each(
    ['20513', '20512', '20065', '20024'].flatMap((code) => [
      [code, 'referenceProcessId', byId, 'transactional.referenceProcessId'] as const,
      [code, 'references with an id', byReference, 'transactional.references'] as const,
      [code, 'references with an image', byImage, 'transactional.references'] as const,
      [code, 'both', byBoth, null] as const,
      [code, 'an id beside images', byIdAndImage, 'transactional.referenceProcessId'] as const,
      [code, 'a document to reuse', reuse, 'document.authProcessId'] as const,
      [code, 'new files', oneFile, 'document.authProcessId'] as const,
      [code, 'an onboarding', onboarding, null] as const,
      [code, 'an age verification', ageVerification, null] as const,
    ]),
  )('%s with %s', async (code, _given, input, field) => {
    expect((await refusalOf(input, api(code))).field).toBe(field);
  });
});

describe('an image that Unico refuses', () => {
  test.each(
    ['20900', '20807', '20506', '20505', '20009'].flatMap((code) => [
      [code, 'an onboarding', onboarding, 'onboarding.imageBase64'] as const,
      [code, 'an age verification', ageVerification, 'ageVerification.imageBase64'] as const,
      [code, 'a selfie and an id', byId, 'transactional.imageBase64'] as const,
      [code, 'a selfie and an image to compare with', byImage, null] as const,
      [code, 'a selfie, an id and an image', byIdAndImage, null] as const,
      [code, 'a new document', oneFile, 'document.files'] as const,
      [code, 'a document to reuse', reuse, null] as const,
    ]),
  )('%s with %s', async (code, _given, input, field) => {
    expect((await refusalOf(input, api(code))).field).toBe(field);
  });

  test.each(['10506', '10507', '10508'])(
    '%s is about the only image that may be an SDK token',
    async (code) => {
      expect((await refusalOf(byImage, api(code))).field).toBe('transactional.imageBase64');
    },
  );
});

test.each([
  ['99987', reuse, 'document.documentId'],
  ['99987', onboarding, null],
  ['20062', oneFile, null],
  ['20062', onboarding, 'onboarding.useCase'],
  ['20507', onboarding, 'onboarding.subject.code'],
  ['20004', onboarding, 'onboarding.subject'],
])('%s names an argument that the form has, or none', async (code, input, field) => {
  expect((await refusalOf(input, api(code))).field).toBe(field);
});

test.each([
  ['dui_type is required', 'journey.person.duiType'],
  ['invalid dui value', 'journey.person.duiValue'],
  ['email required for notification channel NOTIFICATION_CHANNEL_EMAIL', 'journey.person.email'],
  ['invalid callbackUri: url:', 'journey.callbackUri'],
  ['process id is invalid', null],
])('the refusal "%s" of a journey names an argument of it, or none', async (message, field) => {
  expect((await refusalOf(journey, { status: 400, body: { code: 3, message } })).field).toBe(field);
});

describe('every refusal of the error catalogue', async () => {
  const schema = buildASTSchema(parse(await readSdl()), { assumeValidSDL: true });

  function exists(path: readonly string[]): boolean {
    let type: GraphQLNamedType | undefined = schema.getType('CreateProcessInput');
    for (const name of path) {
      const field = isInputObjectType(type) ? type.getFields()[name] : undefined;
      if (field === undefined) return false;
      type = getNamedType(field.type);
    }
    return true;
  }

  const forms: Record<'api' | 'idcloud', object[]> = {
    api: [onboarding, byId, byReference, byImage, byBoth, reuse, oneFile, ageVerification],
    idcloud: [journey],
  };
  test.each(CATALOGUE.filter(({ userErrorCode }) => userErrorCode !== null))(
    '$family $code $meaning names an argument that exists, or none, in every form',
    async ({ family, code, status, message, userErrorCode }) => {
      for (const input of forms[family]) {
        server().upstream.requests.length = 0;
        const body = family === 'api' ? apiError(code ?? '') : { code: Number(code), message };
        const refusal = await refusalOf(input, { status, body });
        expect(refusal.code).toBe(userErrorCode);
        expect(refusal.field).toSatisfy((field: string | null) => field === null || exists(field.split('.')));
      }
    },
  );
});
