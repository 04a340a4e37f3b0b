import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCallerAuthentication } from '../../../src/server/auth/authenticate-caller.ts';
import { ERROR_CODES } from '../../../src/graphql/errors/error-codes.ts';
import { createRouterCheck } from '../../../src/server/auth/router-secret.ts';
import { ID, idcloudBody, OTHER_ID } from '../../support/bodies.ts';
import { exchange } from '../../support/connection.ts';
import { killPrograms, startReplica, type Replica } from '../../support/replica.ts';
import { startSubgraph, type Subgraph } from '../../support/subgraph.ts';
import { startTokenIssuer } from '../../support/token-issuer.ts';
import { unicoOf } from '../../support/unico.ts';
import { startUpstream, type Upstream } from '../../support/upstream.ts';

/** What must never be answered, wherever it was put. */
const CPF = '12345678909';

let upstream: Upstream;
/** In this process, whose prototypes can be looked at. */
let subgraph: Subgraph;
/** In a process of its own, whose log can be looked at. */
let replica: Replica;

beforeAll(async () => {
  // Unico never fails here: whatever fails is ours.
  upstream = await startUpstream(({ method, path }) => {
    if (path.startsWith('/client/v1/process'))
      return { body: idcloudBody(method === 'GET' ? path.split('/').at(-1) : OTHER_ID) };
    return { status: 404 };
  });
  subgraph = await startSubgraph(unicoOf(upstream));
  replica = await startReplica(upstream, { UNICO_RATE_LIMIT: '100000' });
});
afterAll(async () => {
  killPrograms();
  await subgraph.close();
  await upstream.close();
});

type Answered = { status: number; text: string };
const CODES = new Set<string>(ERROR_CODES);
type Told = { message: string; extensions: { code: string } };
type GraphqlAnswer = { data?: Record<string, unknown> | null; errors?: Told[] };

async function post(url: string, body: string, headers: Record<string, string> = {}): Promise<Answered> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, text: await response.text() };
}

/** Neither a stack, nor where the program lies, nor what was sent. */
const SECRET = new RegExp(`stacktrace|node_modules|\\.[jt]s:\\d|${CPF}`);

/** What is wrong with an answer of GraphQL's, whatever was asked. */
function wrongWith({ status, text }: Answered): string[] {
  const { data, errors = [] } = JSON.parse(text) as GraphqlAnswer;
  return [
    ...(status >= 500 ? [`a status of ${status}`] : []),
    ...(data === undefined && errors.length === 0 ? ['neither data nor errors'] : []),
    ...errors
      .map(({ extensions }) => extensions.code)
      .filter((code) => code === 'INTERNAL_SERVER_ERROR' || !CODES.has(code))
      .map((code) => `the code ${code}`),
    ...(errors.some(({ message }) => message === '') ? ['an error without a message'] : []),
    ...(SECRET.test(text) ? [`told: ${SECRET.exec(text)?.[0]}`] : []),
  ];
}

/** What is wrong with everything that came over a connection: what HTTP itself refuses has no body. */
function wrongWithBytes(received: string): string[] {
  // A client that breaks off in the middle of its request gets no answer.
  if (received === '') return [];
  const [, status] = /^(?:HTTP\/1\.1 100 Continue\r\n\r\n)?HTTP\/1\.1 ([2-5]\d\d) /.exec(received) ?? [];
  return [
    ...(status === undefined ? ['no HTTP'] : []),
    ...(Number(status) >= 500 ? [`a status of ${status}`] : []),
    ...(received.includes('INTERNAL_SERVER_ERROR') ? ['a fault'] : []),
    ...(SECRET.test(received) ? [`told: ${SECRET.exec(received)?.[0]}`] : []),
  ];
}

/** What became of the program. */
async function program(): Promise<object> {
  return { answers: (await replica.ask('{ __typename }')).data, faults: replica.logged('fault') };
}
const UNHARMED = { answers: { __typename: 'Query' }, faults: [] };

