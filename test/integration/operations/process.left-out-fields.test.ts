import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { ALL_SCOPES_CALLER, scopesAmong, type Caller } from '../../../src/domain/caller.ts';
import { SAMPLE } from '../../fixtures/s0-get-idcloud-process.ts';
import { ID } from '../../support/bodies.ts';
import { processEntity } from '../../support/entities.ts';
import { startSubgraph, type Subgraph } from '../../support/subgraph.ts';
import { unicoOf } from '../../support/unico.ts';
import { startUpstream, type Upstream } from '../../support/upstream.ts';

let upstream: Upstream;

beforeAll(async () => {
  upstream = await startUpstream(() => ({ body: SAMPLE }));
});
beforeEach(() => {
  upstream.requests.length = 0;
});
afterAll(() => upstream.close());

/** Fields that cost a call: some each time, some where the process is known by its summary alone. */
const COSTLY = [
  'sdkToken',
  'callbackUri',
  'person { friendlyName }',
  'documents { signedUrl }',
  'services { documents { signedUrl number } }',
  'reusableDocuments(type: BR_RG) { documentId }',
  'reference { process { sdkToken } }',
];

/** The ways to leave out some fields below a process, where `$yes` is true and `$no` is false. */
const WAYS: [string, (fields: string) => string, string?][] = [
  ['@include(if: false)', (fields) => `... @include(if: false) { ${fields} }`],
  ['@skip(if: true)', (fields) => `... on Process @skip(if: true) { ${fields} }`],
  ['@include by a variable', (fields) => `... @include(if: $no) { ${fields} }`],
  ['@skip by a variable', (fields) => `... @skip(if: $yes) { ${fields} }`],
  ['@skip and @include', (fields) => `... @skip(if: $no) @include(if: false) { ${fields} }`],
  ['a fragment within another', (fields) => `... { ... on Process @skip(if: $yes) { ... { ${fields} } } }`],
  ['a named fragment', () => '...F @include(if: $no)', 'ON'],
  ['a named fragment twice', () => '...F @include(if: $no) ...F @skip(if: true)', 'ON'],
  ['a named fragment within a condition', () => '... @skip(if: $yes) { ...F }', 'ON'],
];

const ROOTS: [string, (selection: string) => string][] = [
  ['a process', (selection) => `process(id: $id) { ${selection} }`],
  ['a list of processes', (selection) => `processes(ids: [$id]) { ${selection} }`],
  [
    'an entity',
    (selection) => `_entities(representations: $of) { __typename ... on Process { ${selection} } }`,
  ],
];

const VARIABLES = { id: ID, of: [processEntity(ID)], yes: true, no: false };

/** A query with these roots, which uses all variables. */
const queryOf = (root: string, fragment = ''): string =>
  `query ($id: ID!, $of: [_Any!]!, $yes: Boolean! = true, $no: Boolean! = false) {
    ${root} used: _entities(representations: $of) { __typename } ...U
  }
  fragment U on Query { yes: __typename @include(if: $yes) no: __typename @include(if: $no) same: process(id: $id) { id } }
  ${fragment}`;

/** A server that knows the summary of the process already. */
async function startKnowing(): Promise<Subgraph> {
  const subgraph = await startSubgraph(unicoOf(upstream));
  onTestFinished(() => subgraph.close());
  await subgraph.ask('query ($id: ID!) { process(id: $id) { state } }', { id: ID });
  upstream.requests.length = 0;
  return subgraph;
}

describe.each(ROOTS)('of %s', (_, rootOf) => {
  test.each(WAYS)('fields that are left out by %s cost no call', async (__, leaveOut, named) => {
    const subgraph = await startKnowing();
    const fields = COSTLY.join(' ');
    const query = queryOf(
      rootOf(`id state ${leaveOut(fields)}`),
      named === undefined ? '' : `fragment F on Process { ${fields} }`,
    );
    // From the third time on, the query is compiled.
    for (let times = 0; times < 4; times += 1) {
      const { data, errors } = await subgraph.ask(query, VARIABLES);
      expect(errors).toEqual([]);
      expect(JSON.stringify(data)).toContain(JSON.stringify({ id: ID, state: 'FINISHED' }).slice(1, -1));
    }
    expect(upstream.calls()).toEqual([]);
  });
});

