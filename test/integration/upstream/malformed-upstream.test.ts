import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { Jwks } from '../../../src/server/auth/jwks.ts';
import { ID, idcloudBody, OTHER_ID, processesV1Body } from '../../support/bodies.ts';
import { killPrograms, startReplica } from '../../support/replica.ts';
import { startSubgraph, type Answer, type Subgraph } from '../../support/subgraph.ts';
import { unicoOf } from '../../support/unico.ts';
import { startUpstream, type Reply, type SeenRequest, type Upstream } from '../../support/upstream.ts';
import {
  answering,
  answerOf,
  BOMBS,
  dripping,
  saying,
  startHostile,
  startSecureUpstream,
  type Deed,
} from '../../support/malformed-upstream.ts';
import {
  CALLS,
  CREATE_CAPTURE,
  failureOf,
  GET_IDCLOUD,
  GET_PROCESSES_V1,
  unicoSaying,
} from '../../support/unico-client.ts';
import { startRawUpstream } from '../../support/raw-upstream.ts';
import { ACCOUNT, tokenAnswer, unicoWithTokens } from '../../support/token-service.ts';

/*
 * Unico, or whoever stands in its place, as an enemy: what it can say that no document promises. Broken connections,
 * other statuses, and other JSON are in errors/ and arbitrary-answers.test.ts; what the program bears at once, in
 * hostile-siege.test.ts.
 */

afterEach(killPrograms);

const APPROVED = { state: 'FINISHED', verdict: { decision: 'APPROVED' } };

/** The beginning of an answer in order. */
const OK = 'HTTP/1.1 200 OK\r\n';

describe('an answer that is packed is not unpacked, whatever its packing is called and its status is', () => {
  const packed = JSON.stringify(idcloudBody());

  test.each([
    'gzip',
    'x-gzip',
    'GZIP',
    'compress',
    'deflate',
    'br',
    'zstd',
    'identity, gzip',
    'gzip, gzip, gzip',
    'x',
    '',
  ])('%j is not taken for an answer, though what is in it is one', async (encoding) => {
    const { unico } = await unicoSaying({ headers: { 'content-encoding': encoding }, body: packed });
    expect((await failureOf(GET_IDCLOUD.run(unico))).kind).toBe('contract');
  });

  test.each(Object.entries(BOMBS))(
    'a bomb of %s in an error counts by its status alone',
    async (encoding, bytes) => {
      for (const [status, kind] of [
        ['400 Bad Request', 'refused'],
        ['403 Forbidden', 'unauthorized'],
        ['429 Too Many Requests', 'rate-limited'],
        ['503 Service Unavailable', 'unavailable'],
      ]) {
        const { url } = await startHostile(answering(() => bytes, { 'content-encoding': encoding }, status));
        const unico = unicoOf({ url });
        onTestFinished(() => unico.close());
        expect((await failureOf(GET_IDCLOUD.run(unico))).kind).toBe(kind);
      }
    },
  );
});

/** A server that nobody has a reason to go to: what reached it. */
async function startElsewhere(): Promise<Upstream> {
  const elsewhere = await startUpstream(({ path }) => ({
    body: path.includes('jwks')
      ? { keys: [] }
      : { ...idcloudBody(), ...processesV1Body(), ...tokenAnswer(1) },
  }));
  onTestFinished(() => elsewhere.close());
  return elsewhere;
}

/** Every way to send a client to another place. */
function waysTo(elsewhere: Upstream): Reply[] {
  const there = `${elsewhere.url}/client/v1/process/${ID}`;
  const schemeless = there.replace('http:', '');
  const statuses = [300, 301, 302, 303, 304, 305, 306, 307, 308, 399];
  const redirects = statuses.flatMap((status) =>
    [there, schemeless].map((location): Reply => ({ status, headers: { location } })),
  );
  return [
    ...redirects,
    { status: 201, headers: { location: there } },
    { status: 401, headers: { location: there, 'www-authenticate': `Bearer realm="${there}"` } },
    { status: 407, headers: { location: there, 'proxy-authenticate': `Basic realm="${there}"` } },
    { status: 421, headers: { location: there, 'alt-svc': `http/1.1="${new URL(there).host}"` } },
    {
      status: 503,
      headers: { refresh: `0; url=${there}`, link: `<${there}>; rel="alternate"`, 'retry-after': '0' },
    },
    {
      headers: { 'content-location': there, refresh: `0; url=${there}` },
      body: { location: there, redirect_uri: there },
    },
  ];
}