/** The names of everything that an object has from its prototype. */
const inherited = (): string[] => Object.getOwnPropertyNames(Object.prototype);
const INHERITED = inherited();

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(CPF, `cpf ${CPF}`, ID, 'Process', '', '__proto__', 'constructor', '/', '\0', '\ud800'),
);
const anyName = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'then', 'toJSON', 'length'),
  fc.constantFrom('__typename', 'id', 'source', 'length', '0', 'kind'),
  anyText,
);
const anyNumber = fc.oneof(
  fc.double({ noDefaultInfinity: true, noNaN: true }).map(String),
  fc.constantFrom(CPF, '0', '-0', '1e999', '-1e999', '0.1e-400', '9007199254740993', '1'.repeat(400)),
);

/** Any JSON, as text: so a member may be called `__proto__`, or be there twice. */
const { json: anyJson } = fc.letrec<{ json: string; list: string; object: string; leaf: string }>((tie) => ({
  leaf: fc.oneof(
    fc.constantFrom('null', 'true', 'false'),
    anyNumber,
    anyText.map((text) => JSON.stringify(text)),
  ),
  list: fc.array(tie('json'), { maxLength: 5 }).map((items) => `[${items.join()}]`),
  object: fc
    .array(fc.tuple(anyName, tie('json')), { maxLength: 6 })
    .map((members) => `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join()}}`),
  json: fc.oneof({ depthSize: 'small' }, tie('leaf'), tie('list'), tie('object')),
}));

/** An object of these members, each of them there or not, right or arbitrary, and perhaps of others. */
function nearly(members: Record<string, string | fc.Arbitrary<string>>): fc.Arbitrary<string> {
  const each = Object.entries(members).map(([name, right]) =>
    fc
      .oneof(
        { arbitrary: typeof right === 'string' ? fc.constant(right) : right, weight: 6 },
        { arbitrary: anyJson, weight: 1 },
        { arbitrary: fc.constant(null), weight: 1 },
      )
      .map((value) => (value === null ? [] : [`"${name}":${value}`])),
  );
  const others = fc.array(fc.tuple(anyName, anyJson), { maxLength: 2 });
  return fc.tuple(others, ...each).map(([added, ...given]) => {
    const more = added.map(([name, value]) => `${JSON.stringify(name)}:${value}`);
    return `{${[...given.flat(), ...more].join()}}`;
  });
}

/** The head of a token that says it needs no signature. */
const UNSIGNED = Buffer.from('{"alg":"none"}').toString('base64url');

const chunked = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;

const bodyOf = (query: string, variables: string): string =>
  `{"query":${JSON.stringify(query)},"variables":${variables}}`;

