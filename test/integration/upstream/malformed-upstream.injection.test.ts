import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ID, idcloudBody, OTHER_ID } from '../../support/bodies.ts';
import { startSubgraph, type Answer, type Subgraph } from '../../support/subgraph.ts';
import { tokenBody, unicoWithTokens } from '../../support/token-service.ts';
import { unicoOf } from '../../support/unico.ts';
import {
  CALLS,
  CREATE_CAPTURE,
  failureOf,
  GET_PROCESSES_V1,
  unicoReplying,
} from '../../support/unico-client.ts';
import { startUpstream, type SeenRequest, type Upstream } from '../../support/upstream.ts';

/** Access tokens that cannot be the value of a header. */
const INVALID_TOKENS: Record<string, unknown> = {
  'with a second header': 'canary\r\nx-injected: y',
  'with a line feed': 'canary\n',
  'with a carriage return': 'canary\r',
  'with a space': 'canary canary',
  'with a tab': 'canary\tx',
  'with a null character': 'canary\u0000',
  'with a character of Latin 1': 'canary\u00ff',
  'with a character whose last byte is a line feed': 'canary\u010a',
  'with a surrogate pair': 'canary😀',
  'with a lone surrogate': 'canary\ud800',
  'that is a list': ['canary'],
  'that is an object with toString': { toString: 'canary' },
  'of 64 KB': `canary${'x'.repeat(64 * 1024)}`,
  'of a megabyte': `canary${'x'.repeat(1024 * 1024)}`,
};

describe('UnicoClient and header injection', () => {
  test.each(Object.entries(INVALID_TOKENS))(
    'an access token %s is a contract failure: it is neither sent nor part of a message',
    async (_case, token) => {
      const { unico, upstream } = await unicoWithTokens(() => ({
        body: { ...tokenBody(1), access_token: token },
      }));
      const failure = await failureOf(CREATE_CAPTURE.run(unico));
      expect([failure.kind, failure.mayHaveHappened]).toEqual(['contract', false]);
      expect(`${failure.message} ${await unico.notReadyReason()}`).not.toContain('canary');
      expect(upstream.calls().filter((call) => call !== 'POST /oauth2/token')).toEqual([]);
    },
  );

  test.each(['canary\r\nx-injected: y', 'canary\n', 'canary\u0000', 'canary😀'])(
    'an APIKEY that is not a valid header value, %j, is neither sent nor part of a message',
    async (key) => {
      const apiKeys = { onboarding: key, transactional: key, document: key, age: key };
      const { unico, upstream } = await unicoReplying({ body: GET_PROCESSES_V1.body }, { apiKeys });
      const failure = await failureOf(GET_PROCESSES_V1.run(unico));
      expect(failure.mayHaveHappened).toBe(false);
      expect(failure.message).not.toContain('canary');
      expect(upstream.requests).toEqual([]);
    },
  );

  test('a 431 is a failure of our credential, because no caller can correct it', async () => {
    for (const call of CALLS) {
      const { unico } = await unicoReplying({ status: 431 });
      expect([call.name, (await failureOf(call.run(unico))).kind]).toEqual([call.name, 'unauthorized']);
    }
  });
});

/** Ids of an attacker who wants to reach another path or server. */
const HOSTILE_IDS = [
  '',
  ' ',
  '.',
  '..',
  '../../..',
  '..%2f..',
  '%2e%2e',
  '%2e%2e%2fadmin',
  '..;/admin',
  '．．／',
  '\\..\\',
  '/',
  '//evil.example',
  'http://evil.example/',
  'https:evil.example',
  '@evil.example',
  `${ID}/../${OTHER_ID}`,
  `${ID}/document`,
  `${ID}?x=y`,
  `${ID}#x`,
  `${ID};x`,
  `${ID}%00`,
  `${ID}\u0000`,
  `${ID}\r\nx-injected: y`,
  `${ID} HTTP/1.1\r\nhost: evil.example\r\n\r\nGET /admin`,
  ` ${ID}`,
  `${ID}\n`,
  `{${ID}}`,
  ID.replaceAll('-', '‐'),
  'x'.repeat(321),
  '__proto__/constructor',
];

/** Every request that this service may send to Unico. */
const ALLOWED_REQUESTS = [
  /^GET \/client\/v1\/process\/[0-9a-f-]{36}$/,
  /^POST \/client\/v1\/process$/,
  /^POST \/client\/v1\/process\/[A-Za-z0-9_-]{1,320}\/document$/,
  /^GET \/processes\/v1\/[0-9a-f-]{36}$/,
  /^POST \/processes\/v1$/,
  /^GET \/documents\/v1\?code=[A-Z0-9]{11,18}&type=BR_(RG|CNH|CIN|PASSPORT)$/,
];

/** Every field of the graph with an id or another text that could become part of an address. */
const ENTRIES: Record<string, (text: string) => [query: string, variables: Record<string, unknown>]> = {
  process: (id) => ['query ($id: ID!) { process(id: $id) { state } }', { id }],
  processes: (id) => ['query ($ids: [ID!]!) { processes(ids: $ids) { state } }', { ids: [id, id] }],
  _entities: (id) => [
    'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Process { state } } }',
    {
      of: [
        { __typename: 'Process', id },
        { __typename: 'Process', id, source: 'PROCESSES_V1' },
      ],
    },
  ],
  reusableDocuments: (code) => [
    'query ($code: String!) { reusableDocuments(code: $code, type: BR_CNH) { documentId } }',
    { code },
  ],
  setProcessDocument: (processId) => [
    'mutation ($input: SetProcessDocumentInput!) { setProcessDocument(input: $input) { userErrors { code } } }',
    { input: { processId, duiType: 'BR_CPF', duiValue: '12345678909' } },
  ],
  forgetProcess: (id) => [
    'mutation ($id: ID!) { forgetProcess(id: $id) { heldByUnico userErrors { code } } }',
    { id },
  ],
};

