import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { apiError, ID, idcloudBody } from '../../support/bodies.ts';
import { CREATE, journey, onboarding, SUBJECT } from '../../support/create-process.ts';
import { startObservedSubgraph, type ObservedSubgraph } from '../../support/observed-subgraph.ts';
import { ACCOUNT, tokenBody } from '../../support/token-service.ts';
import type { Reply, SeenRequest } from '../../support/upstream.ts';

const { imageBase64 } = onboarding.onboarding;

/** An operation for each call of Unico, with the environment variable of its APIKEY. */
const CALLS: [name: string, query: string, variables: object, apiKey: string | null][] = [
  ['GET client/v1/process/{id}', `{ process(id: "${ID}", source: IDCLOUD) { state } }`, {}, null],
  ['POST client/v1/process', CREATE, { key: 'a-key', input: journey }, null],
  [
    'POST client/v1/process/{id}/document',
    `mutation { setProcessDocument(input: { processId: "${ID}", duiType: BR_CPF, duiValue: "12345678909" }) { userErrors { code } } }`,
    {},
    null,
  ],
  [
    'GET processes/v1/{id}',
    `{ process(id: "${ID}", source: PROCESSES_V1) { state } }`,
    {},
    'UNICO_APIKEY_ONBOARDING',
  ],
  [
    'GET documents/v1',
    '{ reusableDocuments(code: "73689290074", type: BR_CNH) { documentId } }',
    {},
    'UNICO_APIKEY_DOCUMENT',
  ],
  ['POST processes/v1', CREATE, { key: 'a-key', input: onboarding }, 'UNICO_APIKEY_ONBOARDING'],
  [
    'POST processes/v1',
    CREATE,
    { key: 'a-key', input: { ageVerification: { subject: SUBJECT, imageBase64 } } },
    'UNICO_APIKEY_AGE',
  ],
];

type Line = Record<string, unknown>;

/** Sends an operation to a subgraph whose Unico answers so. Returns the failures in the log, and the subgraph. */
async function run(
  answer: (request: SeenRequest) => Reply,
  [, query, variables]: (typeof CALLS)[number],
  unico = {},
): Promise<{ failures: Line[]; observed: ObservedSubgraph; answered: string }> {
  const observed = await startObservedSubgraph(answer, { unico });
  const response = await observed.post({ query, variables });
  if (response === 'left') throw new Error('expected a response');
  const answered = await response.text();
  return { failures: observed.lines().filter(({ event }) => event === 'failure'), observed, answered };
}

describe.each(CALLS)('%s: a rejected credential', (...call) => {
  const [name, , , apiKey] = call;

  test('a rejected access token is logged and counted by its variable, and 401 has a class of its own', async () => {
    const { failures, observed, answered } = await run(() => ({ status: 401, body: 'Jwt is expired' }), call);
    expect(failures).toMatchObject([
      {
        kind: 'unauthorized',
        variable: 'UNICO_ACCESS_TOKEN',
        message: expect.stringMatching(`^${name}: HTTP 401.*: check UNICO_ACCESS_TOKEN$`),
      },
    ]);
    const { counted } = observed;
    const refused = 'upstream_credential_refused_total{variable="UNICO_ACCESS_TOKEN",code="none"}';
    expect(await counted(refused)).toBe(1);
    const attempts = `upstream_request_duration_seconds_count{endpoint="${name}",status_class="401"}`;
    expect(await counted(attempts)).toBe(1);
    // Callers cannot correct it, and learn nothing about the deployment.
    expect(answered).toContain('UPSTREAM_UNAUTHORIZED');
    expect(answered).not.toContain('UNICO_');
  });

  test('a 403 that Unico does not explain names every credential that was sent', async () => {
    const { failures } = await run(() => ({ status: 403 }), call);
    const token = 'UNICO_ACCESS_TOKEN';
    expect(failures).toMatchObject([{ variable: apiKey === null ? token : `${token} or ${apiKey}` }]);
  });

  test.each([
    ['1.2.5', 'UNICO_PRIVATE_KEY'],
    ['1.0.1', 'UNICO_TENANT_ID'],
    ['1.2.11', 'UNICO_ACCOUNT'],
  ])(
    'an account that is refused when its token is renewed (%s) is logged, and not the 401 alone',
    async (code, variable) => {
      let tokens = 0;
      const { failures, observed } = await run(
        ({ path }) => {
          if (path !== '/oauth2/token') return { status: 401 };
          tokens += 1;
          return tokens === 1
            ? { body: tokenBody(1) }
            : { status: 400, body: { error_description: `Falha ${code}` } };
        },
        call,
        { credential: ACCOUNT },
      );
      expect(failures).toMatchObject([
        { variable, upstreamCode: code, message: expect.stringContaining(`(${code})`) },
      ]);
      const refused = `upstream_credential_refused_total{variable="${variable}",code="${code}"}`;
      expect(await observed.counted(refused)).toBe(1);
    },
  );
});

