import { describe, expect, test } from 'vitest';
import { selfieBase64 } from '../../../sandbox/lib/selfie.ts';
import { ID, idcloudBody, OTHER_ID, processesV1Body } from '../../support/bodies.ts';
import { createProcess, journey, onboarding, SUBJECT } from '../../support/create-process.ts';
import { startSubgraphOver, type OverOptions } from '../../support/subgraph-over.ts';
import type { Answer, Subgraph } from '../../support/subgraph.ts';
import type { Reply, Upstream } from '../../support/upstream.ts';

let upstream: Upstream;
let subgraph: Subgraph;

/** Starts a subgraph over a Unico that always replies so, until the end of the test. */
async function start(reply: Reply, options: OverOptions = {}): Promise<void> {
  ({ upstream, subgraph } = await startSubgraphOver(() => reply, options));
}

const create = (input: object, key?: string): Promise<Answer> => createProcess(subgraph, input, key);

describe('createProcess', () => {
  const forms: [string, object, string, object][] = [
    ['onboarding', onboarding, 'POST /processes/v1', { subject: SUBJECT, imageBase64: selfieBase64() }],
    [
      'transactional',
      {
        transactional: {
          references: [{ referenceType: 'REFERENCE_TYPE_PROCESS_ID', referenceContent: OTHER_ID }],
          imageBase64: selfieBase64(),
          useCase: null,
        },
      },
      'POST /processes/v1',
      {
        references: [{ referenceType: 'REFERENCE_TYPE_PROCESS_ID', referenceContent: OTHER_ID }],
        imageBase64: selfieBase64(),
      },
    ],
    [
      'document reuse',
      {
        document: {
          subject: SUBJECT,
          purpose: 'onboarding',
          authProcessId: OTHER_ID,
          documentId: 'doc-abc-123',
        },
      },
      'POST /processes/v1',
      {
        subject: SUBJECT,
        document: { purpose: 'onboarding', authProcessId: OTHER_ID, documentId: 'doc-abc-123' },
      },
    ],
    [
      'new document',
      {
        document: {
          subject: { ...SUBJECT, duiType: 'BR_CPF' },
          purpose: 'fgts',
          authProcessId: OTHER_ID,
          files: [selfieBase64()],
        },
      },
      'POST /processes/v1',
      {
        subject: { ...SUBJECT, duiType: 'DUI_TYPE_BR_CPF' },
        document: { purpose: 'fgts', authProcessId: OTHER_ID, files: [{ data: selfieBase64() }] },
      },
    ],
    [
      'age verification',
      { ageVerification: { subject: {}, imageBase64: selfieBase64(), useCase: 'AgeVerification' } },
      'POST /processes/v1',
      { subject: {}, imageBase64: selfieBase64(), useCase: 'AgeVerification' },
    ],
  ];

  /** What a positive identity means for each form: only onboarding was to establish one. */
  const DECISIONS: Record<string, string> = {
    onboarding: 'APPROVED',
    transactional: 'RETRY',
    'document reuse': 'REVIEW',
    'new document': 'RETRY',
    'age verification': 'RETRY',
  };

  test.each(forms)(
    'a creation of the form %s sends exactly its input, once, and is judged by its form',
    async (form, input, call, body) => {
      await start({ body: processesV1Body() });
      const { data, errors } = await create(input);
      expect(errors).toEqual([]);
      expect(data.createProcess).toEqual({
        process: {
          id: ID,
          source: 'PROCESSES_V1',
          state: 'FINISHED',
          verdict: { decision: DECISIONS[form] },
        },
        replayed: false,
        userErrors: [],
      });
      expect(upstream.calls()).toEqual([call]);
      expect(JSON.parse(upstream.requests[0]?.body ?? '')).toEqual(body);
    },
  );

  test('a creation of a journey returns its redirect URL and SDK token', async () => {
    await start({
      body: idcloudBody(ID, {
        state: 'PROCESS_STATE_CREATED',
        result: 'PROCESS_RESULT_UNSPECIFIED',
        token: 'sdk.jwt',
        userRedirectUrl: 'https://example.com/j',
      }),
    });
    const query = `mutation ($input: CreateProcessInput!) { createProcess(idempotencyKey: "k", input: $input) {
      process { state sdkToken userRedirectUrl verdict { decision final } } userErrors { code } } }`;
    const { data } = await subgraph.ask(query, {
      input: { journey: { ...journey.journey, person: { duiType: 'BR_CPF', duiValue: '12345678909' } } },
    });
    expect(data.createProcess).toEqual({
      process: {
        state: 'CREATED',
        sdkToken: 'sdk.jwt',
        userRedirectUrl: 'https://example.com/j',
        verdict: { decision: 'PENDING', final: false },
      },
      userErrors: [],
    });
    expect(JSON.parse(upstream.requests[0]?.body ?? '')).toEqual({
      flow: 'id',
      purpose: 'creditprocess',
      callbackUri: '/',
      person: { duiType: 'DUI_TYPE_BR_CPF', duiValue: '12345678909' },
    });
  });

  test('a created process is cached, and reading it costs no call', async () => {
    await start({ body: processesV1Body() });
    await create(onboarding);
    const { data } = await subgraph.ask(`{ process(id: "${ID}") { source state verdict { decision } } }`);
    expect(data.process).toEqual({
      source: 'PROCESSES_V1',
      state: 'FINISHED',
      verdict: { decision: 'APPROVED' },
    });
    expect(upstream.calls()).toEqual(['POST /processes/v1']);
  });

  test('a creation that fails inside Unico returns a process with the decision RETRY, not an error', async () => {
    await start({ body: { id: ID, status: 5 } });
    const { data } = await create(onboarding);
    expect(data.createProcess).toMatchObject({
      process: { state: 'FAILED', verdict: { decision: 'RETRY' } },
      userErrors: [],
    });
  });
});

describe('the size of the body of createProcess', () => {
  const image = Buffer.concat([
    Buffer.from(selfieBase64(), 'base64'),
    Buffer.alloc(819_200 - Buffer.from(selfieBase64(), 'base64').length),
  ]);
  const reference = {
    referenceType: 'REFERENCE_TYPE_IMAGE_BASE64',
    referenceContent: image.toString('base64'),
  };

  test('a creation with a selfie and five reference images of 800 KB each is accepted', async () => {
    await start({ body: { id: ID, status: 3, authenticated: true } });
    const { data } = await create({
      transactional: {
        references: Array.from({ length: 5 }, () => reference),
        imageBase64: image.toString('base64'),
      },
    });
    expect(data.createProcess).toMatchObject({
      process: { verdict: { decision: 'APPROVED' } },
      userErrors: [],
    });
    expect(JSON.parse(upstream.requests[0]?.body ?? '').references).toHaveLength(5);
  });

  test('a creation with a selfie and eight reference images of 800 KB each is rejected with 413', async () => {
    await start({ body: processesV1Body() });
    const { status, data, errors } = await create({
      transactional: {
        references: Array.from({ length: 8 }, () => reference),
        imageBase64: image.toString('base64'),
      },
    });
    expect({ status, data }).toEqual({ status: 413, data: undefined });
    expect(errors[0]).toMatchObject({ extensions: { code: 'PAYLOAD_TOO_LARGE' } });
    expect(upstream.requests).toEqual([]);
  });
});
