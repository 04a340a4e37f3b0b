import { randomUUID } from 'node:crypto';
import { buildClientSchema, getIntrospectionQuery, parse } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { scopesAmong, type Caller } from '../../../../src/domain/caller.ts';
import {
  MAX_ALIASES,
  MAX_DEPTH,
  MAX_DIRECTIVES,
  MAX_FIELDS,
  MAX_REPORTED_ERRORS,
  MAX_MUTATION_ROOTS,
  MAX_PLAIN_BODY_BYTES,
  MAX_QUERY_ROOTS,
  MAX_TOKENS,
} from '../../../../src/graphql/limits/limits.ts';
import { MAX_PROCESSES } from '../../../../src/graphql/limits/process-count.ts';
import { MAX_IDS } from '../../../../src/graphql/resolvers/query.ts';
import { MAX_BODY_BYTES, MAX_LINES } from '../../../../src/server/http-limits.ts';
import { ID, idcloudBody } from '../../../support/bodies.ts';
import { startSubgraph, type Answer, type Subgraph } from '../../../support/subgraph.ts';
import { unicoOf } from '../../../support/unico.ts';
import { startUpstream, type Upstream } from '../../../support/upstream.ts';

let upstream: Upstream;
let subgraph: Subgraph;
let production: Subgraph;

beforeAll(async () => {
  upstream = await startUpstream(({ method, path }) => ({
    body: idcloudBody(method === 'GET' ? path.split('/').at(-1) : randomUUID()),
  }));
  subgraph = await startSubgraph(unicoOf(upstream));
  production = await startSubgraph(unicoOf(upstream), { production: true });
});
beforeEach(() => {
  upstream.requests.length = 0;
});
afterAll(async () => {
  await subgraph.close();
  await production.close();
  await upstream.close();
});

const repeat = (count: number, text: string | ((i: number) => string)): string =>
  Array.from({ length: count }, (_, i) => (typeof text === 'string' ? text : text(i))).join(' ');

const PROCESS = `process(id: "${ID}")`;

/** A caller who may not see what is personal, nor create. */
const READER: Caller = { name: 'reader', authenticated: true, scopes: scopesAmong(['identity:read']) };

/** A creation that would be sent, and billed. */
const creation = (): string =>
  `createProcess(
    idempotencyKey: "${randomUUID()}"
    input: { journey: { flow: "id", purpose: "creditprocess", callbackUri: "/" } }
  )`;

const TAKEN = { status: 200, errors: [] };

/** How an operation is answered that asks for more than it may. */
function refused(message: string): object {
  const error = { message, extensions: expect.objectContaining({ code: 'GRAPHQL_VALIDATION_FAILED' }) };
  return { status: 400, data: undefined, errors: expect.arrayContaining([expect.objectContaining(error)]) };
}

describe('tokens', () => {
  const START = `{ _entities(representations: [{ __typename: "Process", id: "${ID}", filler: [`;
  const END = '] }]) { __typename } }';
  const { tokenCount = 0 } = parse(START + END);
  const ofTokens = (count: number): string => START + '1 '.repeat(count - tokenCount) + END;

  test('as many as are allowed are taken', async () => {
    expect(await subgraph.ask(ofTokens(MAX_TOKENS))).toMatchObject(TAKEN);
  });

  test('one more is refused before the rest is read', async () => {
    expect(await subgraph.ask(ofTokens(MAX_TOKENS + 1))).toMatchObject({
      status: 400,
      errors: [
        {
          message: expect.stringContaining(`more that ${MAX_TOKENS} tokens`),
          extensions: { code: 'GRAPHQL_PARSE_FAILED' },
        },
      ],
    });
    expect(upstream.calls()).toEqual([]);
  });
});

/** An operation so deep: processes that refer to processes. */
function ofDepth(depth: number): string {
  const pairs = Math.floor(depth / 2) - 1;
  const last = depth % 2 === 0 ? 'id' : 'reference { authenticationId }';
  return `{ ${PROCESS} { ${repeat(pairs, 'reference { process {')} ${last} ${'} }'.repeat(pairs)} } }`;
}

