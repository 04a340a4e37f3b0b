import { describe, expect, test } from 'vitest';
import { apiError, ID, idcloudBody, processesV1Body } from '../../support/bodies.ts';
import { CREATE, createProcess, journey, onboarding } from '../../support/create-process.ts';
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

describe('user errors of createProcess', () => {
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
      'a process that already exists',
      onboarding,
      { status: 409, body: apiError('20073') },
      { code: 'CONFLICT', upstreamCode: '20073', retryable: false },
    ],
    ['a conflict without a code', onboarding, { status: 409 }, { code: 'CONFLICT', upstreamCode: null }],
    [
      'a document that does not exist',
      onboarding,
      { status: 404, body: apiError('50001') },
      { code: 'NOT_FOUND', upstreamCode: '50001' },
    ],
    [
      'an unknown code',
      onboarding,
      { status: 400, body: apiError('20999') },
      { code: 'BAD_USER_INPUT', field: null, upstreamCode: '20999' },
    ],
    [
      'a 400 without a body',
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

  test.each(refusals)(
    'a creation that Unico rejects for %s is a user error',
    async (_, input, reply, expected) => {
      await start(reply);
      const { data, errors } = await create(input);
      expect(errors).toEqual([]);
      expect(data.createProcess).toMatchObject({ process: null, replayed: false, userErrors: [expected] });
      expect(upstream.requests).toHaveLength(1);
    },
  );
});

describe('lost outcomes of createProcess', () => {
  const losses: [string, Reply][] = [
    ['error 500 99999', { status: 500, body: apiError('99999') }],
    ['error 502 with HTML', { status: 502, body: '<html></html>' }],
    ['a dropped connection', 'drop'],
    ['a body that stops halfway', 'drop in the middle of the body'],
    ['no response in time', 'never answer'],
  ];

  test.each(losses)(
    'a creation whose response is lost by %s has an unknown outcome and is not repeated',
    async (_, reply) => {
      await start(reply, { unico: { operationTimeoutMs: 300 } });
      const { data, errors } = await create(onboarding);
      expect(errors).toEqual([]);
      expect(data.createProcess.userErrors).toMatchObject([{ code: 'OUTCOME_UNKNOWN', retryable: false }]);
      expect(data.createProcess.userErrors[0].message).toContain('may exist and be billed');
      expect(upstream.requests).toHaveLength(1);
    },
  );

  const unreadable: [string, Reply][] = [
    ['HTML', { headers: { 'content-type': 'text/html' }, body: '<html></html>' }],
    ['an empty body', { body: '' }],
    ['truncated JSON', { body: `{"id":"${ID}","process":{"id":"${ID}"` }],
    ['an empty object', { body: {} }],
    ['a list', { body: [] }],
    ['null', { body: 'null' }],
    ['text', { body: '"done"' }],
    ['no id', { body: { status: 3, process: { state: 'PROCESS_STATE_CREATED' } } }],
    ['an id that is null', { body: { id: null, process: { id: null } } }],
    ['an id that is a number', { body: { id: 7, process: { id: 7 } } }],
    ['an id that is a path', { body: { id: '../x', process: { id: '../x' } } }],
    ['a process that is text', { body: { process: 'done' } }],
    ['an error in place of a process', { body: apiError('99999') }],
    ['more than is read', { body: { id: 'x'.repeat(1024 * 1024) } }],
    ['a compressed body', { headers: { 'content-encoding': 'br' }, body: processesV1Body() }],
    ...[202, 203, 204, 206, 299].map((status): [string, Reply] => [
      `status ${status}`,
      { status, body: status === 204 ? '' : { ...processesV1Body(), ...idcloudBody() } },
    ]),
    ['a redirect', { status: 302, headers: { location: '/' } }],
  ];
  const inputs = { onboarding, journey };
  test.each(
    unreadable.flatMap(([what, reply]) =>
      (['onboarding', 'journey'] as const).map((form) => [form, what, reply] as const),
    ),
  )(
    'a creation of the form %s whose response has %s has an unknown outcome, the first time and later',
    async (form, _, reply) => {
      await start(reply);
      const first = await create(inputs[form]);
      expect(first.errors).toEqual([]);
      expect(first.data.createProcess).toMatchObject({
        process: null,
        replayed: false,
        userErrors: [{ code: 'OUTCOME_UNKNOWN', retryable: false, retryAfterSeconds: null }],
      });
      const [{ message }] = first.data.createProcess.userErrors;
      expect(message).toMatch(/cannot be read.*may exist and be billed.*portal of Unico.*new key/);
      const again = await create(inputs[form]);
      expect(again.data.createProcess.userErrors).toMatchObject([{ code: 'OUTCOME_UNKNOWN' }]);
      expect(upstream.requests).toHaveLength(1);
    },
  );

  test.each([500, 503, 408])('a creation that Unico answers with %i says so', async (status) => {
    await start({ status, body: apiError('99999') });
    const { data } = await create(onboarding);
    const [{ message, upstreamCode }] = data.createProcess.userErrors;
    expect(message).toContain(`HTTP ${status}`);
    expect(message).not.toContain('no response');
    expect(upstreamCode).toBe('99999');
  });

  test('a creation without a response says so', async () => {
    await start('drop');
    const { data } = await create(onboarding);
    expect(data.createProcess.userErrors[0].message).toContain('no response was received');
  });

  test('a creation that cannot connect to Unico was not sent and is an outage', async () => {
    await start({});
    await upstream.close();
    const { data, errors } = await create(onboarding);
    expect(data).toEqual({ createProcess: null });
    expect(errors[0]).toMatchObject({
      path: ['createProcess'],
      extensions: { code: 'UPSTREAM_UNAVAILABLE' },
    });
  });

  test('a caller that disconnects does not stop its creation', async () => {
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    ({ upstream, subgraph } = await startSubgraphOver(async ({ method }) => {
      if (method === 'POST') reach();
      await released;
      return { body: processesV1Body() };
    }));
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
    // The creation has finished, and its key replays it.
    const again = await create(onboarding);
    expect(again.data.createProcess).toMatchObject({ process: { id: ID }, replayed: true, userErrors: [] });
    expect(upstream.calls()).toEqual(['POST /processes/v1']);
  });
});

