import { afterEach, describe, expect, test } from 'vitest';
import { selfieBase64 } from '../../../sandbox/lib/selfie.ts';
import { apiError, ID, idcloudBody, OTHER_ID, processesV1Body } from '../../support/bodies.ts';
import { startSubgraph, type Answer, type Subgraph, type SubgraphOptions } from '../../support/subgraph.ts';
import { unicoOf } from '../../support/unico.ts';
import { startUpstream, type Reply, type Upstream } from '../../support/upstream.ts';

let upstream: Upstream;
let subgraph: Subgraph;

async function start(reply: Reply, options: SubgraphOptions = {}): Promise<void> {
  upstream = await startUpstream(() => reply);
  subgraph = await startSubgraph(unicoOf(upstream), options);
}

afterEach(async () => {
  await subgraph.close();
  await upstream.close();
});

const CREATE = `
  mutation ($key: String!, $input: CreateProcessInput!) {
    createProcess(idempotencyKey: $key, input: $input) {
      process { id source state verdict { decision } }
      replayed
      userErrors { code message field upstreamCode retryable retryAfterSeconds }
    }
  }`;

function create(input: object, key = 'a-key'): Promise<Answer> {
  return subgraph.ask(CREATE, { key, input });
}

const SUBJECT = { code: '12345678909', name: 'Luke Skywalker' };
const onboarding = { onboarding: { subject: SUBJECT, imageBase64: selfieBase64() } };
const journey = { journey: { flow: 'idunicosign', purpose: 'creditprocess', callbackUri: '/' } };

describe('a creation', () => {
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

  test.each(forms)('of the form %s sends exactly what was given, once', async (_, input, call, body) => {
    await start({ body: processesV1Body() });
    const { data, errors } = await create(input);
    expect(errors).toEqual([]);
    expect(data.createProcess).toEqual({
      process: { id: ID, source: 'PROCESSES_V1', state: 'FINISHED', verdict: { decision: 'APPROVED' } },
      replayed: false,
      userErrors: [],
    });
    expect(upstream.calls()).toEqual([call]);
    expect(JSON.parse(upstream.requests[0]?.body ?? '')).toEqual(body);
  });

  test('of a journey answers its address and token', async () => {
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
      flow: 'idunicosign',
      purpose: 'creditprocess',
      callbackUri: '/',
      person: { duiType: 'DUI_TYPE_BR_CPF', duiValue: '12345678909' },
    });
  });

  test('is known from then on: reading what it answered costs no call', async () => {
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

  test('that fails inside Unico is a process that asks for a retry, not an error', async () => {
    await start({ body: { id: ID, status: 5 } });
    const { data } = await create(onboarding);
    expect(data.createProcess).toMatchObject({
      process: { state: 'FAILED', verdict: { decision: 'RETRY' } },
      userErrors: [],
    });
  });
});

const at = (...path: string[]): string[] => ['input', 'onboarding', ...path];