describe('levels of fields', () => {
  const ways: [string, (depth: number) => string][] = [
    ['written out', ofDepth],
    [
      'in fragments, which add none',
      (depth) => `{ ... { ...Root } } fragment Root on Query { ... on Query ${ofDepth(depth)} }`,
    ],
  ];

  test.each(ways)('as many as are allowed are taken, and one more is refused, %s', async (_, of) => {
    expect(await subgraph.ask(of(MAX_DEPTH))).toMatchObject(TAKEN);
    upstream.requests.length = 0;
    const message = `expected at most ${MAX_DEPTH} levels of fields, got ${MAX_DEPTH + 1}`;
    expect(await subgraph.ask(of(MAX_DEPTH + 1))).toMatchObject(refused(message));
    expect(upstream.calls()).toEqual([]);
  });
});

describe('fields, with all fragments written out', () => {
  const ROOTS = 20;
  const ALL = repeat(MAX_FIELDS / ROOTS - 1, '__typename');

  /** Processes under names of their own, all of which select the same; the first selects something more. */
  const select = (fields: string, more: string): string =>
    repeat(ROOTS, (i) => `p${i}: ${PROCESS} { ${fields} ${i === 0 ? more : ''} }`);

  test.each([
    ['written out', (more: string) => `{ ${select(ALL, more)} }`],
    [
      'in a fragment that is used again and again',
      (more: string) => `{ ${select('...F', more)} } fragment F on Process { ${ALL} }`,
    ],
  ])('as many as are allowed are taken, and one more is refused, %s', async (_, write) => {
    expect(await subgraph.ask(write(''))).toMatchObject(TAKEN);
    const message = `expected at most ${MAX_FIELDS} fields with all fragments written out, got ${MAX_FIELDS + 1}`;
    expect(await subgraph.ask(write('id'))).toMatchObject(refused(message));
  });

  test('fragments that double each other are refused, however short they are', async () => {
    const doubling = repeat(30, (i) => `fragment F${i} on Process { ...F${i + 1} ...F${i + 1} }`);
    const query = `{ ${PROCESS} { ...F0 } } ${doubling} fragment F30 on Process { id }`;
    const { status, errors } = await subgraph.ask(query);
    expect(status).toBe(400);
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringContaining(`expected at most ${MAX_FIELDS} fields with all fragments written out, got `),
    ]);
  });

  test.each([
    ['to themselves', `{ ${PROCESS} { ...A } } fragment A on Process { ...A }`],
    [
      'to each other, deeper and deeper',
      `{ ${PROCESS} { ...A } } fragment A on Process { reference { process { ...B } } }
       fragment B on Process { ...A }`,
    ],
    ['to themselves at the root', '{ ...A } fragment A on Query { ... { ...A } }'],
  ])('fragments that lead back %s are refused, and nobody follows them', async (_, query) => {
    const { status, errors } = await subgraph.ask(query);
    expect(status).toBe(400);
    expect(errors[0]?.message).toMatch(/^Cannot spread fragment "…" within itself/);
    expect(errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(upstream.calls()).toEqual([]);
  });
});

describe('aliases', () => {
  test.each(['id', '__typename'])(
    'of %s: as many as are allowed are taken, and one more is refused',
    async (field) => {
      const of = (count: number): string => `{ ${PROCESS} { ${repeat(count, (i) => `a${i}: ${field}`)} } }`;
      expect(await subgraph.ask(of(MAX_ALIASES))).toMatchObject(TAKEN);
      const message = `expected at most ${MAX_ALIASES} aliases, got ${MAX_ALIASES + 1}`;
      expect(await subgraph.ask(of(MAX_ALIASES + 1))).toMatchObject(refused(message));
    },
  );

  test('count wherever they are, also in a fragment', async () => {
    const half = Math.ceil((MAX_ALIASES + 1) / 2);
    const of = (name: string): string => repeat(half, (i) => `${name}${i}: id`);
    const query = `{ ${PROCESS} { ${of('a')} ...F } } fragment F on Process { ${of('f')} }`;
    const message = `expected at most ${MAX_ALIASES} aliases, got ${2 * half}`;
    expect(await subgraph.ask(query)).toMatchObject(refused(message));
  });
});