describe('nobody is led to another server', () => {
  test.each(CALLS.map((call) => [call.name, call] as const))('by the answers of %s', async (_name, call) => {
    const elsewhere = await startElsewhere();
    for (const reply of waysTo(elsewhere)) {
      const { unico, upstream } = await unicoSaying(reply);
      await failureOf(call.run(unico));
      expect(upstream.requests).toHaveLength(1);
    }
    expect(elsewhere.requests).toEqual([]);
  });

  test('by the answers of the token service, and the assertion goes nowhere else', async () => {
    const elsewhere = await startElsewhere();
    for (const reply of waysTo(elsewhere)) {
      const { unico, tokensUsed } = await unicoWithTokens(() => reply);
      const failure = await failureOf(CREATE_CAPTURE.run(unico));
      expect(failure.mayHaveHappened).toBe(false);
      expect(tokensUsed()).toEqual([]);
    }
    expect(elsewhere.requests).toEqual([]);
  });

  test("by the answers of whoever holds the keys of callers' tokens", async () => {
    const elsewhere = await startElsewhere();
    const token = { header: { alg: 'ES256', kid: 'k' }, payload: '', signature: '' };
    for (const reply of waysTo(elsewhere)) {
      const upstream = await startUpstream(() => reply);
      onTestFinished(() => upstream.close());
      const keys = new Jwks(`${upstream.url}/jwks`);
      await expect(keys.getKey(token.header, token)).rejects.toThrow('the keys of tokens are unavailable');
      // 421 asks for another connection to the same server, which is no harm.
      expect([...new Set(upstream.calls())]).toEqual(['GET /jwks']);
    }
    expect(elsewhere.requests).toEqual([]);
  });

  test('nor to another version of HTTP', async () => {
    const { url, certificate, spoken } = await startSecureUpstream(idcloudBody());
    const replica = await startReplica({ url }, { NODE_EXTRA_CA_CERTS: certificate });
    for (const source of ['IDCLOUD', 'IDCLOUD']) {
      await replica.ask(`{ process(id: "${ID}", source: ${source}) { sdkToken state } }`);
    }
    expect(spoken).toEqual(['1.1', '1.1']);
  });

  test('nor by an offer to go on in HTTP/2, which is passed over', async () => {
    const { unico } = await unicoSaying({ headers: { upgrade: 'h2c, h2' }, body: GET_IDCLOUD.answer });
    expect(await GET_IDCLOUD.run(unico)).toMatchObject({ state: 'CREATED' });
  });
});

/** A server that has more to say than it was asked. */
async function answersTo(more: (socket: Parameters<Deed>[0]) => void): Promise<unknown[]> {
  let asked = 0;
  const { url } = await startRawUpstream((socket) => {
    socket.on('data', (head) => {
      asked += 1;
      const id = head.toString().includes(OTHER_ID) ? OTHER_ID : ID;
      const right = answerOf(JSON.stringify(idcloudBody(id)));
      if (asked > 1) return void socket.write(right);
      socket.write(right, () => more(socket));
    });
  });
  const unico = unicoOf({ url });
  onTestFinished(() => unico.close());
  const subgraph = await startSubgraph(unico, { contracts: ['IDCLOUD'] });
  onTestFinished(() => subgraph.close());
  const first = await subgraph.ask(`{ process(id: "${ID}") { id state verdict { decision } } }`);
  const second = await subgraph.ask(`{ process(id: "${OTHER_ID}") { id state verdict { decision } } }`);
  return [first.data.process, second.data.process];
}