describe('a creation that can be known to be wrong is refused before a call is spent', () => {
  test("with every problem at once, under Unico's codes, at the paths of the input", async () => {
    await start({ body: processesV1Body() });
    const subject = {
      code: '12345678901',
      name: 'Luke  Skywalker',
      gender: 'X',
      birthDate: '2000-02-30',
      email: 'luke',
      phone: '12',
    };
    const { data, errors } = await create({
      onboarding: { subject, imageBase64: 'data:image/png;base64,AAAA' },
    });
    expect(errors).toEqual([]);
    expect(data.createProcess.process).toBeNull();
    const told = data.createProcess.userErrors.map(
      ({ code, field, upstreamCode }: Record<string, unknown>) => [code, field, upstreamCode],
    );
    expect(told).toEqual([
      ['SUBJECT_CODE_INVALID', at('subject', 'code'), '20507'],
      ['SUBJECT_NAME_INVALID', at('subject', 'name'), '20509'],
      ['SUBJECT_GENDER_INVALID', at('subject', 'gender'), '20508'],
      ['SUBJECT_BIRTH_DATE_INVALID', at('subject', 'birthDate'), '20019'],
      ['SUBJECT_EMAIL_INVALID', at('subject', 'email'), '20008'],
      ['SUBJECT_PHONE_INVALID', at('subject', 'phone'), '20021'],
      ['IMAGE_INVALID', at('imageBase64'), '20900'],
    ]);
    expect(upstream.requests).toEqual([]);
  });

  test('with a path that leads into lists', async () => {
    await start({ body: processesV1Body() });
    const references = [
      { referenceType: 'REFERENCE_TYPE_PROCESS_ID', referenceContent: OTHER_ID },
      { referenceType: 'REFERENCE_TYPE_PROCESS_ID', referenceContent: 'abc' },
    ];
    const { data } = await create({ transactional: { references, imageBase64: selfieBase64() } });
    expect(data.createProcess.userErrors).toMatchObject([
      {
        code: 'REFERENCE_INVALID',
        field: ['input', 'transactional', 'references', '1', 'referenceContent'],
        upstreamCode: '20065',
      },
    ]);
  });

  test('when the key is no key', async () => {
    await start({ body: processesV1Body() });
    for (const key of ['', 'with space', 'x'.repeat(129), 'ção']) {
      const { data } = await create(onboarding, key);
      expect(data.createProcess.userErrors).toMatchObject([
        { code: 'IDEMPOTENCY_KEY_INVALID', field: ['idempotencyKey'] },
      ]);
    }
    expect(upstream.requests).toEqual([]);
  });

  test('when no form or two forms are given', async () => {
    await start({ body: processesV1Body() });
    for (const input of [{}, { ...onboarding, ...journey }, { onboarding: null }]) {
      const { errors } = await create(input);
      expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
    expect(upstream.requests).toEqual([]);
  });

  test('when its contract is not in use here', async () => {
    await start({ body: processesV1Body() }, { contracts: ['PROCESSES_V1'] });
    const { data } = await create(journey);
    expect(data.createProcess.userErrors).toMatchObject([{ code: 'TENANT_NOT_CONFIGURED' }]);
    expect(upstream.requests).toEqual([]);
  });
});

describe('a creation that Unico refuses is a user error', () => {
  const refusals: [string, object, Reply, object][] = [
    [
      'an unknown CPF',
      onboarding,
      { status: 400, body: apiError('20507') },
      {
        code: 'SUBJECT_CODE_INVALID',
        field: ['input', 'onboarding', 'subject', 'code'],
        upstreamCode: '20507',
        retryable: false,
      },
    ],
    [
      'a token used before',
      onboarding,
      { status: 400, body: apiError('10508') },
      { code: 'SDK_TOKEN_USED', field: ['input', 'onboarding', 'imageBase64'], upstreamCode: '10508' },
    ],
    [
      'a process that exists',
      onboarding,
      { status: 409, body: apiError('20073') },
      { code: 'CONFLICT', upstreamCode: '20073', retryable: false },
    ],
    ['a conflict without a code', onboarding, { status: 409 }, { code: 'CONFLICT', upstreamCode: null }],
    [
      'a document that is not there',
      onboarding,
      { status: 404, body: apiError('50001') },
      { code: 'NOT_FOUND', upstreamCode: '50001' },
    ],
    [
      'a code that is not known',
      onboarding,
      { status: 400, body: apiError('20999') },
      { code: 'BAD_USER_INPUT', field: null, upstreamCode: '20999' },
    ],
    [
      'a 400 without a word',
      onboarding,
      { status: 400 },
      { code: 'BAD_USER_INPUT', field: null, upstreamCode: null },
    ],
    [
      'the quota, with the time to wait',
      onboarding,
      { status: 429, headers: { 'retry-after': '12' } },
      { code: 'RATE_LIMITED', retryable: true, retryAfterSeconds: 12 },
    ],
    [
      'an unknown flow',
      journey,
      { status: 400, body: { code: 3, message: 'invalid flow' } },
      { code: 'FLOW_INVALID', field: ['input', 'journey', 'flow'], upstreamCode: '3' },
    ],
    [
      'an invalid document number',
      journey,
      {
        status: 400,
        body: {
          code: 3,
          message:
            'idnsv2/GetPublicID request error: rpc error: code = InvalidArgument desc = invalid dui value',
        },
      },
      { code: 'DUI_VALUE_INVALID', field: ['input', 'journey', 'person', 'duiValue'] },
    ],
    [
      'a tenant that is not set up',
      journey,
      { status: 400, body: { code: 9, message: 'XX ID Apikeys are not set' } },
      { code: 'TENANT_NOT_CONFIGURED', field: null, upstreamCode: '9' },
    ],
  ];

  test.each(refusals)('%s', async (_, input, reply, expected) => {
    await start(reply);
    const { data, errors } = await create(input);
    expect(errors).toEqual([]);
    expect(data.createProcess).toMatchObject({ process: null, replayed: false, userErrors: [expected] });
    expect(upstream.requests).toHaveLength(1);
  });
});

describe('a creation whose answer is lost is reported as of unknown outcome and never repeated', () => {
  const losses: [string, Reply][] = [
    ['500 99999', { status: 500, body: apiError('99999') }],
    ['502 with HTML', { status: 502, body: '<html></html>' }],
    ['a dropped connection', 'drop'],
    ['a body that stops halfway', 'drop in the middle of the body'],
    ['no answer in time', 'never answer'],
  ];

  test.each(losses)('%s', async (_, reply) => {
    upstream = await startUpstream(() => reply);
    subgraph = await startSubgraph(unicoOf(upstream, { operationTimeoutMs: 300 }));
    const { data, errors } = await create(onboarding);
    expect(errors).toEqual([]);
    expect(data.createProcess.userErrors).toMatchObject([{ code: 'OUTCOME_UNKNOWN', retryable: false }]);
    expect(data.createProcess.userErrors[0].message).toContain('may exist and be billed');
    expect(upstream.requests).toHaveLength(1);
  });

  test('but where nobody listens nothing was sent, and it is an outage', async () => {
    await start({});
    await upstream.close();
    const { data, errors } = await create(onboarding);
    expect(data).toEqual({ createProcess: null });
    expect(errors[0]).toMatchObject({
      path: ['createProcess'],
      extensions: { code: 'UPSTREAM_UNAVAILABLE' },
    });
  });

  test('and a caller that leaves does not stop it', async () => {
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    upstream = await startUpstream(async ({ method }) => {
      if (method === 'POST') reach();
      await released;
      return { body: processesV1Body() };
    });
    subgraph = await startSubgraph(unicoOf(upstream));
    const leaving = new AbortController();
    const left = fetch(`${subgraph.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: CREATE, variables: { key: 'a-key', input: onboarding } }),
      signal: leaving.signal,
    }).catch(() => 'left');
    await reached;
    leaving.abort();
    expect(await left).toBe('left');
    release();
    // The creation was finished, and is what its key answers with.
    const again = await create(onboarding);
    expect(again.data.createProcess).toMatchObject({ process: { id: ID }, replayed: true, userErrors: [] });
    expect(upstream.calls()).toEqual(['POST /processes/v1']);
  });
});

describe("a creation that meets a fault of ours or of Unico's is an error", () => {
  const faults: [string, Reply, string][] = [
    ['a missing header', { status: 400, body: apiError('20002') }, 'UPSTREAM_UNAUTHORIZED'],
    ['an unknown APIKEY', { status: 403, body: apiError('10201') }, 'UPSTREAM_UNAUTHORIZED'],
    ['401', { status: 401 }, 'UPSTREAM_UNAUTHORIZED'],
    ['an answer that is not JSON', { body: '<html></html>' }, 'UPSTREAM_CONTRACT'],
    ['an answer without an id', { body: { status: 3 } }, 'UPSTREAM_CONTRACT'],
    ['an answer whose id is no id', { body: { id: '../x', status: 3 } }, 'UPSTREAM_CONTRACT'],
  ];

  test.each(faults)('%s', async (_, reply, code) => {
    await start(reply);
    const { data, errors } = await create(onboarding);
    expect(data).toEqual({ createProcess: null });
    expect(errors[0]).toMatchObject({ path: ['createProcess'], extensions: { code } });
    expect(upstream.requests).toHaveLength(1);
  });

  test('and does not take along the id of another creation of the same operation', async () => {
    let created = 0;
    upstream = await startUpstream(() => {
      created += 1;
      return created === 1 ? { body: processesV1Body() } : { body: '<html></html>' };
    });
    subgraph = await startSubgraph(unicoOf(upstream));
    const { data, errors } = await subgraph.ask(
      `mutation ($input: CreateProcessInput!) {
        first: createProcess(idempotencyKey: "1", input: $input) { process { id } }
        second: createProcess(idempotencyKey: "2", input: $input) { process { id } } }`,
      { input: onboarding },
    );
    expect(data).toEqual({ first: { process: { id: ID } }, second: null });
    expect(errors).toMatchObject([{ path: ['second'], extensions: { code: 'UPSTREAM_CONTRACT' } }]);
  });

  test('and an APIKEY that is not configured spends no call, and names no variable to a caller', async () => {
    upstream = await startUpstream(() => ({}));
    const apiKeys = { onboarding: null, transactional: null, document: 'key', age: null };
    subgraph = await startSubgraph(unicoOf(upstream, { apiKeys }));
    const { errors } = await create(onboarding);
    expect(errors[0]?.extensions.code).toBe('UPSTREAM_UNAUTHORIZED');
    expect(errors[0]?.message).not.toContain('UNICO_');
    expect(upstream.requests).toEqual([]);
  });
});

describe('the size of a body', () => {
  const image = Buffer.concat([
    Buffer.from(selfieBase64(), 'base64'),
    Buffer.alloc(819_200 - Buffer.from(selfieBase64(), 'base64').length),
  ]);
  const reference = {
    referenceType: 'REFERENCE_TYPE_IMAGE_BASE64',
    referenceContent: image.toString('base64'),
  };

  test('takes a selfie and five reference images of 800 KB each', async () => {
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

  test('is refused clearly when it is larger', async () => {
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
