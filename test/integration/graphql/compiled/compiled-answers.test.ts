import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSubgraphSchema } from '../../../../src/graphql/schema/subgraph-schema.ts';
import { ID, OTHER_ID } from '../../../support/bodies.ts';
import {
  IDS,
  LARGE_ID,
  startCompiledAndPlain,
  type CompiledAndPlain,
} from '../../../support/compiled-and-plain.ts';
import { openDocuments } from '../../../support/non-personal-document.ts';

let servers: CompiledAndPlain;

beforeAll(async () => {
  servers = await startCompiledAndPlain();
});
afterAll(() => servers.close());

const VARIABLES = {
  ids: IDS,
  id: ID,
  source: null,
  representations: IDS.map((id) => ({ __typename: 'Process', id })),
};

/** Fields of a process and its documents and forty more aliases, for five pages. */
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

describe('a compiled query', () => {
  test('a compiled query answers as GraphQL does, byte for byte, for every selection of present, absent and broken processes', async () => {
    const schema = await createSubgraphSchema();
    await fc.assert(
      fc.asyncProperty(openDocuments(schema), async (query) => {
        const { compiled, expected } = await servers.answersTo([{ query, variables: VARIABLES }]);
        expect(compiled).toEqual(expected);
        const text = compiled.at(-1)?.text ?? '';
        expect(JSON.parse(text)).toHaveProperty('data');
      }),
      { numRuns: 150, endOnFailure: true },
    );
  });

  test('a compiled query answers as GraphQL does, byte for byte, for all values of its variables', async () => {
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
        const { compiled, expected } = await servers.answersTo(
          given.map((variables) => ({ query, variables })),
        );
        expect(compiled).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ['no value', undefined],
    ['any type', '*/*'],
    ['JSON', 'application/json'],
    ['the GraphQL type', 'application/graphql-response+json'],
    ['both, JSON last', 'application/graphql-response+json, application/json;q=0.9'],
    ['both, JSON first', 'application/json, application/graphql-response+json'],
    ['any type, and the GraphQL type', '*/*;q=0.1, application/graphql-response+json'],
    ['any application', 'text/html, application/*'],
  ])(
    'a compiled query answers as GraphQL does, byte for byte, with an accept header of %s',
    async (_, accept) => {
      const query = 'query ($id: ID!) { process(id: $id) { state verdict { decision } } }';
      const { compiled, expected } = await servers.answersTo(
        [{ query, variables: { id: ID } }],
        accept === undefined ? {} : { accept },
      );
      expect(compiled).toEqual(expected);
    },
  );

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
    [
      'the name and version of the client, as Apollo Client 4 sends them',
      { extensions: { clientLibrary: { name: '@apollo/client', version: '4.0.9' } } },
    ],
    ['no extensions', { extensions: null }],
    ['text for its extensions', { extensions: '{}' }],
    ['a list of extensions', { extensions: [] }],
    ['a persisted query that is null', { extensions: { persistedQuery: null, clientLibrary: {} } }],
    ['a persisted query of another version', { extensions: { persistedQuery: { version: 2 } } }],
    [
      'an extension named __proto__',
      { extensions: JSON.parse('{"__proto__": {"persistedQuery": {"version": 1}}}') },
    ],
    ['an unknown property', { more: 1 }],
    ['the id of a persisted document', { id: 'abc', doc_id: 'abc', documentId: 'abc' }],
    ['a property named __proto__', JSON.parse('{"__proto__": {"extensions": []}}')],
  ])('a compiled query answers as GraphQL does, byte for byte, when it is sent with %s', async (_, more) => {
    const query = 'query State($id: ID!) { process(id: $id) { state } }';
    const usual = { query, variables: { id: ID } };
    const { compiled, expected } = await servers.answersTo([usual, { ...usual, ...more }]);
    expect(compiled).toEqual(expected);
  });

  test.each(['application/json', 'application/graphql-response+json'])(
    'a compiled query whose whole data is null answers as GraphQL does, byte for byte, in %s',
    async (accept) => {
      const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } ok: __typename }';
      const tooMany = Array.from({ length: 1_001 }, () => ({ __typename: 'Process', id: ID }));
      const bodies = [
        { query, variables: { r: [] } },
        { query, variables: { r: tooMany } },
      ];
      const { compiled, expected } = await servers.answersTo(bodies, { accept });
      expect(compiled).toEqual(expected);
      expect(compiled.at(-1)?.text).toContain('"data":null');
    },
  );

  test('a compiled query is cut off at the response budget as GraphQL does, byte for byte', async () => {
    const { compiled, expected } = await servers.answersTo([pagesOf(Array(200).fill(LARGE_ID))]);
    expect(compiled).toEqual(expected);
    const text = compiled.at(-1)?.text ?? '';
    expect(text).toContain('expected an operation whose response has at most');
  });

  test('a compiled query whose response could have exceeded the budget and did not answers as GraphQL does, byte for byte', async () => {
    const { compiled, expected } = await servers.answersTo([pagesOf(Array(200).fill(OTHER_ID))]);
    expect(compiled).toEqual(expected);
    const text = compiled.at(-1)?.text ?? '';
    expect(text).not.toContain('errors');
  });

  test('a compiled query of too many processes answers as GraphQL does, byte for byte', async () => {
    const query =
      'query ($ids: [ID!]!) { processes(ids: $ids) { verdict { reasons { code message } liveness } documents { code } } }';
    const wide = `query ($ids: [ID!]!) { ${Array.from({ length: 20 }, (_, n) => `p${n}: processes(ids: $ids) { id }`).join(' ')} }`;
    const { compiled, expected } = await servers.answersTo([
      { query, variables: { ids: Array(200).fill(ID) } },
      { query, variables: { ids: Array(201).fill(ID) } },
      { query: wide, variables: { ids: Array(60).fill(ID) } },
    ]);
    expect(compiled).toEqual(expected);
  });
});
