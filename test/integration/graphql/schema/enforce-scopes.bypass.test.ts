import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { SAMPLE } from '../../../fixtures/s0-get-idcloud-process.ts';
import { ID, OTHER_ID } from '../../../support/bodies.ts';
import {
  allOf,
  byPath,
  CALLERS,
  entities,
  FULL,
  INPUT,
  startScopeServers,
  type AuditedSubgraph,
  type Path,
  type ScopeServers,
  type TestCaller,
} from '../../../support/scopes.ts';

let keys = 0;
let servers: ScopeServers;

beforeAll(async () => {
  servers = await startScopeServers();
});
beforeEach(() => {
  servers.upstream.requests.length = 0;
});
afterAll(async () => {
  await servers.close();
});

/** S0's personal values: no caller without the scope may see one. */
const SECRETS = [
  '12345678909',
  'Luke',
  'example.com/redirect',
  'example.com/callback',
  'eyJhbGci',
  'xyz',
  '1990',
  '044589',
];

const READER: TestCaller = { name: 'a reader', scopes: ['identity:read'], code: 'FORBIDDEN' };
const WRITER: TestCaller = { name: 'a writer', scopes: ['identity:write'], code: 'FORBIDDEN' };

const process = (selection: string): string => `process(id: "${ID}") ${selection}`;