const ofDirectives = (count: number): string =>
  `query ($yes: Boolean = true) { ${PROCESS} { ${repeat(count, 'id @include(if: $yes)')} } }`;

describe('directives', () => {
  test('as many as are allowed are taken, and one more is refused', async () => {
    expect(await subgraph.ask(ofDirectives(MAX_DIRECTIVES))).toMatchObject(TAKEN);
    const message = `expected at most ${MAX_DIRECTIVES} directives, got ${MAX_DIRECTIVES + 1}`;
    expect(await subgraph.ask(ofDirectives(MAX_DIRECTIVES + 1))).toMatchObject(refused(message));
  });

  test.each([
    ['that stand in one place again and again', repeat(500, '@skip(if: true)')],
    ['that nobody knows', repeat(1_900, '@unknown')],
  ])('%s are refused in a few words', async (_, directives) => {
    const { status, errors } = await subgraph.ask(`{ ${PROCESS} { state ${directives} } }`);
    expect(status).toBe(400);
    expect(errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(errors.length).toBeLessThanOrEqual(MAX_REPORTED_ERRORS + 1);
    expect(upstream.calls()).toEqual([]);
  });
});

/** A process that nothing is known of yet, read under so many names. */
function reads(count: number): { id: string; fields: string[] } {
  const id = randomUUID();
  return { id, fields: Array.from({ length: count }, (_, i) => `p${i}: process(id: "${id}") { state }`) };
}

/** So many creations, each of which would be billed. */
const creations = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `c${i}: ${creation()} { process { id } }`);

describe('fields at the root', () => {
  const ways: [string, (operation: string, fields: string[]) => string][] = [
    ['written out', (operation, fields) => `${operation} { ${fields.join(' ')} }`],
    [
      'in fragments',
      (operation, [first, ...others]) =>
        `${operation} { ...F ... { ${first} } }
         fragment F on ${operation === 'query' ? 'Query' : 'Mutation'} { ${others.join(' ')} }`,
    ],
  ];

  test.each(ways)(
    'of a query: as many as are allowed are answered, and one more is refused, %s',
    async (_, write) => {
      const { id, fields } = reads(MAX_QUERY_ROOTS);
      expect(await subgraph.ask(write('query', fields))).toMatchObject(TAKEN);
      expect(upstream.calls()).toEqual([`GET /client/v1/process/${id}`]);
      upstream.requests.length = 0;
      const more = write('query', reads(MAX_QUERY_ROOTS + 1).fields);
      const message = `expected at most ${MAX_QUERY_ROOTS} fields at the root of a query, got ${MAX_QUERY_ROOTS + 1}`;
      expect(await subgraph.ask(more)).toMatchObject(refused(message));
      expect(upstream.calls()).toEqual([]);
    },
  );

  test.each(ways)(
    'of a mutation: as many as are allowed are carried out, and with one more none of them, %s',
    async (_, write) => {
      expect(await subgraph.ask(write('mutation', creations(MAX_MUTATION_ROOTS)))).toMatchObject(TAKEN);
      expect(upstream.calls()).toEqual(Array(MAX_MUTATION_ROOTS).fill('POST /client/v1/process'));
      upstream.requests.length = 0;
      const more = write('mutation', creations(MAX_MUTATION_ROOTS + 1));
      const message = `expected at most ${MAX_MUTATION_ROOTS} fields at the root of a mutation, got ${MAX_MUTATION_ROOTS + 1}`;
      expect(await subgraph.ask(more)).toMatchObject(refused(message));
      expect(upstream.calls()).toEqual([]);
    },
  );
});

const ids = (count: number): string[] => Array.from({ length: count }, () => ID);
const representations = (count: number): object[] => ids(count).map((id) => ({ __typename: 'Process', id }));