describe('an answer belongs to its question:', () => {
  const right = [
    { id: ID, ...APPROVED },
    { id: OTHER_ID, ...APPROVED },
  ];
  const denied = {
    process: { id: OTHER_ID, state: 'PROCESS_STATE_FINISHED', result: 'PROCESS_RESULT_ERROR' },
  };

  test.each([
    ['another one right behind it', answerOf(JSON.stringify(denied))],
    ['half of another one right behind it', answerOf(JSON.stringify(denied)).subarray(0, 30)],
    ['an error right behind it', answerOf('', {}, '500 Internal Server Error')],
    ['a hint right behind it', Buffer.from('HTTP/1.1 103 Early Hints\r\n\r\n')],
    ['noise right behind it', Buffer.from('\u0000\u0001\u0002'.repeat(1_000))],
  ])('%s is given to nobody', async (_what, bytes) => {
    expect(await answersTo((socket) => void socket.write(bytes))).toEqual(right);
  });
});

/** What a token service can give that is no token for a header. */
const NO_TOKENS: Record<string, unknown> = {
  'of two headers': 'canary\r\nx-injected: y',
  'with the end of a line': 'canary\n',
  'with a lone return': 'canary\r',
  'with a space': 'canary canary',
  'with a tab': 'canary\tx',
  'with a zero': 'canary\u0000',
  'with a letter of Latin 1': 'canary\u00ff',
  'with a letter whose last byte is the end of a line': 'canary\u010a',
  'with a character of two halves': 'canary😀',
  'with half a character': 'canary\ud800',
  'that is a list of one': ['canary'],
  'that makes a text of itself': { toString: 'canary' },
  'of 64 KB': `canary${'x'.repeat(64 * 1024)}`,
  'of a megabyte': `canary${'x'.repeat(1024 * 1024)}`,
};

describe('a header is not written by', () => {
  test.each(Object.entries(NO_TOKENS))(
    'an access token %s: it is sent nowhere and told nobody',
    async (_what, token) => {
      const { unico, upstream } = await unicoWithTokens(() => ({
        body: { ...tokenAnswer(1), access_token: token },
      }));
      const failure = await failureOf(CREATE_CAPTURE.run(unico));
      expect([failure.kind, failure.mayHaveHappened]).toEqual(['contract', false]);
      expect(`${failure.message} ${await unico.notReadyReason()}`).not.toContain('canary');
      expect(upstream.calls().filter((call) => call !== 'POST /oauth2/token')).toEqual([]);
    },
  );

  test.each(['canary\r\nx-injected: y', 'canary\n', 'canary\u0000', 'canary😀'])(
    'an APIKEY that no header can bear, %j: nothing is sent, and it is told nobody',
    async (key) => {
      const apiKeys = { onboarding: key, transactional: key, document: key, age: key };
      const { unico, upstream } = await unicoSaying({ body: GET_PROCESSES_V1.answer }, { apiKeys });
      const failure = await failureOf(GET_PROCESSES_V1.run(unico));
      expect(failure.mayHaveHappened).toBe(false);
      expect(failure.message).not.toContain('canary');
      expect(upstream.requests).toEqual([]);
    },
  );

  test('headers of ours that Unico finds too large, which no caller can mend', async () => {
    for (const call of CALLS) {
      const { unico } = await unicoSaying({ status: 431 });
      expect([call.name, (await failureOf(call.run(unico))).kind]).toEqual([call.name, 'unauthorized']);
    }
  });
});