describe('a missing scope cannot be bypassed', () => {
  let subgraph: AuditedSubgraph;
  beforeAll(async () => {
    subgraph = await servers.startSubgraph();
    // Personal data is cached from here on, so there is something that could leak.
    await servers.askAs(FULL, subgraph, `{ ${process(allOf('Process'))} }`);
    return () => subgraph.close();
  });
  beforeEach(() => {
    subgraph.audited.length = 0;
  });

  const readers: [string, string, Path[]][] = [
    ['by an alias', `{ ${process('{ state: callbackUri }')} }`, [['process', 'state']]],
    [
      'by the alias of a field that is allowed, nested',
      `{ ${process('{ person { duiValueMasked: duiValue } }')} }`,
      [['process', 'person', 'duiValueMasked']],
    ],
    [
      'by aliases on several levels',
      `{ p: ${process('{ q: person { r: duiValue s: friendlyName } }')} }`,
      [
        ['p', 'q', 'r'],
        ['p', 'q', 's'],
      ],
    ],
    [
      'by the alias __typename',
      `{ ${process('{ __typename: userRedirectUrl }')} }`,
      [['process', '__typename']],
    ],
    [
      'in a fragment',
      `{ ${process('{ ...F }')} } fragment F on Process { callbackUri }`,
      [['process', 'callbackUri']],
    ],
    [
      'in a fragment of a fragment',
      `{ ...Q } fragment Q on Query { ${process('{ ...F }')} } fragment F on Process { ...G } fragment G on Process { sdkToken }`,
      [['process', 'sdkToken']],
    ],
    [
      'in fragments without a name',
      `{ ... { ... on Query { ${process('{ ... { ... on Process { ... @include(if: true) { callbackUri } } } }')} } } }`,
      [['process', 'callbackUri']],
    ],
    [
      'under a condition that holds',
      `{ ${process('{ callbackUri @include(if: true) sdkToken @skip(if: false) }')} }`,
      [
        ['process', 'callbackUri'],
        ['process', 'sdkToken'],
      ],
    ],
    [
      'under a condition by default',
      `query ($yes: Boolean = true) { ${process('{ callbackUri @include(if: $yes) }')} }`,
      [['process', 'callbackUri']],
    ],
    [
      'next to a condition that does not hold',
      `{ ${process('{ callbackUri @include(if: false) callbackUri }')} }`,
      [['process', 'callbackUri']],
    ],
    [
      'in a field that is selected twice',
      `{ ${process('{ id }')} ${process('{ callbackUri }')} }`,
      [['process', 'callbackUri']],
    ],
    [
      'in a nested field that is selected twice',
      `{ ${process('{ person { duiType } person { duiValue } }')} }`,
      [['process', 'person', 'duiValue']],
    ],
    ['by selecting it twice', `{ ${process('{ callbackUri callbackUri }')} }`, [['process', 'callbackUri']]],
    [
      'in a list',
      `{ processes(ids: ["${ID}", "${OTHER_ID}"]) { callbackUri } }`,
      [
        ['processes', 0, 'callbackUri'],
        ['processes', 1, 'callbackUri'],
      ],
    ],
    [
      'by the process it was compared with',
      `{ ${process('{ reference { process { reference { process { callbackUri } } } } }')} }`,
      [['process', 'reference', 'process', 'reference', 'process', 'callbackUri']],
    ],
    [
      'by the documents of a service',
      `{ ${process('{ services { documents { id: holderName data } } }')} }`,
      [
        ['process', 'services', 0, 'documents', 0, 'id'],
        ['process', 'services', 0, 'documents', 0, 'data'],
      ],
    ],
    [
      'by reusable documents',
      `{ ${process('{ reusableDocuments(type: BR_CNH) { documentId } }')} }`,
      [['process', 'reusableDocuments']],
    ],
    ['by an entity', entities('{ callbackUri }'), [['_entities', 0, 'callbackUri']]],
    [
      'by an entity in a fragment on the union',
      `{ _entities(representations: [{ __typename: "Process", id: "${ID}" }]) { ... on _Entity { ... on Process { callbackUri } } } }`,
      [['_entities', 0, 'callbackUri']],
    ],
    [
      'by an entity in named fragments on the union',
      `{ _entities(representations: [{ __typename: "Process", id: "${ID}" }]) { ...U } } fragment U on _Entity { ... { ...P } } fragment P on Process { state: callbackUri }`,
      [['_entities', 0, 'state']],
    ],
    [
      'by an entity with its source',
      `{ _entities(representations: [{ __typename: "Process", id: "${ID}", source: "IDCLOUD" }]) { ... on Process { callbackUri } } }`,
      [['_entities', 0, 'callbackUri']],
    ],
    [
      'by the field _entities under an alias',
      `{ process: _entities(representations: [{ __typename: "Process", id: "${ID}" }]) { ... on Process { callbackUri } } }`,
      [['process', 0, 'callbackUri']],
    ],
    [
      'by an entity whose representation contains the field',
      `{ _entities(representations: [{ __typename: "Process", id: "${ID}", callbackUri: "x", requiresScopes: [], scopes: ["identity:pii"] }]) { ... on Process { callbackUri } } }`,
      [['_entities', 0, 'callbackUri']],
    ],
    [
      'next to fields that are allowed',
      `{ ${process('{ id state person { duiType duiValue } callbackUri verdict { decision } }')} }`,
      [
        ['process', 'person', 'duiValue'],
        ['process', 'callbackUri'],
      ],
    ],
  ];

  test.each(readers)('a reader does not get a personal field %s', async (_, query, denied) => {
    const { status, data, errors } = await servers.askAs(READER, subgraph, query);
    expect(status).toBe(200);
    expect(byPath(errors.map(({ path = [], extensions: { code } }) => ({ path, code })))).toEqual(
      byPath(denied.map((path) => ({ path, code: 'FORBIDDEN' }))),
    );
    const text = JSON.stringify({ data, errors });
    expect(SECRETS.filter((secret) => text.includes(secret))).toEqual([]);
    expect(subgraph.audited).toEqual([]);
  });

  const writers: [string, string, string][] = [
    ['the decision', '{ verdict { decision } }', 'verdict'],
    ['the person', '{ person { duiValue } }', 'person'],
    ['the person by an alias', '{ state: person { duiValue } }', 'state'],
    ['the documents', '{ documents { number } }', 'documents'],
    ['the process it was compared with', '{ reference { process { id } } }', 'reference'],
    ['the callback URI', '{ callbackUri }', 'callbackUri'],
  ];

  test.each(writers)(
    'a caller with identity:write alone does not get %s of a process that it creates',
    async (_, selection, name) => {
      const query = `mutation { createProcess(idempotencyKey: "key-${(keys += 1)}", input: ${INPUT}) { process ${selection} } }`;
      const { data, errors } = await servers.askAs(WRITER, subgraph, query);
      expect(data).toEqual({ createProcess: { process: { [name]: null } } });
      expect(errors).toMatchObject([
        { path: ['createProcess', 'process', name], extensions: { code: 'FORBIDDEN' } },
      ]);
      expect(subgraph.audited).toEqual([]);
    },
  );

  test('a field that is allowed is answered under the alias of a personal field', async () => {
    const query = `{ ${process('{ sdkToken: id callbackUri: state person: source }')} }`;
    const { data, errors } = await servers.askAs(READER, subgraph, query);
    expect(errors).toEqual([]);
    expect(data.process).toEqual({ sdkToken: ID, callbackUri: 'FINISHED', person: 'IDCLOUD' });
    expect(subgraph.audited).toEqual([]);
  });

  test('a personal field that a condition leaves out is neither denied nor answered', async () => {
    const query = `query ($no: Boolean!) { ${process('{ id callbackUri @include(if: $no) ... @skip(if: true) { sdkToken } }')} }`;
    const headers = await servers.issuer.bearer('identity:read');
    const { data, errors } = await subgraph.ask(query, { no: false }, headers);
    expect({ data, errors }).toEqual({ data: { process: { id: ID } }, errors: [] });
  });

  test('an operation of several callers is checked anew for each of them', async () => {
    const query = `{ ${process('{ state callbackUri person { duiValue } }')} }`;
    const callbackUri = SAMPLE.process.callbackUri;
    const whole = { state: 'FINISHED', callbackUri, person: { duiValue: '12345678909' } };
    const part = { state: 'FINISHED', callbackUri: null, person: { duiValue: null } };
    for (const [caller, expected] of [
      [FULL, whole],
      [READER, part],
      [FULL, whole],
      [WRITER, null],
      [READER, part],
    ] as const) {
      expect((await servers.askAs(caller, subgraph, query)).data.process).toEqual(expected);
    }
  });

  test('a reader that asks concurrently with a caller of every scope gets no personal field', async () => {
    const fresh = await servers.startSubgraph();
    onTestFinished(() => fresh.close());
    const query = `{ ${process('{ state callbackUri }')} }`;
    const callers = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? FULL : READER));
    const answers = await Promise.all(callers.map((caller) => servers.askAs(caller, fresh, query)));
    const seen = answers.map(({ data }) => data.process.callbackUri);
    expect(seen).toEqual(callers.map((caller) => (caller === FULL ? SAMPLE.process.callbackUri : null)));
    expect(fresh.audited).toHaveLength(10);
  });

  test('a caller without identity:write cannot forget a process, and its cache entry stays', async () => {
    for (const caller of CALLERS.filter(({ scopes }) => !scopes.includes('identity:write'))) {
      await servers.askAs(caller, subgraph, `mutation { forgetProcess(id: "${ID}") { processId } }`);
    }
    expect((await servers.askAs(READER, subgraph, `{ ${process('{ state }')} }`)).errors).toEqual([]);
    expect(servers.upstream.requests).toEqual([]);
  });

  test('a reader cannot create with one mutation next to another', async () => {
    const [one, other] = ['a', 'b'].map(
      (name) => `${name}: createProcess(idempotencyKey: "key-${name}", input: ${INPUT}) { replayed }`,
    );
    const { data, errors } = await servers.askAs(READER, subgraph, `mutation { ${one} ${other} }`);
    expect(data).toEqual({ a: null, b: null });
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    expect(servers.upstream.requests).toEqual([]);
  });
});
