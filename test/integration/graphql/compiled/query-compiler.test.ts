import * as fc from 'fast-check';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scopesAmong, SCOPES } from '../../../../src/domain/caller.ts';
import { QueryCompiler } from '../../../../src/graphql/compiled/query-compiler.ts';
import {
  createUnguardedSchema,
  createSubgraphSchema,
} from '../../../../src/graphql/schema/subgraph-schema.ts';
import { SAMPLE } from '../../../fixtures/s0-get-idcloud-process.ts';
import { ABSENT_ID, ID, idcloudBody, OTHER_ID, processesV1Body } from '../../../support/bodies.ts';
import { openDocuments } from '../../../support/non-personal-document.ts';
import { startSubgraph, type Subgraph } from '../../../support/subgraph.ts';
import { unicoOf } from '../../../support/unico.ts';
import { startUpstream, type Upstream } from '../../../support/upstream.ts';

/** A process with many documents, one whose answer Unico garbles, and one that refers to another. */
const LARGE_ID = '00000000-0000-4000-8000-000000000002';
const BROKEN_ID = '00000000-0000-4000-8000-00000000bad0';
const REFERRING_ID = '00000000-0000-4000-8000-000000000001';

let upstream: Upstream;
/** The same server twice: one compiles what is asked again, the other never does. */
let compiling: Subgraph;
let plain: Subgraph;

beforeAll(async () => {
  const bodies: Record<string, object> = {
    [`/client/v1/process/${ID}`]: SAMPLE,
    [`/client/v1/process/${REFERRING_ID}`]: idcloudBody(REFERRING_ID, {
      bioTokenData: { processReferenceId: ID },
    }),
    [`/processes/v1/${OTHER_ID}`]: processesV1Body(OTHER_ID),
    [`/client/v1/process/${LARGE_ID}`]: idcloudBody(LARGE_ID, {
      services: Array.from({ length: 20 }, () => SAMPLE.process.services).flat(),
    }),
    [`/client/v1/process/${BROKEN_ID}`]: {},
  };
  upstream = await startUpstream(({ path }) => {
    const body = bodies[path];
    return body === undefined ? { status: 404 } : { body };
  });
  compiling = await startSubgraph(unicoOf(upstream));
  plain = await startSubgraph(unicoOf(upstream), { compiles: false });
});
afterAll(async () => {
  await compiling.close();
  await plain.close();
  await upstream.close();
});

type Answer = { status: number; headers: Record<string, string>; text: string };

async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const { date: _, ...answered } = Object.fromEntries(response.headers);
  return { status: response.status, headers: answered, text: await response.text() };
}

/** What both servers answer to some bodies, asked so often that the first has compiled what it may. */
async function answersOfBoth(
  bodies: readonly unknown[],
  headers?: Record<string, string>,
): Promise<{ compiled: Answer[]; expected: Answer[] }> {
  const compiled: Answer[] = [];
  const expected: Answer[] = [];
  for (const body of bodies) {
    for (let times = 0; times < 4; times += 1) {
      compiled.push(await post(compiling.url, body, headers));
      expected.push(await post(plain.url, body, headers));
    }
  }
  return { compiled, expected };
}

const IDS = [ID, OTHER_ID, ABSENT_ID, BROKEN_ID, REFERRING_ID, ID, 'no id'];
const VARIABLES = {
  ids: IDS,
  id: ID,
  source: null,
  representations: IDS.map((id) => ({ __typename: 'Process', id })),
};

/** Fields of a process and its documents, under forty names more than they need, for five pages. */
function pagesOf(ids: string[]): object {
  const more = Array.from({ length: 40 }, (_, n) => `f${n}: state`).join(' ');
  const ofDocument = 'id code version typified cpfMatch faceMatch validated reused';
  const fields = `id source state flow purpose useCase clientReference createdAt finishedAt expiresAt upstreamState ${more}
    capacities authenticationId company { branchId countryCode } reference { authenticationId }
    verdict { decision final liveness identity fraudRisk faceMatch age smartRevalidation upstreamResult policyVersion
      decidedAt riskScore { value band } serpro { similarity status } reasons { code message } }
    documents { ${ofDocument} } services { envelopeId documents { ${ofDocument} } }`;
  const pages = Array.from({ length: 5 }, (_, n) => `p${n}: processes(ids: $ids) { ...all }`).join(' ');
  const query = `query ($ids: [ID!]!) { ${pages} } fragment all on Process { ${fields} }`;
  return { query, variables: { ids } };
}