describe('faults of createProcess', () => {
  const faults: [string, Reply, string][] = [
    ['a missing header', { status: 400, body: apiError('20002') }, 'UPSTREAM_UNAUTHORIZED'],
    ['an unknown APIKEY', { status: 403, body: apiError('10201') }, 'UPSTREAM_UNAUTHORIZED'],
    ['status 401', { status: 401 }, 'UPSTREAM_UNAUTHORIZED'],
  ];

  test.each(faults)('a creation that meets %s is an error and not repeated', async (_, reply, code) => {
    await start(reply);
    const { data, errors } = await create(onboarding);
    expect(data).toEqual({ createProcess: null });
    expect(errors[0]).toMatchObject({ path: ['createProcess'], extensions: { code } });
    expect(upstream.requests).toHaveLength(1);
  });

  test('a creation that fails does not hide another creation of the same operation', async () => {
    let created = 0;
    ({ subgraph } = await startSubgraphOver(() => {
      created += 1;
      return created === 1 ? { body: processesV1Body() } : { status: 403 };
    }));
    const { data, errors } = await subgraph.ask(
      `mutation ($input: CreateProcessInput!) {
        first: createProcess(idempotencyKey: "1", input: $input) { process { id } }
        second: createProcess(idempotencyKey: "2", input: $input) { process { id } } }`,
      { input: onboarding },
    );
    expect(data).toEqual({ first: { process: { id: ID } }, second: null });
    expect(errors).toMatchObject([{ path: ['second'], extensions: { code: 'UPSTREAM_UNAUTHORIZED' } }]);
  });

  test('a creation without its APIKEY configured spends no call, and its error names no variable', async () => {
    const apiKeys = { onboarding: null, transactional: null, document: 'key', age: null };
    await start({}, { unico: { apiKeys } });
    const { errors } = await create(onboarding);
    expect(errors[0]?.extensions.code).toBe('UPSTREAM_UNAUTHORIZED');
    expect(errors[0]?.message).not.toContain('UNICO_');
    expect(upstream.requests).toEqual([]);
  });
});