const ENTITIES = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Process { flow } } }';
const tooManyProcesses = (count: number): string =>
  `expected at most ${MAX_PROCESSES} processes in one operation, got ${count}: ask in several operations`;

describe('lists', () => {
  const lists: [string, number, string, (count: number) => Promise<Answer>][] = [
    [
      'ids of processes',
      MAX_IDS,
      `expected at most ${MAX_IDS} ids, got ${MAX_IDS + 1}: ask in several operations`,
      (count) => subgraph.ask('query ($l: [ID!]!) { processes(ids: $l) { state } }', { l: ids(count) }),
    ],
    [
      'ids of processes, in the query itself',
      MAX_IDS,
      `expected at most ${MAX_IDS} ids, got ${MAX_IDS + 1}: ask in several operations`,
      (count) => subgraph.ask(`{ processes(ids: ${JSON.stringify(ids(count))}) { state } }`),
    ],
    [
      'representations',
      MAX_PROCESSES,
      tooManyProcesses(MAX_PROCESSES + 1),
      (count) => subgraph.ask(ENTITIES, { r: representations(count) }),
    ],
  ];

  test.each(lists)(
    '%s: as many as are allowed are answered, and one more is refused',
    async (_, most, message, of) => {
      expect(await of(most)).toMatchObject(TAKEN);
      upstream.requests.length = 0;
      const { errors } = await of(most + 1);
      expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
      expect(upstream.calls()).toEqual([]);
    },
  );

  test('of processes count together, wherever they are in an operation', async () => {
    const id = randomUUID();
    const fives = Array.from(
      { length: MAX_PROCESSES / MAX_IDS },
      (_, i) => `p${i}: processes(ids: $l) { id }`,
    );
    const query = `query ($l: [ID!]!) { ${fives.join(' ')} more: process(id: "${id}") { state } }`;
    const { data, errors } = await subgraph.ask(query, { l: ids(MAX_IDS) });
    expect(errors).toMatchObject([
      {
        message: tooManyProcesses(MAX_PROCESSES + 1),
        path: ['more'],
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
    expect(data.p4).toHaveLength(MAX_IDS);
    expect(data.more).toBeNull();
    expect(upstream.calls()).toEqual([]);
  });
});

describe('mistakes', () => {
  const tooMany: [string, string, Record<string, unknown>, string][] = [
    ['in the query', `{ ${repeat(3_000, (i) => `unknown${i}`)} }`, {}, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'in the variables',
      'query ($ids: [ID!]!) { processes(ids: $ids) { state } }',
      { ids: Array.from({ length: 3_000 }, () => ({})) },
      'BAD_USER_INPUT',
    ],
    [
      'in the members of an input',
      'mutation ($i: CreateProcessInput!) { createProcess(idempotencyKey: "k", input: $i) { replayed } }',
      { i: Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`unknown${i}`, i])) },
      'BAD_USER_INPUT',
    ],
  ];

  test.each(tooMany)('%s: a few are told, and that there are more', async (_, query, variables, code) => {
    const { status, errors } = await subgraph.ask(query, variables);
    expect(status).toBe(400);
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(
      Array(MAX_REPORTED_ERRORS + 1).fill(code),
    );
    expect(errors.at(-1)?.message).toMatch(/^Too many /);
    expect(upstream.calls()).toEqual([]);
  });
});

