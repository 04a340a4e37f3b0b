import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ID, OTHER_ID } from '../../../support/bodies.ts';
import {
  byPath,
  entities,
  FULL,
  INPUT,
  startScopeServers,
  type AuditedSubgraph,
  type Path,
  type ScopeServers,
  type TestCaller,
} from '../../../support/scopes.ts';

/** May read what is not personal, and create. */
const CREATOR: TestCaller = {
  name: 'a creator',
  scopes: ['identity:read', 'identity:write'],
  code: 'FORBIDDEN',
};

/** What a caller needs to continue with a process that it has created. */
const LINKS = 'sdkToken userRedirectUrl';

const create = (selection: string, key: string = randomUUID()): string =>
  `mutation { createProcess(idempotencyKey: "${key}", input: ${INPUT}) { process ${selection} } }`;
const setDocument = (selection: string): string =>
  `mutation { setProcessDocument(input: { processId: "${ID}", duiType: BR_CPF, duiValue: "12345678909" }) { process ${selection} } }`;

const bothOf = (path: Path): Path[] => [
  [...path, 'sdkToken'],
  [...path, 'userRedirectUrl'],
];

let servers: ScopeServers;
let plain: AuditedSubgraph;
let compiling: AuditedSubgraph;

beforeAll(async () => {
  servers = await startScopeServers();
  [plain, compiling] = await Promise.all([servers.startSubgraph(), servers.startCompilingSubgraph()]);
  // Personal data is cached from here on, so there is something that could leak.
  const everything = `{ processes(ids: ["${ID}", "${OTHER_ID}"]) { ${LINKS} person { duiValue } } }`;
  for (const subgraph of [plain, compiling]) await servers.askAs(FULL, subgraph, everything);
});
beforeEach(() => {
  servers.upstream.requests.length = 0;
  plain.audited.length = 0;
  compiling.audited.length = 0;
});
afterAll(async () => {
  await Promise.all([plain.close(), compiling.close()]);
  await servers.close();
});

describe('a caller with identity:read and identity:write, without identity:pii', () => {
  const denied: [string, string, Path[]][] = [
    ['a query', `{ process(id: "${ID}") { ${LINKS} } }`, bothOf(['process'])],
    [
      'a query of its contract',
      `{ process(id: "${ID}", source: IDCLOUD) { ${LINKS} } }`,
      bothOf(['process']),
    ],
    [
      'a list',
      `{ processes(ids: ["${ID}", "${OTHER_ID}"]) { ${LINKS} } }`,
      [...bothOf(['processes', 0]), ...bothOf(['processes', 1])],
    ],
    ['an entity', entities(`{ ${LINKS} }`), bothOf(['_entities', 0])],
    [
      'a query that has the form of a payload',
      `{ createProcess: process(id: "${ID}") { process: id ${LINKS} } }`,
      bothOf(['createProcess']),
    ],
    [
      'the reference of a process',
      `{ process(id: "${ID}") { reference { process { ${LINKS} } } } }`,
      bothOf(['process', 'reference', 'process']),
    ],
  ];

  test.each(denied)(
    'does not get the token and the link of a process by %s, each time it asks',
    async (_, query, paths) => {
      for (const subgraph of [plain, compiling]) {
        // The second and later times, a query may be compiled.
        for (let times = 0; times < 3; times += 1) {
          const { data, errors } = await servers.askAs(CREATOR, subgraph, query);
          expect(byPath(errors.map(({ path = [], extensions: { code } }) => ({ path, code })))).toEqual(
            byPath(paths.map((path) => ({ path, code: 'FORBIDDEN' }))),
          );
          expect(JSON.stringify(data)).not.toMatch(/eyJ|redirect/);
        }
        expect(subgraph.audited).toEqual([]);
      }
      expect(servers.upstream.calls()).toEqual([]);
    },
  );

  test('reads which scope it would need', async () => {
    const { errors } = await servers.askAs(CREATOR, plain, `{ process(id: "${ID}") { sdkToken } }`);
    expect(errors.map(({ message }) => message)).toEqual([
      'expected a token with the scope identity:read and identity:pii, got identity:read, identity:write',
    ]);
  });

  const own: [string, () => string, string][] = [
    ['its creation', () => create(`{ ${LINKS} }`), 'createProcess'],
    [
      'its creation, in fragments',
      () => `${create('{ ...P }')} fragment P on Process { ... { ${LINKS} } }`,
      'createProcess',
    ],
    ['its creation, replayed', () => create(`{ ${LINKS} }`, 'replayed'), 'createProcess'],
    ['its process whose document it set', () => setDocument(`{ ${LINKS} }`), 'setProcessDocument'],
  ];

  test.each(own)('gets the token and the link of %s', async (_, operation, field) => {
    await servers.askAs(CREATOR, plain, create('{ id }', 'replayed'));
    const { data, errors } = await servers.askAs(CREATOR, plain, operation());
    expect(errors).toEqual([]);
    expect(data[field].process).toEqual({
      sdkToken: expect.stringMatching(/^eyJ/),
      userRedirectUrl: expect.stringContaining('redirect'),
    });
    expect(plain.audited).toMatchObject([{ fields: ['Process.sdkToken', 'Process.userRedirectUrl'] }]);
  });

  const referred: [string, (selection: string) => string, string][] = [
    ['its creation', (selection) => create(selection), 'createProcess'],
    ['its creation, replayed', (selection) => create(selection, 'replayed'), 'createProcess'],
    ['its process whose document it set', (selection) => setDocument(selection), 'setProcessDocument'],
  ];

  test.each(referred)(
    'does not get the token and the link of the process that %s refers to',
    async (_, operation, field) => {
      await servers.askAs(CREATOR, plain, create('{ id }', 'replayed'));
      plain.audited.length = 0;
      const { data, errors } = await servers.askAs(
        CREATOR,
        plain,
        operation(`{ id reference { process { id ${LINKS} } } }`),
      );
      expect(byPath(errors.map(({ path = [], extensions: { code } }) => ({ path, code })))).toEqual(
        byPath(
          bothOf([field, 'process', 'reference', 'process']).map((path) => ({ path, code: 'FORBIDDEN' })),
        ),
      );
      expect(data[field].process).toEqual({
        id: ID,
        reference: { process: { id: OTHER_ID, sdkToken: null, userRedirectUrl: null } },
      });
      expect(plain.audited).toEqual([]);
    },
  );
});