/** Starts the real server over an upstream without any process. */
async function startOverEmptyUpstream(): Promise<{ subgraph: Subgraph; upstream: Upstream }> {
  const upstream = await startUpstream(() => ({ status: 404 }));
  const subgraph = await startSubgraph(unicoOf(upstream));
  onTestFinished(async () => {
    await subgraph.close();
    await upstream.close();
  });
  return { subgraph, upstream };
}

/** The error codes of a response, including those of user errors. */
const codesOf = ({ data, errors }: Answer): string[] => [
  ...errors.map(({ extensions }) => extensions.code),
  ...[...JSON.stringify(data ?? null).matchAll(/"code":"(\w+)"/g)].map(([, code = '']) => code),
];

describe('UnicoClient and path injection', () => {
  test.each(Object.entries(ENTRIES))(
    '%s refuses ids that would lead to another address',
    async (_name, entry) => {
      const { subgraph, upstream } = await startOverEmptyUpstream();
      for (const text of HOSTILE_IDS) {
        const answer = await subgraph.ask(...entry(text));
        expect([text, codesOf(answer)]).not.toEqual([text, []]);
        expect(codesOf(answer)).not.toContain('INTERNAL_SERVER_ERROR');
        expect(JSON.stringify(answer)).not.toContain('evil');
      }
      expect(upstream.requests).toEqual([]);
    },
  );

  test('for any text of a caller, only six forms of requests are sent', async () => {
    const { subgraph, upstream } = await startOverEmptyUpstream();
    const part = fc.constantFrom(
      '..',
      '/',
      '%',
      '%2f',
      '\\',
      '?',
      '#',
      '&',
      ID,
      'abc-123',
      '12345678909',
      '\r\n',
      '@',
      ':',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/),
      fc.array(part, { maxLength: 5 }).map((parts) => parts.join('')),
    );
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom(...Object.values(ENTRIES)), async (input, entry) => {
        const answer = await subgraph.ask(...entry(input));
        expect(codesOf(answer)).not.toContain('INTERNAL_SERVER_ERROR');
      }),
      { numRuns: 500 },
    );
    expect(upstream.requests.length).toBeGreaterThan(0);
    const unexpected = upstream
      .calls()
      .filter((call) => !ALLOWED_REQUESTS.some((allowed) => allowed.test(call)));
    expect(unexpected).toEqual([]);
  });

  test('a document number from Unico does not become another address', async () => {
    const values = [
      '../admin',
      '12345678909/../x',
      '12345678909&type=BR_RG',
      '1234567890９',
      '//evil.example',
      '\r\nx: y',
    ];
    for (const duiValue of values) {
      const person = { duiType: 'DUI_TYPE_BR_CPF', duiValue };
      const upstream = await startUpstream(() => ({ body: idcloudBody(ID, { person }) }));
      const subgraph = await startSubgraph(unicoOf(upstream), { contracts: ['IDCLOUD'] });
      onTestFinished(async () => {
        await subgraph.close();
        await upstream.close();
      });
      const { data } = await subgraph.ask(
        `{ process(id: "${ID}") { reusableDocuments(type: BR_CNH) { documentId } } }`,
      );
      expect(data.process).toEqual({ reusableDocuments: null });
      expect(upstream.calls()).toEqual([`GET /client/v1/process/${ID}`]);
    }
  });

  test('an idempotency key is not sent to Unico', async () => {
    const { subgraph, upstream } = await startOverEmptyUpstream();
    for (const key of HOSTILE_IDS) {
      const answer = await subgraph.ask(
        `mutation ($key: String!) {
          createProcess(idempotencyKey: $key, input: { journey: { flow: "id", callbackUri: "/" } }) { userErrors { code } }
        }`,
        { key },
      );
      expect(JSON.stringify(answer)).not.toContain('evil');
    }
    expect([...new Set(upstream.calls())]).toEqual(['POST /client/v1/process']);
    expect(JSON.stringify(upstream.requests)).not.toContain('evil');
  });

  test('the id of a document is sent unchanged in the body, and not in the path', async () => {
    const { subgraph, upstream } = await startOverEmptyUpstream();
    for (const documentId of HOSTILE_IDS.filter((id) => id !== '')) {
      const subject = { code: '12345678909' };
      const input = { document: { subject, purpose: 'onboarding', authProcessId: ID, documentId } };
      await subgraph.ask(
        `mutation ($key: String!, $input: CreateProcessInput!) {
          createProcess(idempotencyKey: $key, input: $input) { userErrors { code } }
        }`,
        { key: randomUUID(), input },
      );
      const { path, body } = upstream.requests.at(-1) as SeenRequest;
      expect([path, JSON.parse(body).document.documentId]).toEqual(['/processes/v1', documentId]);
    }
  });
});