describe('the body', () => {
  const JSON_TYPE = { 'content-type': 'application/json' };

  /** Sends a body that is made so large by spaces after it. */
  async function send(
    url: string,
    body: object,
    bytes: number,
  ): Promise<{ status: number; data: unknown; errors: { message: string; extensions: { code: string } }[] }> {
    const text = JSON.stringify(body);
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: JSON_TYPE,
      body: text + ' '.repeat(bytes - Buffer.byteLength(text)),
    });
    const { data, errors = [] } = (await response.json()) as Awaited<ReturnType<typeof send>>;
    return { status: response.status, data, errors };
  }

  const CREATE = `createProcess(idempotencyKey: "key", input: { journey: { flow: "", callbackUri: "" } }) { replayed }`;
  const SET = `setProcessDocument(input: { processId: "", duiType: BR_CPF, duiValue: "" }) { userErrors { code } }`;

  const plain: [string, object][] = [
    ['a query', { query: '{ __typename }' }],
    ['a query that is called createProcess', { query: 'query createProcess { createProcess: __typename }' }],
    ['another mutation', { query: `mutation { ${SET} }` }],
    [
      'another mutation under the name createProcess',
      { query: `mutation createProcess { createProcess: ${SET} }` },
    ],
    [
      'a query beside a creation that is not carried out',
      { query: `mutation Create { ${CREATE} } query Ask { __typename }`, operationName: 'Ask' },
    ],
  ];

  test.each(plain)('of %s is taken up to 256 KiB, and not of one byte more', async (_, body) => {
    expect(await send(subgraph.url, body, MAX_PLAIN_BODY_BYTES)).toMatchObject({ status: 200, errors: [] });
    expect(await send(subgraph.url, body, MAX_PLAIN_BODY_BYTES + 1)).toMatchObject({
      status: 413,
      errors: [
        {
          message: `expected a body of at most ${MAX_PLAIN_BODY_BYTES} bytes, because only createProcess sends images; got ${MAX_PLAIN_BODY_BYTES + 1}`,
          extensions: { code: 'PAYLOAD_TOO_LARGE' },
        },
      ],
    });
    expect(upstream.calls()).toEqual([]);
  });

  const large: [string, object][] = [
    ['a creation', { query: `mutation { ${CREATE} }` }],
    ['a creation under another name', { query: `mutation { other: ${CREATE} }` }],
    ['a creation beside another mutation', { query: `mutation { ${SET} ${CREATE} }` }],
    [
      'the creation that is named, out of several operations',
      { query: `mutation Create { ${CREATE} } query Ask { __typename }`, operationName: 'Create' },
    ],
    ['a creation in an inline fragment', { query: `mutation { ... on Mutation { ${CREATE} } }` }],
    ['a creation in a fragment', { query: `mutation { ...F } fragment F on Mutation { ... { ${CREATE} } }` }],
  ];

  test.each(large)('of %s is taken up to 8 MiB, and not of one byte more', async (_, body) => {
    expect(await send(subgraph.url, body, MAX_BODY_BYTES)).toMatchObject({ status: 200, errors: [] });
    expect(await send(subgraph.url, body, MAX_BODY_BYTES + 1)).toMatchObject({
      status: 413,
      errors: [
        {
          message: `expected a body of at most ${MAX_BODY_BYTES} bytes, got a larger one: send fewer images`,
          extensions: { code: 'PAYLOAD_TOO_LARGE' },
        },
      ],
    });
    expect(upstream.calls()).toEqual([]);
  });

  test('of a caller who may not create is taken up to 256 KiB, whatever it is', async () => {
    const reader = await startSubgraph(unicoOf(upstream), {
      authenticate: async () => READER,
    });
    for (const body of [{ query: '{ __typename }' }, { query: `mutation { ${CREATE} }` }]) {
      expect(await send(reader.url, body, MAX_PLAIN_BODY_BYTES)).toMatchObject({ status: 200 });
      expect(await send(reader.url, body, MAX_PLAIN_BODY_BYTES + 1)).toMatchObject({
        status: 413,
        errors: [
          {
            message: `expected a body of at most ${MAX_PLAIN_BODY_BYTES} bytes, got a larger one: images need a token with the scope identity:write`,
            extensions: { code: 'PAYLOAD_TOO_LARGE' },
          },
        ],
      });
    }
    await reader.close();
  });

  test('of several operations of which none is named is refused when it is large', async () => {
    const query = `mutation Create { ${CREATE} } query Ask { __typename }`;
    expect((await send(subgraph.url, { query }, MAX_PLAIN_BODY_BYTES + 1)).status).toBe(413);
  });
});