/** What somebody gives for an id who wants to be led elsewhere. */
const NO_IDS = [
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

/** Everything that this service may ask of Unico. */
const ADDRESSES = [
  /^GET \/client\/v1\/process\/[0-9a-f-]{36}$/,
  /^POST \/client\/v1\/process$/,
  /^POST \/client\/v1\/process\/[A-Za-z0-9_-]{1,320}\/document$/,
  /^GET \/processes\/v1\/[0-9a-f-]{36}$/,
  /^POST \/processes\/v1$/,
  /^GET \/documents\/v1\?code=[A-Z0-9]{11,18}&type=BR_(RG|CNH|CIN|PASSPORT)$/,
];

/** Every entry of the graph that takes an id or another text that could become part of an address. */
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

/** The real server over an upstream that has nothing. */
async function startOverNothing(): Promise<{ subgraph: Subgraph; upstream: Upstream }> {
  const upstream = await startUpstream(() => ({ status: 404 }));
  const subgraph = await startSubgraph(unicoOf(upstream));
  onTestFinished(async () => {
    await subgraph.close();
    await upstream.close();
  });
  return { subgraph, upstream };
}

/** The codes of an answer, those of user errors too. */
const codesOf = ({ data, errors }: Answer): string[] => [
  ...errors.map(({ extensions }) => extensions.code),
  ...[...JSON.stringify(data ?? null).matchAll(/"code":"(\w+)"/g)].map(([, code = '']) => code),
];

describe('no text of a caller becomes another address', () => {
  test.each(Object.entries(ENTRIES))('by %s: it is refused', async (_name, entry) => {
    const { subgraph, upstream } = await startOverNothing();
    for (const text of NO_IDS) {
      const answer = await subgraph.ask(...entry(text));
      expect([text, codesOf(answer)]).not.toEqual([text, []]);
      expect(codesOf(answer)).not.toContain('INTERNAL_SERVER_ERROR');
      expect(JSON.stringify(answer)).not.toContain('evil');
    }
    expect(upstream.requests).toEqual([]);
  });

  test('whatever it is: what is sent is one of six addresses, with letters and digits in their places', async () => {
    const { subgraph, upstream } = await startOverNothing();
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
      fc.asyncProperty(text, fc.constantFrom(...Object.values(ENTRIES)), async (each, entry) => {
        const answer = await subgraph.ask(...entry(each));
        expect(codesOf(answer)).not.toContain('INTERNAL_SERVER_ERROR');
      }),
      { numRuns: 500 },
    );
    expect(upstream.requests.length).toBeGreaterThan(0);
    const strange = upstream.calls().filter((call) => !ADDRESSES.some((address) => address.test(call)));
    expect(strange).toEqual([]);
  });

  test('nor does a text of Unico, which says whose documents may be reused', async () => {
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

  test('nor does an idempotency key, which stays here', async () => {
    const { subgraph, upstream } = await startOverNothing();
    for (const key of NO_IDS) {
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

  test('nor does the id of a document, which goes as it is', async () => {
    const { subgraph, upstream } = await startOverNothing();
    for (const documentId of NO_IDS.filter((id) => id !== '')) {
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

/** The body of an answer of either contract, as text: some of these no JSON.stringify would write. */
const CONTRACTS = {
  IDCLOUD: (more: string, id = ID): string =>
    `{"process":{"id":"${id}","state":"PROCESS_STATE_FINISHED","result":"PROCESS_RESULT_OK",${more}}}`,
  PROCESSES_V1: (more: string, id = ID): string => `{"id":"${id}","status":3,${more}}`,
};

/** Asks for a process whose body is this. */
async function readOf(source: keyof typeof CONTRACTS, body: string, selection: string): Promise<Answer> {
  const upstream = await startUpstream(() => ({ body }));
  const subgraph = await startSubgraph(unicoOf(upstream));
  onTestFinished(async () => {
    await subgraph.close();
    await upstream.close();
  });
  return subgraph.ask(`{ process(id: "${ID}", source: ${source}) { ${selection} } }`);
}

const LIVE =
  '"authenticationInfo":{"livenessResult":"LIVENESS_RESULT_LIVE","authenticationResult":"AUTHENTICATION_RESULT_POSITIVE"}';

describe('JSON of an enemy', () => {
  test.each([
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'then',
    'toJSON',
    'valueOf',
  ])('does not get into what is not its own by the name %s', async (name) => {
    const planted = `"${name}":{"state":"PROCESS_STATE_CREATED","unicoId":{"result":"yes"},"planted":true,"prototype":{"planted":true}}`;
    const document = `{${planted},"doc":{${planted},"code":"CNH","data":{${planted},"nome":"x"}}}`;
    const idcloud = CONTRACTS.IDCLOUD(
      `${planted},"person":{${planted}},"services":[{${planted},"documents":[${document}]}]`,
    );
    const processesV1 = CONTRACTS.PROCESSES_V1(
      `${planted},"document":[{${planted},"content":{${planted},"nome":"x"}}]`,
    );
    const selection = 'id state verdict { decision } person { duiValue } documents { id holderName data }';
    for (const [source, body] of [
      ['IDCLOUD', idcloud],
      ['PROCESSES_V1', processesV1],
    ] as const) {
      const { data, errors } = await readOf(source, body, selection);
      expect(errors).toEqual([]);
      expect(data.process).toMatchObject({ id: ID, state: 'FINISHED', documents: [{ holderName: 'x' }] });
      expect(data.process.verdict.decision).not.toBe('APPROVED');
    }
    expect(Object.hasOwn(Object.prototype, 'planted')).toBe(false);
  });

  test('makes no approval of a signal that stands in the prototype', async () => {
    const hidden = `"__proto__":{"authenticationInfo":{"livenessResult":"LIVENESS_RESULT_LIVE","authenticationResult":"AUTHENTICATION_RESULT_POSITIVE"}}`;
    const { data } = await readOf('IDCLOUD', CONTRACTS.IDCLOUD(hidden), 'verdict { decision }');
    expect(data.process.verdict.decision).not.toBe('APPROVED');
    const { data: other } = await readOf(
      'PROCESSES_V1',
      CONTRACTS.PROCESSES_V1('"unicoId":{"__proto__":{"result":"yes"}}'),
      'verdict { decision }',
    );
    expect(other.process.verdict.decision).not.toBe('APPROVED');
  });

  test.each([
    [
      'the id of another process first',
      `{"process":{"id":"${OTHER_ID}","id":"${ID}","state":"PROCESS_STATE_FINISHED","result":"PROCESS_RESULT_OK",${LIVE}}}`,
      'APPROVED',
    ],
    ['a denial last', CONTRACTS.IDCLOUD(`${LIVE},"result":"PROCESS_RESULT_INVALID_IDENTITY"`), 'DENIED'],
  ])('that says a member twice is read as by every other reader: %s', async (_what, body, decision) => {
    const { data } = await readOf('IDCLOUD', body, 'verdict { decision }');
    expect(data.process.verdict.decision).toBe(decision);
  });

  test('that says another id last is of another process', async () => {
    const body = `{"process":{"id":"${ID}","id":"${OTHER_ID}","state":"PROCESS_STATE_FINISHED"}}`;
    const { errors } = await readOf('IDCLOUD', body, 'state');
    expect(errors[0]?.extensions.code).toBe('UPSTREAM_CONTRACT');
  });

  test.each([
    ['not a number', 'NaN'],
    ['infinity', 'Infinity'],
    ['a number in base 16', '0x10'],
    ['a number that begins with 0', '012345678909'],
    ['nothing', 'undefined'],
    ['single quotes', "'x'"],
    ['a comment', '1 /* x */'],
    ['a comma too much', '[1,]'],
    ['a line break in a text', '"a\nb"'],
    ['a code point that there is not', String.raw`"\u{1}"`],
  ])('that is none because of %s is a breach of contract', async (_what, value) => {
    const { data, errors } = await readOf(
      'IDCLOUD',
      CONTRACTS.IDCLOUD(`"purpose":${value}`),
      'state purpose',
    );
    expect([data.process, errors[0]?.extensions.code]).toEqual([null, 'UPSTREAM_CONTRACT']);
  });

  test('with a mark of its byte order is read', async () => {
    const { data } = await readOf('IDCLOUD', `\ufeff${CONTRACTS.IDCLOUD(LIVE)}`, 'verdict { decision }');
    expect(data.process.verdict.decision).toBe('APPROVED');
  });

  test('with half characters and control characters is answered as JSON that can be read', async () => {
    const body = CONTRACTS.IDCLOUD(
      String.raw`"clientReference":"\ud800 \udc00\u0000\u2028\u001b[2J","purpose":"\ud83d\ude00"`,
    );
    const { data, errors } = await readOf('IDCLOUD', body, 'clientReference purpose');
    expect(errors).toEqual([]);
    expect(data.process).toEqual({ clientReference: '\ud800 \udc00\u0000\u2028\u001b[2J', purpose: '😀' });
  });

  test.each([
    ['beyond the largest', '1e999'],
    ['beyond the smallest', '-1e999'],
    ['next to nothing', '1e-999'],
    ['of four hundred digits', '9'.repeat(400)],
    ['of more digits than are exact', '12345678901234567890'],
    ['of nothing and a sign', '-0'],
    ['of 32 bits and one more', '2147483648'],
    ['of 32 bits and one less', '-2147483649'],
    ['of a CPF', '12345678909'],
  ])('with a number %s for every number is no fault of ours, and no approval', async (_what, number) => {
    const idcloud = CONTRACTS.IDCLOUD(
      `"authenticationInfo":{"scoreEngineResult":{"scoreEnabled":"SCORE_ENABLED_TRUE","score":${number}},"serproResult":{"score":${number}}},
       "services":[{"documents":[{"doc":{"version":${number},"code":"CNH","data":{"numero":${number},"cpf":${number}}}}]}]`,
    );
    const processesV1 = CONTRACTS.PROCESSES_V1(
      `"score":${number},"liveness":${number},"government":{"serpro":${number}},
       "document":[{"type":"unico.moja.dictionary.br.cnh.v${number.replaceAll(/\D/g, '')}.Cnh","content":{"numero":${number}}}]`,
    );
    const selection = `state upstreamState documents { version code number cpf data }
      verdict { decision liveness riskScore { value band } serpro { similarity status } }`;
    for (const [source, body] of [
      ['IDCLOUD', idcloud],
      ['PROCESSES_V1', processesV1],
    ] as const) {
      const { data, errors } = await readOf(source, body, selection);
      expect(errors).toEqual([]);
      expect(data.process.verdict.decision).not.toBe('APPROVED');
    }
  });
});

describe('a token service', () => {
  test.each<[string, Deed]>([
    ['that never ends its headers', saying(OK, 'x: y\r\n'.repeat(1_000))],
    ['that sends a hundred megabytes', saying(`${OK}connection: close\r\n\r\n`, ' ')],
    ['that hints without end', saying('', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(500))],
    ['that drips', dripping(`${OK}x: `, 'y')],
    ['that packs a bomb', answering(() => BOMBS['gzip'] ?? '', { 'content-encoding': 'gzip' })],
    [
      'that packs a bomb into a refusal',
      answering(() => BOMBS['br'] ?? '', { 'content-encoding': 'br' }, '401 Unauthorized'),
    ],
  ])('%s gives no token, and neither the key nor the assertion is told', async (_what, deed) => {
    let assertion = 'none yet';
    const { url } = await startRawUpstream((socket) => {
      socket.once('data', (head) => {
        assertion = /assertion=(\S+)/.exec(head.toString())?.[1] ?? assertion;
        deed(socket, '');
      });
    });
    const upstream = await startUpstream(() => ({ body: GET_IDCLOUD.answer }));
    onTestFinished(() => upstream.close());
    const unico = unicoOf(upstream, { identityUrl: url, credential: ACCOUNT, attemptTimeoutMs: 500 });
    onTestFinished(() => unico.close());
    const failure = await failureOf(CREATE_CAPTURE.run(unico));
    expect(['unavailable', 'contract', 'unauthorized']).toContain(failure.kind);
    expect(failure.mayHaveHappened).toBe(false);
    expect(upstream.requests).toEqual([]);
    const told = `${failure.message} ${failure.stack} ${await unico.notReadyReason()}`;
    const [, keyLine = ''] = ACCOUNT.privateKey.split('\n');
    for (const secret of [assertion, keyLine, ACCOUNT.tenantId]) expect(told).not.toContain(secret);
  });
});
