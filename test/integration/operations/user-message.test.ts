import { expect, test } from 'vitest';
import { apiError } from '../../support/bodies.ts';
import { onboarding } from '../../support/create-process.ts';
import { serverForFile } from '../../support/server-for-file.ts';
import { openSubgraphOver } from '../../support/subgraph-over.ts';
import type { Reply } from '../../support/upstream.ts';

let reply: Reply = {};
const server = serverForFile(() => openSubgraphOver(() => reply));

const CREATE = `mutation ($key: String!, $input: CreateProcessInput!, $language: Language) {
  createProcess(idempotencyKey: $key, input: $input) {
    userErrors { code en: userMessage pt: userMessage(language: PT) es: userMessage(language: ES) asked: userMessage(language: $language) }
  }
}`;

async function messagesOf(refusal: Reply, language?: string | null): Promise<object> {
  reply = refusal;
  const variables = { key: crypto.randomUUID(), input: onboarding, language };
  const { data, errors } = await server().subgraph.ask(CREATE, variables);
  expect(errors).toEqual([]);
  return data.createProcess.userErrors;
}

test('a refused image has a sentence for the person in each language, English by default', async () => {
  const refusal = { status: 400, body: apiError('20807') };
  const sentences = {
    code: 'IMAGE_RESOLUTION_TOO_LOW',
    en: 'Please take a new photo.',
    pt: 'Tire uma nova foto.',
    es: 'Toma una nueva foto.',
  };
  expect(await messagesOf(refusal)).toEqual([{ ...sentences, asked: sentences.en }]);
  expect(await messagesOf(refusal, null)).toEqual([{ ...sentences, asked: sentences.en }]);
  expect(await messagesOf(refusal, 'ES')).toEqual([{ ...sentences, asked: sentences.es }]);
});

test.each([
  ['OUTCOME_UNKNOWN', { status: 500 }],
  ['CONFLICT', { status: 409 }],
  ['BAD_USER_INPUT', { status: 400, body: apiError('20999') }],
] satisfies [string, Reply][])('%s has no sentence for the person', async (code, refusal) => {
  expect(await messagesOf(refusal, 'PT')).toEqual([{ code, en: null, pt: null, es: null, asked: null }]);
});