const entities = (fields: string, more = ''): string =>
  `query ($r: [_Any!]!${more}) { _entities(representations: $r) { ... on Process { ${fields} } } }`;

/** Errors that cost a quarter of a second, and are more than anybody reads. */
const MANY = 5_000;

/** How many fields there are in an answer. */
function countFields(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const below = Object.values(value).reduce((sum: number, each) => sum + countFields(each), 0);
  return Array.isArray(value) ? below : below + Object.keys(value).length;
}

describe('what is asked for within all these limits', () => {
  const DOCUMENT = { doc_id: 'document', signed_url: 'https://example.com/x', doc: { code: 'CNH' } };
  const SERVICE = { envelopeId: 'envelope', documents: Array.from({ length: 20 }, () => DOCUMENT) };
  const SOME = 'id code version typified cpfMatch faceMatch validated reused';
  const PERSONAL =
    'signedUrl signedUrls signedUrlExpiresAt data number holderName cpf birthDate expiresOn category';
  /** Lists within lists, under many names. */
  const documents = (fields: string): string =>
    repeat(45, (i) => `a${i}: services { documents { ${fields} } }`);

  let other: Upstream;
  let everybody: Subgraph;
  let reader: Subgraph;
  beforeAll(async () => {
    other = await startUpstream(() => ({
      body: idcloudBody(ID, { person: { friendlyName: 'Luke' }, services: [SERVICE, SERVICE] }),
    }));
    everybody = await startSubgraph(unicoOf(other));
    reader = await startSubgraph(unicoOf(other), { authenticate: async () => READER });
  });
  afterAll(async () => {
    await everybody.close();
    await reader.close();
    await other.close();
  });

  // 20 x 45 x (1 + 2 x (1 + 20 x 18)) are 650,000 fields, of a query of 945. Of a thousand entities it would be fifty times
  // that, an answer that no memory holds.
  test('is answered with no more fields than others can wait for', async () => {
    const answer = await everybody.ask(entities(documents(`${SOME} ${PERSONAL}`)), {
      r: representations(20),
    });
    expect(countFields(answer.data)).toBeLessThanOrEqual(100_000);
    expect(answer.errors.map(({ extensions }) => extensions.code)).toContain('BAD_USER_INPUT');
  });

  const failing: [string, number, string, object][] = [
    ['that the caller may not see, in many processes', 1_000, entities(documents(PERSONAL)), {}],
    ['that the caller may not see, in lists of one process', 1, entities(documents(PERSONAL)), {}],
    [
      'that the caller may not see, in a fragment that is used again and again',
      200,
      `${entities(repeat(45, (i) => `a${i}: person { ...F }`))} fragment F on Person { duiValue friendlyName }`,
      {},
    ],
  ];
  test.each(failing)(
    'is not answered with an error for each of thousands of fields %s',
    async (_, count, query, variables) => {
      const { errors } = await reader.ask(query, { r: representations(count), ...variables });
      expect(errors.length).toBeGreaterThan(0);
      expect(errors.length).toBeLessThanOrEqual(MANY);
    },
  );

  // For each error of an answer graphql-js counts the lines before its place: a thousand errors after a hundred thousand
  // lines are seconds.
  test.each(['\n', '\r', '\r\n'])('has no more lines than it could have tokens (%j)', async (lineBreak) => {
    expect(await subgraph.ask(`{ ${lineBreak.repeat(MAX_LINES - 1)} __typename }`)).toMatchObject(TAKEN);
    const { status, data, errors } = await subgraph.ask(`{ ${lineBreak.repeat(MAX_LINES)} __typename }`);
    expect(status).toBe(400);
    expect(data).toBeUndefined();
    expect(errors).toMatchObject([
      {
        message: `expected a query of at most ${MAX_LINES} lines, got more`,
        extensions: { code: 'BAD_REQUEST' },
      },
    ]);
  });

  test('is not told mistake by mistake, where a list of an input has thousands', async () => {
    const reference = { referenceType: 'REFERENCE_TYPE_PROCESS_ID', referenceContent: 'x' };
    const references = Array.from({ length: 3_000 }, () => reference);
    const { data } = await subgraph.ask(
      `mutation ($i: CreateProcessInput!) {
        createProcess(idempotencyKey: "references", input: $i) { userErrors { code message field } }
      }`,
      { i: { transactional: { imageBase64: 'x', references } } },
    );
    expect(data.createProcess.userErrors.length).toBeGreaterThan(0);
    expect(data.createProcess.userErrors.length).toBeLessThanOrEqual(100);
  });
});