test.each(COSTLY)('%s, left out by itself, costs no call', async (field) => {
  const subgraph = await startKnowing();
  const [, name = '', below = ''] = /^(\w+(?:\([^)]*\))?)(.*)$/.exec(field) ?? [];
  for (const condition of [
    '@include(if: false)',
    '@skip(if: true)',
    '@include(if: $no)',
    '@skip(if: $yes)',
  ]) {
    const query = queryOf(`process(id: $id) { id state ${name} ${condition} ${below} }`);
    for (let times = 0; times < 4; times += 1) {
      const { data, errors } = await subgraph.ask(query, VARIABLES);
      expect(errors).toEqual([]);
      expect(data.process).toEqual({ id: ID, state: 'FINISHED' });
    }
  }
  expect(upstream.calls()).toEqual([]);
});

test.each([
  ['a part of a nested object', 'documents { id signedUrl @include(if: $no) number @skip(if: $yes) }'],
  ['a nested object in a fragment', 'services { envelopeId ...S @include(if: $no) }'],
  [
    'the process that it was compared with',
    'reference { authenticationId process @include(if: $no) { sdkToken } }',
  ],
  ['a part of a person', 'person { __typename friendlyName @include(if: false) duiValue @skip(if: $yes) }'],
])('%s that is left out costs no call', async (_, selection) => {
  const subgraph = await startKnowing();
  const fragment = selection.includes('...S') ? 'fragment S on Service { documents { signedUrl } }' : '';
  const query = queryOf(`process(id: $id) { id state ${selection} }`, fragment);
  for (let times = 0; times < 4; times += 1) {
    const { data, errors } = await subgraph.ask(query, VARIABLES);
    expect(errors).toEqual([]);
    expect(data.process).toMatchObject({ id: ID, state: 'FINISHED' });
  }
  expect(upstream.calls()).toEqual([]);
});

test('a process of which everything but the key is left out costs no call, whether it is known or not', async () => {
  const subgraph = await startSubgraph(unicoOf(upstream));
  onTestFinished(() => subgraph.close());
  const query = queryOf(
    'process(id: $id) { id state @include(if: $no) ... @skip(if: $yes) { verdict { decision } } }',
  );
  for (let times = 0; times < 4; times += 1) {
    const { data } = await subgraph.ask(query, VARIABLES);
    expect(data.process).toEqual({ id: ID });
  }
  expect(upstream.calls()).toEqual([]);
});

test('a field that variables leave out costs a call in exactly those operations that include it', async () => {
  const subgraph = await startKnowing();
  const query =
    'query ($id: ID!, $token: Boolean!) { process(id: $id) { id state sdkToken @include(if: $token) } }';
  const calls: number[] = [];
  const tokens: unknown[] = [];
  for (const token of [false, false, true, false, true, false, true, false]) {
    upstream.requests.length = 0;
    const { data } = await subgraph.ask(query, { id: ID, token });
    calls.push(upstream.requests.length);
    tokens.push(data.process.sdkToken);
  }
  const token = SAMPLE.process.token;
  expect(calls).toEqual([0, 0, 1, 0, 1, 0, 1, 0]);
  expect(tokens).toEqual([undefined, undefined, token, undefined, token, undefined, token, undefined]);
});

test('a caller without a scope is denied a field in exactly those operations that include it, however often they are repeated', async () => {
  const reader: Caller = { ...ALL_SCOPES_CALLER, scopes: scopesAmong(['identity:read']) };
  const subgraph = await startSubgraph(unicoOf(upstream), { authenticate: async () => reader });
  onTestFinished(() => subgraph.close());
  const query =
    'query ($id: ID!, $person: Boolean!) { process(id: $id) { id state ... @include(if: $person) { person { duiValue } } } }';
  const denied: unknown[] = [];
  for (const person of [false, false, false, true, true, true, false, true]) {
    const { data, errors } = await subgraph.ask(query, { id: ID, person });
    denied.push(errors.map(({ extensions }) => extensions.code));
    expect(data.process).toEqual({
      id: ID,
      state: 'FINISHED',
      ...(person && { person: { duiValue: null } }),
    });
  }
  const forbidden = ['FORBIDDEN'];
  expect(denied).toEqual([[], [], [], forbidden, forbidden, forbidden, [], forbidden]);
});

test('a personal field is in the audit log for exactly those operations that include it, however often they are repeated', async () => {
  const audited: unknown[] = [];
  const subgraph = await startSubgraph(unicoOf(upstream), {
    audited: (_, auditEvent) => audited.push(auditEvent),
  });
  onTestFinished(() => subgraph.close());
  const query =
    'query ($id: ID!, $person: Boolean!) { process(id: $id) { id state ...P @include(if: $person) } } fragment P on Process { person { duiValue } }';
  const counts: number[] = [];
  for (const person of [false, false, false, true, true, true, false, true]) {
    audited.length = 0;
    await subgraph.ask(query, { id: ID, person });
    counts.push(audited.length);
  }
  expect(counts).toEqual([0, 0, 0, 1, 1, 1, 0, 1]);
});