describe('whatever is sent as', () => {
  test('representations, an entity between them is answered, and the others by themselves', async () => {
    const query =
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Process { id source state } } }';
    const representation = fc.oneof(
      anyJson.filter((json) => json !== 'null'),
      nearly({
        __typename: '"Process"',
        id: fc.constantFrom(`"${ID}"`, `"${CPF}"`, '"zz"'),
        source: fc.constantFrom('"IDCLOUD"', '"PROCESSES_V1"', 'null', `"${CPF}"`),
      }),
    );
    const some = fc.array(representation, { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(some, some, async (before, after) => {
        const right = `{"__typename":"Process","id":"${ID}","source":"IDCLOUD"}`;
        const answer = await post(
          subgraph.url,
          bodyOf(
            query,
            `{"r":[${[...before, right, ...after].map((each) => (each.startsWith('[') ? `[${each}]` : each)).join()}]}`,
          ),
        );
        expect(wrongWith(answer)).toEqual([]);
        const { data } = JSON.parse(answer.text) as GraphqlAnswer;
        const entities = data?.['_entities'] as unknown[];
        expect(entities).toHaveLength(before.length + 1 + after.length);
        expect(entities[before.length]).toEqual({ id: ID, source: 'IDCLOUD', state: 'FINISHED' });
        expect(inherited()).toEqual(INHERITED);
      }),
      { numRuns: 400 },
    );
  });

  const subject = nearly({
    code: `"${CPF}"`,
    name: '"Luke Skywalker"',
    birthDate: '"2000-05-20"',
    email: '"a@b.c"',
  });
  const reference = nearly({ referenceType: '"REFERENCE_TYPE_PROCESS_ID"', referenceContent: `"${ID}"` });
  const references = fc.array(reference, { maxLength: 3 }).map((items) => `[${items.join()}]`);
  const person = nearly({
    duiType: '"BR_CPF"',
    duiValue: `"${CPF}"`,
    friendlyName: '"Luke"',
    phone: '"5519725570707"',
  });
  const input = nearly({
    onboarding: nearly({ subject, imageBase64: '"x"' }),
    transactional: nearly({ references, imageBase64: '"x"' }),
    document: nearly({ subject, purpose: '"fgts"', authProcessId: `"${ID}"`, files: '["x"]' }),
    ageVerification: nearly({ subject, imageBase64: '"x"' }),
    journey: nearly({ flow: '"id"', purpose: '"creditprocess"', callbackUri: '"/"', person, references }),
  });
  const one = nearly({ journey: nearly({ flow: '"id"', purpose: '"x"', callbackUri: '"/"', person }) });
  const operations: [string, string, fc.Arbitrary<string>][] = [
    [
      'process',
      'query ($id: ID!, $source: ProcessSource) { process(id: $id, source: $source) { id state } }',
      nearly({ id: `"${ID}"`, source: '"IDCLOUD"' }),
    ],
    [
      'processes',
      'query ($ids: [ID!]!) { processes(ids: $ids) { id state } }',
      nearly({ ids: fc.array(anyJson, { maxLength: 10 }).map((items) => `[${items.join()}]`) }),
    ],
    [
      'a language that has a default, and what is included',
      `query ($id: ID = "${ID}", $l: Language = EN, $yes: Boolean = true) {
        processes(ids: [$id]) { verdict { reasons { message(language: $l) @include(if: $yes) } } }
      }`,
      nearly({ id: `"${ID}"`, l: '"PT"', yes: 'false' }),
    ],
    [
      'reusableDocuments',
      'query ($c: String!, $t: ReusableDocumentType!) { reusableDocuments(code: $c, type: $t) { documentId } }',
      nearly({ c: `"${CPF}"`, t: '"BR_RG"' }),
    ],
    [
      'createProcess',
      `mutation ($key: String!, $input: CreateProcessInput!) {
        createProcess(idempotencyKey: $key, input: $input) { process { id } userErrors { code message field } }
      }`,
      nearly({ key: fc.uuid().map((key) => `"${key}"`), input: fc.oneof(input, one) }),
    ],
    [
      'parts of an input',
      `mutation ($journey: JourneyInput, $code: String = "${CPF}", $person: JourneyPersonInput = {}) {
        a: createProcess(idempotencyKey: "a", input: { journey: $journey }) { userErrors { message } }
        b: createProcess(
          idempotencyKey: "b"
          input: { journey: { flow: $code, callbackUri: "/", person: $person } }
        ) { userErrors { message } }
      }`,
      nearly({ journey: nearly({ flow: '"id"' }), code: `"${CPF}"`, person }),
    ],
    [
      'setProcessDocument',
      `mutation ($i: SetProcessDocumentInput!) {
        setProcessDocument(input: $i) { process { id } userErrors { code message field } }
      }`,
      nearly({ i: nearly({ processId: `"${ID}"`, duiType: '"BR_CPF"', duiValue: `"${CPF}"` }) }),
    ],
    [
      'forgetProcess',
      'mutation ($id: ID!) { forgetProcess(id: $id) { processId userErrors { code message field } } }',
      nearly({ id: `"${ID}"` }),
    ],
  ];

  test.each(operations)('variables of %s, it is answered in order', async (_, query, variables) => {
    await fc.assert(
      fc.asyncProperty(variables, async (given) => {
        expect(wrongWith(await post(subgraph.url, bodyOf(query, given)))).toEqual([]);
        expect(inherited()).toEqual(INHERITED);
      }),
      { numRuns: 150 },
    );
  });

  test('text within a query is not repeated, where it is found wrong only when it is carried out', async () => {
    const query = `mutation ($flow: String = "id") {
      createProcess(idempotencyKey: "x", input: { journey: {
        flow: $flow, callbackUri: "/", person: { friendlyName: """the "Souza" family""" }
      } }) { replayed }
    }`;
    const answer = await post(subgraph.url, bodyOf(query, '{"flow":null}'));
    expect(wrongWith(answer)).toEqual([]);
    expect(answer.text).not.toContain('Souza');
  });

  test('an operation, it is answered in order', async () => {
    const valid = [
      `{ process(id: "${CPF}", source: IDCLOUD) { id verdict { decision reasons { message(language: PT) } } } }`,
      `query Q($id: ID!, $c: String = "${CPF}") { ...F reusableDocuments(code: $c, type: BR_RG) { type } }
       fragment F on Query { a: process(id: $id) @skip(if: false) { ... on Process { state } } }`,
      `mutation M { setProcessDocument(input: { processId: "${ID}", duiType: BR_CPF, duiValue: "${CPF}" }) {
        process { id } userErrors { code } } }`,
      `{ _entities(representations: [{ __typename: "Process", id: """${CPF} "x" """ }, ${CPF}]) { __typename } }`,
    ];
    const words = valid.flatMap((text) => text.match(/"""|[A-Za-z_]+|\.\.\.|"[^"]*"|[^\s\w]/g) ?? []);
    const word = fc.constantFrom(
      ...new Set(words),
      '...',
      '"',
      '"""',
      '\\',
      '#',
      '\n',
      '\u0000',
      '\ufeff',
      '-',
      CPF,
      `"${CPF}"`,
    );
    const soup = fc.array(word, { maxLength: 40 }).map((some) => some.join(' '));
    /** A valid operation in which some characters, or stretches of them, are others. */
    const mutated = fc
      .tuple(
        fc.constantFrom(...valid),
        fc.array(fc.tuple(fc.nat(400), fc.nat(12), fc.oneof(word, fc.constant(''))), { maxLength: 3 }),
      )
      .map(([text, changes]) =>
        changes.reduce((now, [at, length, other]) => now.slice(0, at) + other + now.slice(at + length), text),
      );
    await fc.assert(
      fc.asyncProperty(fc.oneof(soup, mutated, mutated), async (query) => {
        expect(wrongWith(await post(replica.url, bodyOf(query, `{"id":"${ID}"}`)))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
    expect(await program()).toEqual(UNHARMED);
  });

  test('a body of JSON, it is answered in order', async () => {
    const body = fc.oneof(
      anyJson,
      nearly({
        query: fc.constantFrom('"{ __typename }"', '"query A { __typename } query B { __typename }"', '"{"'),
        operationName: fc.constantFrom('"A"', `"${CPF}"`),
        variables: '{}',
        extensions: nearly({ persistedQuery: nearly({ version: '1', sha256Hash: `"${CPF}"` }) }),
      }),
    );
    const cut = fc.tuple(body, fc.nat(60)).map(([text, length]) => text.slice(0, length));
    await fc.assert(
      fc.asyncProperty(fc.oneof(body, body, cut), async (text) => {
        expect(wrongWith(await post(replica.url, text))).toEqual([]);
      }),
      { numRuns: 800 },
    );
    expect(await program()).toEqual(UNHARMED);
  });

  test('credentials, nobody is let in by them', async () => {
    const issuer = await startTokenIssuer();
    const [head = '', claims = '', signature = ''] = (await issuer.issue({ scope: 'identity:read' })).split(
      '.',
    );
    const guarded = await startSubgraph(unicoOf(upstream), {
      isRouter: createRouterCheck(['the-secret']),
      authenticate: createCallerAuthentication(issuer.tokens, (name) => name),
    });
    const base64 = fc.string().map((text) => Buffer.from(text).toString('base64url'));
    const part = (right: string): fc.Arbitrary<string> =>
      fc.oneof(
        fc.constant(right),
        base64,
        anyJson.map((json) => Buffer.from(json).toString('base64url')),
      );
    const wrong = fc.oneof(
      base64,
      fc.stringMatching(/^[\x21-\x7e]{0,40}$/),
      fc
        .tuple(fc.oneof(part(head), fc.constant(UNSIGNED)), part(claims), part(signature))
        .map((parts) => parts.join('.')),
    );
    const token = wrong.filter((text) => text !== `${head}.${claims}.${signature}`);
    const authorization = fc.oneof(
      token.map((text) => `Bearer ${text}`),
      token,
      fc.constantFrom('Basic eDp5', 'Bearer', 'bearer  ', `Bearer ${CPF}`),
    );
    const secret = fc.oneof(
      fc.stringMatching(/^[\x20-\x7e]{0,30}$/),
      fc.constantFrom('the-secre', 'the-secret, the-secret'),
    );
    const body = JSON.stringify({ query: `{ process(id: "${ID}") { state } }` });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.record({ 'router-authorization': secret.filter((text) => text.trim() !== 'the-secret') }),
          fc.record({ 'router-authorization': fc.constant('the-secret'), authorization }),
        ),
        async (headers) => {
          const answer = await post(guarded.url, body, headers);
          expect(wrongWith(answer)).toEqual([]);
          const { data, errors } = JSON.parse(answer.text) as GraphqlAnswer;
          expect(data?.['process'] ?? null).toBeNull();
          expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
        },
      ),
      { numRuns: 400 },
    );
    await guarded.close();
    await issuer.close();
  });
});

describe('whatever comes over a connection', () => {
  const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array).toString('latin1'));
  const RIGHT = '{"query":"{ __typename }"}';

  test('as a body, under whatever type, encoding and length, it is answered in order', async () => {
    const type = fc.oneof(
      fc.constantFrom(
        'application/json',
        'application/json; charset=utf-8',
        'application/json;charset=utf-16',
        '',
      ),
      fc.constantFrom('text/plain', 'multipart/form-data; boundary=x', 'application/json; charset="', '; ;'),
      fc.stringMatching(/^[\x20-\x7e]{0,30}$/),
    );
    const encoding = fc.constantFrom(
      '',
      'content-encoding: gzip\r\n',
      'content-encoding: br, gzip\r\n',
      'content-encoding:\r\n',
    );
    const body = fc.oneof(
      bytes,
      fc.constant(RIGHT),
      fc.nat(26).map((length) => RIGHT.slice(0, length)),
    );
    const framed = fc
      .tuple(body, fc.oneof(fc.constant(0), fc.integer({ min: -30, max: 30 })), fc.boolean())
      .map(([text, more, inChunks]) =>
        inChunks && text !== ''
          ? `transfer-encoding: chunked\r\n\r\n${chunked(text)}`
          : `content-length: ${text.length + more}\r\n\r\n${text}`,
      );
    await fc.assert(
      fc.asyncProperty(type, encoding, framed, async (said, packed, rest) => {
        const request = `POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: ${said}\r\n${packed}${rest}`;
        expect(wrongWithBytes(await exchange(replica.url, request))).toEqual([]);
      }),
      { numRuns: 800 },
    );
    expect(await program()).toEqual(UNHARMED);
  });

  test('as a method, an address and headers, it is answered in order', async () => {
    const method = fc.oneof(
      fc.constantFrom(
        'GET',
        'POST',
        'PUT',
        'DELETE',
        'HEAD',
        'OPTIONS',
        'TRACE',
        'PATCH',
        'QUERY',
        'CONNECT',
        'PRI',
      ),
      fc.stringMatching(/^[A-Z]{0,8}$/),
    );
    const printable = fc.stringMatching(/^[\x21-\x7e]{0,60}$/);
    const search = fc
      .dictionary(
        fc.constantFrom('query', 'variables', 'extensions', 'operationName'),
        fc.oneof(anyText, anyJson, fc.constantFrom('{ __typename }', '{}')),
      )
      .map((members) => new URLSearchParams(members).toString());
    const target = fc.oneof(
      fc.constantFrom(
        '/graphql',
        '/graphql?',
        '/',
        '*',
        '//',
        '/livez',
        '/graphql/../metrics',
        'http://[::1',
        '%',
      ),
      printable,
      printable.map((text) => `/${text}`),
      search.map((text) => `/graphql?${text}`),
      search.map((text) => `/graphql?${text}&${text}`),
    );
    const value = fc.oneof(printable, bytes, anyJson, fc.constant(CPF));
    const header = fc.oneof(
      fc.tuple(
        fc.constantFrom(
          'accept',
          'apollo-require-preflight',
          'apollo-federation-include-trace',
          'content-type',
          'cookie',
          'expect',
          'origin',
          'authorization',
          'router-authorization',
          'transfer-encoding',
          'upgrade',
          'x-apollo-operation-name',
        ),
        fc.oneof(
          value,
          fc.constantFrom('application/json', 'ftv1', 'true', '*/*', '100-continue', 'chunked'),
        ),
      ),
      fc.tuple(fc.stringMatching(/^[!-~]{1,12}$/), value),
    );
    await fc.assert(
      fc.asyncProperty(method, target, fc.array(header, { maxLength: 6 }), async (verb, where, headers) => {
        const lines = headers.map(([name, said]) => `${name}: ${said}\r\n`).join('');
        const request = `${verb} ${where} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${lines}\r\n`;
        expect(wrongWithBytes(await exchange(replica.url, request))).toEqual([]);
      }),
      { numRuns: 800 },
    );
    expect(await program()).toEqual(UNHARMED);
  });
});