describe('introspection', () => {
  const EVERYTHING = getIntrospectionQuery({
    descriptions: true,
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
    oneOf: true,
  });

  test('tells all of the schema in development', async () => {
    const { data, errors } = await subgraph.ask(EVERYTHING);
    expect(errors).toEqual([]);
    const schema = buildClientSchema(data);
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {})).toContain('process');
    expect(schema.getType('Verdict')).toBeDefined();
  });

  test.each([
    ['of everything', EVERYTHING],
    ['of the schema', '{ __schema { queryType { name } } }'],
    ['of a type', '{ __type(name: "Process") { fields { name } } }'],
    ['in a fragment', '{ ...F } fragment F on Query { hidden: __type(name: "Process") { name } }'],
  ])('is off in production: %s', async (_, query) => {
    const { status, data, errors } = await production.ask(query);
    expect(data).toBeUndefined();
    expect(status).toBe(400);
    expect(errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  test('is bounded where it is on: types within types within types are refused', async () => {
    const nested = `{ __schema { types { ${repeat(5, 'fields { type {')} name ${'} }'.repeat(5)} } } }`;
    const { status, errors } = await subgraph.ask(nested);
    expect(status).toBe(400);
    expect(errors[0]?.message).toBe('Maximum introspection depth exceeded');
  });
});

describe('in production', () => {
  const CREATE =
    'mutation ($i: CreateProcessInput!) { createProcess(idempotencyKey: "k", input: $i) { replayed } }';
  const nearly: [string, string, Record<string, unknown>, string][] = [
    ['a field', '{ proces(id: "x") { id } }', {}, 'process'],
    ['a field of an entity', `{ ${PROCESS} { verdic { decision } } }`, {}, 'verdict'],
    ['an argument', '{ process(id: "x", sourc: IDCLOUD) { id } }', {}, 'source'],
    ['a type', 'query ($s: ProcessSourc) { __typename }', {}, 'ProcessSource'],
    ['a type of a fragment', '{ ... on Quer { __typename } }', {}, 'Query'],
    ['an enum value', '{ process(id: "x", source: IDCLOU) { id } }', {}, 'IDCLOUD'],
    [
      'a member of an input',
      'mutation { createProcess(idempotencyKey: "k", input: { journe: {} }) { replayed } }',
      {},
      'journey',
    ],
    [
      'an enum value in a variable',
      'query ($s: ProcessSource) { process(id: "x", source: $s) { id } }',
      { s: 'IDCLOU' },
      'IDCLOUD',
    ],
    ['a member in a variable', CREATE, { i: { journe: {} } }, 'journey'],
  ];

  test.each(nearly)(
    '%s that is nearly right is not told what it should be',
    async (_, query, variables, name) => {
      const { status, errors } = await production.ask(query, variables);
      expect(status).toBe(400);
      expect(errors.length).toBeGreaterThan(0);
      expect(errors.map(({ message }) => message).join('\n')).not.toMatch(
        new RegExp(`Did you mean|"${name}"`),
      );
    },
  );

  test.each(nearly)('%s is told in development, where it helps', async (_, query, variables, name) => {
    const { errors } = await subgraph.ask(query, variables);
    expect(errors.map(({ message }) => message).join('\n')).toMatch(new RegExp(`Did you mean .*${name}`));
  });
});

describe('what could be sent from a page of another site, or in a form of its own', () => {
  const query = encodeURIComponent(`{ ${PROCESS} { state } }`);
  const mutation = 'mutation { forgetProcess(id: "x") { processId } }';
  const body = JSON.stringify({ query: `{ ${PROCESS} { state } }` });
  const form = new FormData();
  form.set('operations', body);
  form.set('map', '{}');
  const hash = { version: 1, sha256Hash: 'a'.repeat(64) };
  const JSON_TYPE = { 'content-type': 'application/json' };
  const PREFLIGHT = { 'apollo-require-preflight': 'true' };

  const requests: [string, string, RequestInit, number, string][] = [
    ['a GET', `?query=${query}`, {}, 400, 'BAD_REQUEST'],
    [
      'a GET of plain text',
      `?query=${query}`,
      { headers: { 'content-type': 'text/plain' } },
      400,
      'BAD_REQUEST',
    ],
    [
      'a GET that would change something, even with a header that no form can send',
      `?query=${encodeURIComponent(mutation)}`,
      { headers: PREFLIGHT },
      405,
      'BAD_REQUEST',
    ],
    [
      'plain text',
      '',
      { method: 'POST', headers: { 'content-type': 'text/plain' }, body },
      415,
      'BAD_REQUEST',
    ],
    [
      'plain text that calls itself JSON somewhere else',
      '',
      { method: 'POST', headers: { 'content-type': 'text/plain; application/json' }, body },
      415,
      'BAD_REQUEST',
    ],
    ['no type at all', '', { method: 'POST', body: Buffer.from(body) }, 415, 'BAD_REQUEST'],
    [
      'a form',
      '',
      { method: 'POST', body: new URLSearchParams({ query: '{ __typename }' }) },
      415,
      'BAD_REQUEST',
    ],
    ['a form of several parts', '', { method: 'POST', body: form }, 415, 'BAD_REQUEST'],
    [
      'a form of several parts, with a header that no form can send',
      '',
      { method: 'POST', headers: PREFLIGHT, body: form },
      415,
      'BAD_REQUEST',
    ],
    [
      'a query as such',
      '',
      { method: 'POST', headers: { 'content-type': 'application/graphql' }, body: '{ __typename }' },
      415,
      'BAD_REQUEST',
    ],
    [
      'several operations at once',
      '',
      { method: 'POST', headers: JSON_TYPE, body: `[${body},${body}]` },
      400,
      'BAD_REQUEST',
    ],
    [
      'a list of one operation',
      '',
      { method: 'POST', headers: JSON_TYPE, body: `[${body}]` },
      400,
      'BAD_REQUEST',
    ],
    ['an empty list', '', { method: 'POST', headers: JSON_TYPE, body: '[]' }, 400, 'BAD_REQUEST'],
    [
      'a query that is to be remembered by its hash',
      '',
      {
        method: 'POST',
        headers: JSON_TYPE,
        body: JSON.stringify({ query: '{ __typename }', extensions: { persistedQuery: hash } }),
      },
      200,
      'PERSISTED_QUERY_NOT_SUPPORTED',
    ],
    [
      'the hash of a query in an address',
      `?extensions=${encodeURIComponent(JSON.stringify({ persistedQuery: hash }))}`,
      { headers: PREFLIGHT },
      200,
      'PERSISTED_QUERY_NOT_SUPPORTED',
    ],
  ];

  test.each(requests)('is refused: %s', async (_, search, init, status, code) => {
    const response = await fetch(`${subgraph.url}/graphql${search}`, init);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code } }] });
    expect(response.status).toBe(status);
    expect(upstream.calls()).toEqual([]);
  });
});

describe('a client that would take no answer of ours', () => {
  test('is told so before anything is created for it', async () => {
    const query = `mutation { ${creation()} { process { id } } }`;
    const { status, errors } = await subgraph.ask(query, {}, { accept: 'text/html' });
    expect(status).toBe(406);
    expect(errors[0]?.extensions.code).toBe('BAD_REQUEST');
    expect(upstream.calls()).toEqual([]);
  });
});