const WITH_APIKEY = CALLS.flatMap((call) => (call[3] === null ? [] : [[call[0], call[3], call] as const]));

describe.each(WITH_APIKEY)('%s with %s', (_name, apiKey, call) => {
  test.each([
    [403, '10201'],
    [400, '20002'],
  ])('a rejected APIKEY (%d, %s) is logged and counted by its variable and code', async (status, code) => {
    const { failures, observed } = await run(() => ({ status, body: apiError(code) }), call);
    expect(failures).toMatchObject([
      {
        variable: apiKey,
        upstreamCode: code,
        message: expect.stringContaining(`(${code}): check ${apiKey}`),
      },
    ]);
    const refused = `upstream_credential_refused_total{variable="${apiKey}",code="${code}"}`;
    expect(await observed.counted(refused)).toBe(1);
  });

  test('an APIKEY that is not configured is logged by its variable, and nothing is sent', async () => {
    const apiKeys = { onboarding: null, transactional: null, document: null, age: null };
    const { failures, observed } = await run(() => ({ status: 500 }), call, { apiKeys });
    expect(failures).toMatchObject([{ variable: apiKey }]);
    expect(observed.upstream.requests).toEqual([]);
  });
});

test('an account that is refused when its token is renewed in the background is logged while reads still succeed', async () => {
  let tokens = 0;
  const { subgraph, lines } = await startObservedSubgraph(
    ({ path }) => {
      if (path !== '/oauth2/token') return { body: idcloudBody() };
      tokens += 1;
      // It is renewed when a fifth of its life is left.
      return tokens === 1
        ? { body: { access_token: 'a-token', expires_in: 60 } }
        : { status: 400, body: { error_description: 'Falha 1.2.6' } };
    },
    { unico: { credential: ACCOUNT } },
  );
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: Date.now() });
  onTestFinished(() => void vi.useRealTimers());
  const read = async (): Promise<unknown> =>
    (await subgraph.ask(`{ process(id: "${ID}", source: IDCLOUD) { sdkToken state } }`)).errors;
  expect(await read()).toEqual([]);
  vi.advanceTimersByTime(50_000);
  expect(await read()).toEqual([]);
  await expect
    .poll(() => lines().filter(({ event }) => event === 'failure'))
    .toMatchObject([{ variable: 'UNICO_PRIVATE_KEY', upstreamCode: '1.2.6' }]);
});

test('codes that Unico does not document make no more than fifty series', async () => {
  let nth = 10_000;
  const { subgraph, counted } = await startObservedSubgraph(() => ({
    status: 403,
    body: apiError(String((nth += 1))),
  }));
  for (let i = 0; i < 60; i += 1) await subgraph.ask(`{ process(id: "${ID}", source: IDCLOUD) { state } }`);
  expect(await counted('upstream_credential_refused_total{variable="UNICO_ACCESS_TOKEN",code="other"}')).toBe(
    10,
  );
});