describe('thousands of requests that nobody means well with', () => {
  const long = 'x'.repeat(40);
  /** Each is another one each time, so that nothing of it is of use again. */
  const hostile: ((n: number) => string)[] = [
    (n) => bodyOf(`{ processes(ids: [${'1 '.repeat(3_900)} ${n}]) { id } }`, '{}'),
    (n) => bodyOf(`{ ${long}${n} { ${long} ${long} } }`, '{}'),
    (n) =>
      bodyOf(
        `query ($v${n}: [ID!]!) { processes(ids: $v${n}) { id } }`,
        `{"v${n}":["${long.repeat(1_000)}"]}`,
      ),
    (n) =>
      bodyOf(`{ a${n}: _entities(representations: [{ __typename: "${long}${n}" }]) { __typename } }`, '{}'),
    (n) => `{"query":"{ __typename }","variables":{"${long}${n}":${'['.repeat(2_000)}${']'.repeat(2_000)}}}`,
    (n) => `{"query":"${long}${n}${'\\n'.repeat(5_000)}`,
  ];

  // The long lists alone would take 300 MB, were they kept as they are when they are parsed.
  test('leave nothing behind that would not fit into 256 MB', async () => {
    const small = await startReplica(upstream, { NODE_OPTIONS: '--max-old-space-size=256' });
    const wrong: string[] = [];
    for (let n = 0; n < 300; n += 1) {
      const answers = await Promise.all(hostile.map((body) => post(small.url, body(n))));
      wrong.push(...answers.flatMap(wrongWith));
    }
    expect(wrong).toEqual([]);
    expect((await small.ask('{ __typename }')).data).toEqual({ __typename: 'Query' });
    expect(small.logged('fault')).toEqual([]);
  }, 60_000);
});