describe('a compiled query answers byte for byte what GraphQL answers', () => {
  test('whatever is selected of processes that are there, absent, broken, or no processes at all', async () => {
    const schema = await createSubgraphSchema();
    await fc.assert(
      fc.asyncProperty(openDocuments(schema), async (query) => {
        const { compiled, expected } = await answersOfBoth([{ query, variables: VARIABLES }]);
        expect(compiled).toEqual(expected);
        const text = compiled.at(-1)?.text ?? '';
        expect(JSON.parse(text)).toHaveProperty('data');
      }),
      { numRuns: 150, endOnFailure: true },
    );
  });

  test('whatever is given for its variables', async () => {
    const value = fc.oneof(
      fc.constantFrom(...IDS, 5, 1.5, true, null, {}, [], 'IDCLOUD', 'PROCESSES_V1', 'LEGACY'),
      fc.array(fc.constantFrom(...IDS, null, 7, {}, { __typename: 'Process', id: ID }, [ID]), {
        maxLength: 4,
      }),
      fc.jsonValue({ maxDepth: 2 }),
    );
    const query = `query ($ids: [ID!]!, $id: ID!, $source: ProcessSource, $representations: [_Any!]!, $language: Language = ES) {
      processes(ids: $ids) { id state }
      process(id: $id, source: $source) { state verdict { reasons { message(language: $language) } } }
      _entities(representations: $representations) { ... on Process { id source } }
    }`;
    const some = fc.record(
      { ids: value, id: value, source: value, representations: value, language: value, other: value },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(some, async (more) => {
        const given = [{ ...VARIABLES, ...more }, more];
        const { compiled, expected } = await answersOfBoth(given.map((variables) => ({ query, variables })));
        expect(compiled).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ['nothing', undefined],
    ['anything', '*/*'],
    ['JSON', 'application/json'],
    ['the type of GraphQL', 'application/graphql-response+json'],
    ['both, JSON last', 'application/graphql-response+json, application/json;q=0.9'],
    ['both, JSON first', 'application/json, application/graphql-response+json'],
    ['anything, and the type of GraphQL', '*/*;q=0.1, application/graphql-response+json'],
    ['any application', 'text/html, application/*'],
  ])('in the form that an accept header of %s asks for', async (_, accept) => {
    const query = 'query ($id: ID!) { process(id: $id) { state verdict { decision } } }';
    const { compiled, expected } = await answersOfBoth(
      [{ query, variables: { id: ID } }],
      accept === undefined ? {} : { accept },
    );
    expect(compiled).toEqual(expected);
  });

  test.each<[string, object]>([
    ['the name of its operation', { operationName: 'State' }],
    ['the name of another operation', { operationName: 'Other' }],
    ['an empty name', { operationName: '' }],
    ['a number for a name', { operationName: 1 }],
    ['no variables', { variables: null }],
    ['text for its variables', { variables: '{}' }],
    ['a list of variables', { variables: [] }],
    ['extensions', { extensions: {} }],
    ['a persisted query', { extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } }],
    ['a member that nobody knows', { more: 1 }],
  ])('also when it is sent with %s', async (_, more) => {
    const query = 'query State($id: ID!) { process(id: $id) { state } }';
    const usual = { query, variables: { id: ID } };
    const { compiled, expected } = await answersOfBoth([usual, { ...usual, ...more }]);
    expect(compiled).toEqual(expected);
  });

  test('also when it is answered with more fields than an operation may be', async () => {
    const { compiled, expected } = await answersOfBoth([pagesOf(Array(200).fill(LARGE_ID))]);
    expect(compiled).toEqual(expected);
    const text = compiled.at(-1)?.text ?? '';
    expect(text).toContain('expected an operation whose response has at most');
  });

  test('also when it could have come to more fields, and has not', async () => {
    const { compiled, expected } = await answersOfBoth([pagesOf(Array(200).fill(OTHER_ID))]);
    expect(compiled).toEqual(expected);
    const text = compiled.at(-1)?.text ?? '';
    expect(text).not.toContain('errors');
  });

  test('also when it is about more than one operation may be', async () => {
    const query =
      'query ($ids: [ID!]!) { processes(ids: $ids) { verdict { reasons { code message } liveness } documents { code } } }';
    const wide = `query ($ids: [ID!]!) { ${Array.from({ length: 20 }, (_, n) => `p${n}: processes(ids: $ids) { id }`).join(' ')} }`;
    const { compiled, expected } = await answersOfBoth([
      { query, variables: { ids: Array(200).fill(ID) } },
      { query, variables: { ids: Array(201).fill(ID) } },
      { query: wide, variables: { ids: Array(60).fill(ID) } },
    ]);
    expect(compiled).toEqual(expected);
  });
});

async function afterAsking(text: string, times = 2): Promise<QueryCompiler> {
  const queryCompiler = new QueryCompiler(await createUnguardedSchema());
  const document = parse(text);
  for (let time = 0; time < times; time += 1) queryCompiler.observe(text, document);
  return queryCompiler;
}

describe('a query is compiled', () => {
  const everything = scopesAmong(SCOPES);
  const reader = scopesAmong(['identity:read']);

  test.each([
    'query ($ids: [ID!]!) { processes(ids: $ids) { id verdict { decision reasons { code message(language: PT) } } } }',
    'query Named($id: ID!) { a: process(id: $id) { ...parts documents { code } } } fragment parts on Process { state }',
    'query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Process { id source } } }',
    '{ __typename }',
  ])('from its second time on, where it asks for nothing personal: %s', async (text) => {
    expect((await afterAsking(text, 1)).find(text, null, reader)).toBeNull();
    expect((await afterAsking(text)).find(text, null, reader)).not.toBeNull();
  });

  test.each([
    ['asks for what is personal', 'query ($id: ID!) { process(id: $id) { person { duiValue } } }'],
    ['asks for an address of a file', 'query ($id: ID!) { process(id: $id) { documents { signedUrl } } }'],
    ['asks for the token of a journey', 'query ($id: ID!) { process(id: $id) { sdkToken } }'],
    ['asks for the schema', '{ __schema { types { name } } }'],
    ['asks for the SDL', '{ _service { sdl } }'],
    ['changes something', 'mutation ($id: ID!) { forgetProcess(processId: $id) { forgotten } }'],
    ['is one of two', 'query A { __typename } query B { __typename }'],
    ['leaves parts out', 'query ($id: ID!, $no: Boolean!) { process(id: $id) { state @skip(if: $no) } }'],
    [
      'has so many fields that compiling it takes long',
      `query ($id: ID!) { process(id: $id) { ${'state '.repeat(300)}} }`,
    ],
    ['has a name that the compiler could mistake', 'query ($id: ID!) { a_b: process(id: $id) { state } }'],
    ['has the name of a prototype', 'query ($id: ID!) { __proto__: process(id: $id) { state } }'],
  ])('never where it %s', async (_, text) => {
    const queryCompiler = await afterAsking(text, 16);
    expect(queryCompiler.find(text, null, everything)).toBeNull();
  });

  test('for nobody who may not have all of it', async () => {
    const text = 'query ($id: ID!) { process(id: $id) { state verdict { decision } } }';
    const queryCompiler = await afterAsking(text);
    expect(queryCompiler.find(text, null, scopesAmong(['identity:write', 'identity:pii']))).toBeNull();
    expect(queryCompiler.find(text, null, scopesAmong([]))).toBeNull();
    expect(queryCompiler.find(text, null, reader)).not.toBeNull();
  });

  test('under the name of its operation or none', async () => {
    const text = 'query Named { __typename }';
    const queryCompiler = await afterAsking(text);
    expect(queryCompiler.find(text, 'Named', reader)).not.toBeNull();
    expect(queryCompiler.find(text, 'Other', reader)).toBeNull();
  });

  test('and makes room for others: what is kept is bounded', async () => {
    const queryCompiler = new QueryCompiler(await createUnguardedSchema());
    const texts = Array.from({ length: 60 }, (_, n) => {
      const fields = Array.from({ length: 200 }, (__, field) => `f${field}: id`).join(' ');
      return `query Q${n}($id: ID!) { process(id: $id) { ${fields} } }`;
    });
    for (const text of texts) {
      const document = parse(text);
      queryCompiler.observe(text, document);
      queryCompiler.observe(text, document);
    }
    const kept = texts.filter((text) => queryCompiler.find(text, null, reader) !== null);
    expect(kept).toEqual(texts.slice(-kept.length));
    expect(kept.length).toBeGreaterThan(10);
    expect(kept.length).toBeLessThan(60);
  });
});
