import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ID } from '../../support/bodies.ts';
import {
  answerHealthily,
  anyJson,
  bodyOf,
  CPF,
  nearly,
  postRaw,
  programState,
  UNHARMED,
  violationsOf,
  type GraphqlResponse,
} from '../../support/fuzz.ts';
import { killPrograms, startReplica, type Replica } from '../../support/replica.ts';
import { startSubgraph, type Subgraph } from '../../support/subgraph.ts';
import { unicoOf } from '../../support/unico.ts';
import { startUpstream, type Upstream } from '../../support/upstream.ts';

let upstream: Upstream;
/** In the process of the tests, whose prototypes can be inspected. */
let subgraph: Subgraph;
/** In a process of its own, whose log can be inspected. */
let replica: Replica;

beforeAll(async () => {
  upstream = await startUpstream(answerHealthily);
  subgraph = await startSubgraph(unicoOf(upstream));
  replica = await startReplica(upstream, { UNICO_RATE_LIMIT: '100000' });
});
afterAll(async () => {
  killPrograms();
  await subgraph.close();
  await upstream.close();
});

/** The names of all properties that an object inherits. */
const inherited = (): string[] => Object.getOwnPropertyNames(Object.prototype);
const INHERITED = inherited();

describe('GraphQL endpoint: arbitrary operations', () => {
  test('arbitrary representations do not affect the entity between them, and change no prototype', async () => {
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
        const answer = await postRaw(
          subgraph.url,
          bodyOf(
            query,
            `{"r":[${[...before, right, ...after].map((each) => (each.startsWith('[') ? `[${each}]` : each)).join()}]}`,
          ),
        );
        expect(violationsOf(answer)).toEqual([]);
        const { data } = JSON.parse(answer.text) as GraphqlResponse;
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
      'a language with a default, and @include',
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

  test.each(operations)(
    'arbitrary variables of %s violate no rule of responses, and change no prototype',
    async (_, query, variables) => {
      await fc.assert(
        fc.asyncProperty(variables, async (given) => {
          expect(violationsOf(await postRaw(subgraph.url, bodyOf(query, given)))).toEqual([]);
          expect(inherited()).toEqual(INHERITED);
        }),
        { numRuns: 150 },
      );
    },
  );

  test('a literal of a query is not repeated in an error that occurs only during execution', async () => {
    const query = `mutation ($flow: String = "id") {
      createProcess(idempotencyKey: "x", input: { journey: {
        flow: $flow, callbackUri: "/", person: { friendlyName: """the "Souza" family""" }
      } }) { replayed }
    }`;
    const answer = await postRaw(subgraph.url, bodyOf(query, '{"flow":null}'));
    expect(violationsOf(answer)).toEqual([]);
    expect(answer.text).not.toContain('Souza');
  });

  test('arbitrary and nearly valid operations violate no rule of responses, and cause no fault', async () => {
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
    /** A valid operation in which some characters were replaced. */
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
        expect(violationsOf(await postRaw(replica.url, bodyOf(query, `{"id":"${ID}"}`)))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
    expect(await programState(replica)).toEqual(UNHARMED);
  });

  test('arbitrary and nearly valid JSON bodies violate no rule of responses, and cause no fault', async () => {
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
        expect(violationsOf(await postRaw(replica.url, text))).toEqual([]);
      }),
      { numRuns: 800 },
    );
    expect(await programState(replica)).toEqual(UNHARMED);
  });
});
