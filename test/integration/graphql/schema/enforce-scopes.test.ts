import { readFileSync } from 'node:fs';
import {
  getNamedType,
  isCompositeType,
  isIntrospectionType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  Kind,
  parse,
  valueFromASTUntyped,
  visit,
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
} from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AuditEvent } from '../../../../src/observability/log-events.ts';
import type { AuthenticateCaller } from '../../../../src/server/auth/authenticate-caller.ts';
import { createSubgraphSchema } from '../../../../src/graphql/schema/subgraph-schema.ts';
import { SAMPLE } from '../../../fixtures/s0-get-idcloud-process.ts';
import { SAMPLE as REUSABLE } from '../../../fixtures/s4-get-reusable-documents.ts';
import { ID, OTHER_ID } from '../../../support/bodies.ts';
import { startSubgraph, type Answer, type Subgraph } from '../../../support/subgraph.ts';
import { authenticationOf, startTokenIssuer, type TokenIssuer } from '../../../support/token-issuer.ts';
import { unicoOf } from '../../../support/unico.ts';
import { startUpstream, type Reply, type SeenRequest, type Upstream } from '../../../support/upstream.ts';

/*
 * What the contract says is read here out of docs/subgraph.graphql, by rules written anew; what is held against it is
 * the running server. Neither looks at the other.
 */

const schema = await createSubgraphSchema();

/** Names that federation keeps for itself. */
const isOfFederation = (name: string): boolean => name.startsWith('_');

const objectTypes = Object.values(schema.getTypeMap()).filter(
  (type): type is GraphQLObjectType =>
    isObjectType(type) && !isIntrospectionType(type) && !isOfFederation(type.name),
);
const fieldsOf = (type: GraphQLObjectType): GraphQLField<unknown, unknown>[] =>
  Object.values(type.getFields()).filter(({ name }) => !isOfFederation(name));

// --- What the contract says

const contract = parse(readFileSync(new URL('../../../../docs/subgraph.graphql', import.meta.url), 'utf8'));

type Said = { requires: string[][]; tags: string[] };

function argumentsOf(directives: readonly ConstDirectiveNode[], name: string): unknown[] {
  return directives
    .filter((directive) => directive.name.value === name)
    .flatMap(({ arguments: given = [] }) => given.map(({ value }) => valueFromASTUntyped(value)));
}

/** What is said of each field, by names such as `Person.duiValue`. */
const said = new Map<string, Said>();
for (const definition of contract.definitions) {
  if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.OBJECT_TYPE_EXTENSION)
    continue;
  for (const { name, directives = [] } of definition.fields ?? []) {
    if (isOfFederation(name.value) || isOfFederation(definition.name.value)) continue;
    const [requires] = argumentsOf(directives, 'requiresScopes') as string[][][];
    if (requires === undefined) throw new Error(`${definition.name.value}.${name.value} requires nothing`);
    said.set(`${definition.name.value}.${name.value}`, {
      requires,
      tags: argumentsOf(directives, 'tag').map(String),
    });
  }
}

function saidOf(field: string): Said {
  const its = said.get(field);
  if (its === undefined) throw new Error(`the contract says nothing of ${field}`);
  return its;
}

/** Somebody who asks: with these scopes, or without a token. */
type Asker = { name: string; scopes: string[]; code: 'FORBIDDEN' | 'UNAUTHENTICATED' };

/** All of at least one list. */
function allowed(field: string, { scopes }: Pick<Asker, 'scopes'>): boolean {
  return saidOf(field).requires.some((all) => all.every((scope) => scopes.includes(scope)));
}

/** What an entity takes beyond what is selected of it: `_entities` is federation's, and can say nothing itself. */
const entityAllowed = ({ scopes }: Pick<Asker, 'scopes'>): boolean => scopes.includes('identity:read');

const SCOPES = [...new Set([...said.values()].flatMap(({ requires }) => requires.flat()))].toSorted();
const SETS = SCOPES.reduce<string[][]>((sets, scope) => sets.flatMap((set) => [set, [...set, scope]]), [[]]);

const EVERYTHING: Asker = { name: 'every scope', scopes: SCOPES, code: 'FORBIDDEN' };
const ASKERS: Asker[] = [
  { name: 'no token', scopes: [], code: 'UNAUTHENTICATED' },
  ...SETS.map((scopes): Asker => ({ name: scopes.join(' ') || 'no scope', scopes, code: 'FORBIDDEN' })),
];

// --- What is asked

/** Arguments of fields below the roots: all are enums with a value to take. */
function required(field: GraphQLField<unknown, unknown>): string {
  const names = field.args.filter(isRequiredArgument).map(({ name }) => `${name}: BR_CNH`);
  return names.length === 0 ? '' : `(${names.join(', ')})`;
}

/** A selection of every field; of types that lead back to themselves, twice. */
function everythingOf(type: GraphQLObjectType, above: readonly string[] = []): string {
  const fields = fieldsOf(type).flatMap((field) => {
    const below = getNamedType(field.type);
    if (!isCompositeType(below)) return [`${field.name}${required(field)}`];
    if (!isObjectType(below)) throw new Error(`${type.name}.${field.name} leads to no object`);
    if (above.filter((name) => name === below.name).length > 1) return [];
    return [`${field.name}${required(field)} ${everythingOf(below, [...above, below.name])}`];
  });
  return `{ ${fields.join(' ')} }`;
}

function typeNamed(name: string): GraphQLObjectType {
  const type = schema.getType(name);
  if (!isObjectType(type)) throw new Error(`the schema has no ${name}`);
  return type;
}

const all = (name: string): string => everythingOf(typeNamed(name), [name]);

const INPUT = '{ journey: { flow: "idunicosign", purpose: "creditprocess", callbackUri: "/" } }';
const create = (key: string, input = INPUT): string =>
  `mutation { createProcess(idempotencyKey: "${key}", input: ${input}) ${all('CreateProcessPayload')} }`;
const entities = (selection: string): string =>
  `{ _entities(representations: [{ __typename: "Process", id: "${ID}" }]) { ... on Process ${selection} } }`;

/** Whether somebody gets past the first field of an entry. */
const mayEnter = (entry: string, fetcher: Asker): boolean =>
  entry === 'Query._entities' ? entityAllowed(fetcher) : allowed(entry.replace(/,.*/, ''), fetcher);

let keys = 0;

/** Every way in. A nested process is in each selection of one, as that which it was compared with. */
const ENTRIES: { [name: string]: () => string } = {
  'Query.process': () => `{ process(id: "${ID}") ${all('Process')} }`,
  'Query.processes': () => `{ processes(ids: ["${ID}", "${OTHER_ID}"]) ${all('Process')} }`,
  'Query.reusableDocuments': () =>
    `{ reusableDocuments(code: "12345678909", type: BR_CNH) ${all('ReusableDocument')} }`,
  'Query._entities': () => entities(all('Process')),
  'Mutation.createProcess': () => create(`key-${(keys += 1)}`),
  'Mutation.createProcess, replayed': () => create('replayed'),
  'Mutation.createProcess, refused': () => create('refused', INPUT.replace('"idunicosign"', '""')),
  'Mutation.setProcessDocument': () =>
    `mutation { setProcessDocument(input: { processId: "${ID}", duiType: BR_CPF, duiValue: "12345678909" }) ${all('SetProcessDocumentPayload')} }`,
  'Mutation.setProcessDocument, refused': () =>
    `mutation { setProcessDocument(input: { processId: "", duiType: BR_CPF, duiValue: "12345678909" }) ${all('SetProcessDocumentPayload')} }`,
  'Mutation.forgetProcess': () => `mutation { forgetProcess(id: "${ID}") ${all('ForgetProcessPayload')} }`,
  'Mutation.forgetProcess, refused': () =>
    `mutation { forgetProcess(id: "") ${all('ForgetProcessPayload')} }`,
};

// --- What is answered

/** S0's sample process, compared with another, so that every field of the schema has something to show. */
function unicoAnswers({ method, path }: SeenRequest): Reply {
  if (path.startsWith('/documents/v1')) return { body: REUSABLE };
  if (path.endsWith('/document')) return { body: { process: { id: ID, person: SAMPLE.process.person } } };
  const id = method === 'GET' && path.endsWith(OTHER_ID) ? OTHER_ID : ID;
  const bioTokenData = { ...SAMPLE.process.bioTokenData, referenceProcessId: id === ID ? OTHER_ID : ID };
  return { body: { process: { ...SAMPLE.process, id, bioTokenData } } };
}

let issuer: TokenIssuer;
let authenticate: AuthenticateCaller;
let upstream: Upstream;

type Watched = Subgraph & { audited: AuditEvent[] };

async function start(): Promise<Watched> {
  const audited: AuditEvent[] = [];
  const subgraph = await startSubgraph(unicoOf(upstream), {
    schema,
    authenticate,
    audited: (_, what) => void audited.push(what),
  });
  return { ...subgraph, audited };
}

async function askAs({ code, scopes }: Asker, subgraph: Subgraph, query: string): Promise<Answer> {
  return subgraph.ask(query, {}, code === 'FORBIDDEN' ? await issuer.bearer(...scopes) : {});
}

beforeAll(async () => {
  // Addresses of files end at a moment that is counted from now.
  vi.useFakeTimers({ toFake: ['Date'] });
  issuer = await startTokenIssuer();
  authenticate = authenticationOf(issuer);
  upstream = await startUpstream(unicoAnswers);
});
beforeEach(() => {
  upstream.requests.length = 0;
});
afterAll(async () => {
  await Promise.all([issuer.close(), upstream.close()]);
  vi.useRealTimers();
});

type Path = (string | number)[];
/** An answer, and where something was denied. */
type Seen = { data: unknown; denied: { path: Path; code: string }[] };

/** What is left of an answer to somebody who may see everything for somebody who may not. */
function seenBy(fetcher: Asker, whole: unknown, root: 'Query' | 'Mutation'): Seen {
  const denied: Seen['denied'] = [];
  const deny = (path: Path): null => {
    denied.push({ path, code: fetcher.code });
    return null;
  };
  function entity(value: unknown, path: Path): unknown {
    return entityAllowed(fetcher) ? object(value, typeNamed('Process'), path) : deny(path);
  }
  function member(type: GraphQLObjectType, name: string, value: unknown, path: Path): unknown {
    if (name === '_entities') return (value as unknown[]).map((each, i) => entity(each, [...path, i]));
    if (!allowed(`${type.name}.${name}`, fetcher)) return deny(path);
    const below = getNamedType(type.getFields()[name]?.type);
    return isObjectType(below) ? object(value, below, path) : value;
  }
  function object(value: unknown, type: GraphQLObjectType, path: Path): unknown {
    if (Array.isArray(value)) return value.map((each, i) => object(each, type, [...path, i]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, below]) => [name, member(type, name, below, [...path, name])]),
    );
  }
  return { data: object(whole, typeNamed(root), []), denied };
}

const byPath = (denied: Seen['denied']): string[] =>
  denied.map(({ path, code }) => `${path.join('.')}: ${code}`).toSorted();

describe.each(Object.entries(ENTRIES))('who asks by %s', (entry, operation) => {
  const root = entry.startsWith('Query') ? 'Query' : 'Mutation';
  let subgraph: Watched;
  let whole: Answer;

  beforeAll(async () => {
    subgraph = await start();
    // What is replayed below was created by now.
    await askAs(EVERYTHING, subgraph, create('replayed'));
    whole = await askAs(EVERYTHING, subgraph, operation());
    return () => subgraph.close();
  });

  test('with every scope is denied nothing', () => {
    expect(whole.errors).toEqual([]);
    expect(Object.values(whole.data)).not.toContain(null);
  });

  test.each(ASKERS)('with $name sees exactly what the contract lets them', async (fetcher) => {
    const { status, data, errors } = await askAs(fetcher, subgraph, operation());
    const expected = seenBy(fetcher, whole.data, root);
    expect(status).toBe(200);
    expect(data).toEqual(expected.data);
    expect(byPath(errors.map(({ path = [], extensions: { code } }) => ({ path, code })))).toEqual(
      byPath(expected.denied),
    );
  });

  test.each(ASKERS.filter((fetcher) => !mayEnter(entry, fetcher)))(
    'with $name, who may not, has nothing sent to Unico, nothing written down, and nothing told of what is there',
    async (fetcher) => {
      subgraph.audited.length = 0;
      const { errors } = await askAs(fetcher, subgraph, operation());
      expect(errors.map(({ message }) => message).join()).not.toContain(ID);
      expect(upstream.requests).toEqual([]);
      expect(subgraph.audited).toEqual([]);
    },
  );
});

/** The fields that are there in an answer, such as `Person.duiValue`. */
function* fieldsIn(value: unknown, type: GraphQLNamedType): Generator<string> {
  if (Array.isArray(value)) for (const each of value) yield* fieldsIn(each, type);
  else if (typeof value === 'object' && value !== null && isObjectType(type)) {
    for (const [name, below] of Object.entries(value)) {
      yield `${type.name}.${name}`;
      const field = type.getFields()[name];
      if (field)
        yield* fieldsIn(below, name === '_entities' ? typeNamed('Process') : getNamedType(field.type));
    }
  }
}

describe('what is held above', () => {
  test('enters by every field of the roots', () => {
    const roots = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
      type ? fieldsOf(type).map(({ name }) => `${type.name}.${name}`) : [],
    );
    const entered = Object.keys(ENTRIES).map((entry) => entry.replace(/,.*/, ''));
    expect(new Set(entered)).toEqual(new Set([...roots, 'Query._entities']));
    expect(schema.getSubscriptionType() ?? null).toBeNull();
  });

  test('comes to every field of the schema, each of which the contract knows', async () => {
    const subgraph = await start();
    await askAs(EVERYTHING, subgraph, create('replayed'));
    const seen = new Set<string>();
    for (const [entry, operation] of Object.entries(ENTRIES)) {
      const { data } = await askAs(EVERYTHING, subgraph, operation());
      const root = typeNamed(entry.startsWith('Query') ? 'Query' : 'Mutation');
      for (const field of fieldsIn(data, root)) seen.add(field);
    }
    seen.delete('Query._entities');
    const fields = objectTypes.flatMap((type) => fieldsOf(type).map(({ name }) => `${type.name}.${name}`));
    expect([...seen].toSorted()).toEqual(fields.toSorted());
    expect([...said.keys()].toSorted()).toEqual(fields.toSorted());
    await subgraph.close();
  });

  test('tries every set of scopes', () => {
    expect(SCOPES).toEqual(['identity:pii', 'identity:read', 'identity:write']);
    expect(SETS).toHaveLength(8);
  });
});

// --- Personal fields

/** A way from a process to a field: the selections above it and its own, and the fields that are passed and reached. */
type Way = { above: string[]; last: string; names: string[] };

/** All ways from a process to its fields; those of the process it was compared with are ways from that. */
function* waysFrom(type: GraphQLObjectType, above: string[] = [], passed: string[] = []): Generator<Way> {
  for (const field of fieldsOf(type)) {
    const step = field.name + required(field);
    const names = [...passed, `${type.name}.${field.name}`];
    const below = getNamedType(field.type);
    yield { above, last: isObjectType(below) ? `${step} { __typename }` : step, names };
    if (isObjectType(below) && below.name !== 'Process') yield* waysFrom(below, [...above, step], names);
  }
}

/** A selection below a process, which ends with this. */
const along = (above: string[], end: string): string =>
  above.reduceRight((inner, step) => `{ __typename ${step} ${inner} }`, `{ __typename ${end} }`);

const isPersonal = (field: string): boolean => saidOf(field).tags.includes('pii');
/** All ways to what is personal itself; what is below of it is denied with it. */
const PERSONAL = [...waysFrom(typeNamed('Process'))]
  .filter(({ names }) => names.findIndex(isPersonal) === names.length - 1)
  .map((way) => ({ ...way, title: way.names.join(' › ') }));

/** The calls that an operation costs where nothing is known yet, and what of it is written down. */
async function costOf(
  fetcher: Asker,
  query: string,
): Promise<{ calls: string[]; audited: AuditEvent[]; codes: string[] }> {
  await using stack = new AsyncDisposableStack();
  const subgraph = await start();
  stack.defer(() => subgraph.close());
  upstream.requests.length = 0;
  const { errors } = await askAs(fetcher, subgraph, query);
  const codes = [...new Set(errors.map(({ extensions }) => extensions.code))];
  return { calls: upstream.calls().toSorted(), audited: subgraph.audited, codes };
}

const TO_A_PROCESS: [string, (selection: string) => string][] = [
  ['a query', (selection) => `{ process(id: "${ID}") ${selection} }`],
  ['a query of many', (selection) => `{ processes(ids: ["${ID}"]) ${selection} }`],
  ['an entity', entities],
];

describe.each(PERSONAL)('the personal field $title', ({ above, last, names }) => {
  const field = names.at(-1) ?? '';
  const passed = names.slice(0, -1);
  const lacking = ASKERS.filter(
    (fetcher) =>
      entityAllowed(fetcher) && passed.every((name) => allowed(name, fetcher)) && !allowed(field, fetcher),
  );
  test('is denied without a call for it, and without a word that somebody read it', async () => {
    expect(lacking.length).toBeGreaterThan(0);
    for (const [, operation] of TO_A_PROCESS) {
      for (const fetcher of lacking) {
        const without = await costOf(fetcher, operation(along(above, '')));
        const denied = await costOf(fetcher, operation(along(above, last)));
        expect(denied).toEqual({ ...without, codes: ['FORBIDDEN'] });
        expect(denied.audited).toEqual([]);
      }
    }
  });

  test.each(TO_A_PROCESS)('that is given by %s is written down', async (_, operation) => {
    const { audited } = await costOf(EVERYTHING, operation(along(above, last)));
    expect(audited).toEqual([
      { event: 'personal-read', process: ID, fields: expect.arrayContaining([field]) },
    ]);
  });
});

// --- What cannot be got round

/** S0's values that are personal: none may be seen by who may not. */
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

const READER: Asker = { name: 'a reader', scopes: ['identity:read'], code: 'FORBIDDEN' };
const WRITER: Asker = { name: 'a writer', scopes: ['identity:write'], code: 'FORBIDDEN' };

const process = (selection: string): string => `process(id: "${ID}") ${selection}`;

describe('a scope that is lacking cannot be got round', () => {
  let subgraph: Watched;
  beforeAll(async () => {
    subgraph = await start();
    // What is personal is kept by now: there would be something to give away.
    await askAs(EVERYTHING, subgraph, `{ ${process(all('Process'))} }`);
    return () => subgraph.close();
  });
  beforeEach(() => {
    subgraph.audited.length = 0;
  });

  const readers: [string, string, Path[]][] = [
    ['by another name', `{ ${process('{ state: callbackUri }')} }`, [['process', 'state']]],
    [
      'by the name of something harmless, nested',
      `{ ${process('{ person { duiValueMasked: duiValue } }')} }`,
      [['process', 'person', 'duiValueMasked']],
    ],
    [
      'by names upon names',
      `{ p: ${process('{ q: person { r: duiValue s: friendlyName } }')} }`,
      [
        ['p', 'q', 'r'],
        ['p', 'q', 's'],
      ],
    ],
    [
      'by the name of the type',
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
      'beside a condition that does not hold',
      `{ ${process('{ callbackUri @include(if: false) callbackUri }')} }`,
      [['process', 'callbackUri']],
    ],
    [
      'in a field that is written twice',
      `{ ${process('{ id }')} ${process('{ callbackUri }')} }`,
      [['process', 'callbackUri']],
    ],
    [
      'in a nested field that is written twice',
      `{ ${process('{ person { duiType } person { duiValue } }')} }`,
      [['process', 'person', 'duiValue']],
    ],
    ['twice', `{ ${process('{ callbackUri callbackUri }')} }`, [['process', 'callbackUri']]],
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
      'by documents that may be reused',
      `{ ${process('{ reusableDocuments(type: BR_CNH) { documentId } }')} }`,
      [['process', 'reusableDocuments']],
    ],
    ['by an entity', entities('{ callbackUri }'), [['_entities', 0, 'callbackUri']]],
    [
      'by an entity under the name of the union',
      `{ _entities(representations: [{ __typename: "Process", id: "${ID}" }]) { ... on _Entity { ... on Process { callbackUri } } } }`,
      [['_entities', 0, 'callbackUri']],
    ],
    [
      'by an entity in fragments of the union',
      `{ _entities(representations: [{ __typename: "Process", id: "${ID}" }]) { ...U } } fragment U on _Entity { ... { ...P } } fragment P on Process { state: callbackUri }`,
      [['_entities', 0, 'state']],
    ],
    [
      'by an entity that has its source',
      `{ _entities(representations: [{ __typename: "Process", id: "${ID}", source: "IDCLOUD" }]) { ... on Process { callbackUri } } }`,
      [['_entities', 0, 'callbackUri']],
    ],
    [
      'by the field of entities under another name',
      `{ process: _entities(representations: [{ __typename: "Process", id: "${ID}" }]) { ... on Process { callbackUri } } }`,
      [['process', 0, 'callbackUri']],
    ],
    [
      'by an entity that brings the field',
      `{ _entities(representations: [{ __typename: "Process", id: "${ID}", callbackUri: "x", requiresScopes: [], scopes: ["identity:pii"] }]) { ... on Process { callbackUri } } }`,
      [['_entities', 0, 'callbackUri']],
    ],
    [
      'beside what is allowed',
      `{ ${process('{ id state person { duiType duiValue } callbackUri verdict { decision } }')} }`,
      [
        ['process', 'person', 'duiValue'],
        ['process', 'callbackUri'],
      ],
    ],
  ];

  test.each(readers)('%s', async (_, query, denied) => {
    const { status, data, errors } = await askAs(READER, subgraph, query);
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
    ['the person by another name', '{ state: person { duiValue } }', 'state'],
    ['the documents', '{ documents { number } }', 'documents'],
    ['the process it was compared with', '{ reference { process { id } } }', 'reference'],
    ['where the person returns to', '{ callbackUri }', 'callbackUri'],
  ];

  test.each(writers)('by a mutation: whoever may only create is not told %s', async (_, selection, name) => {
    const query = `mutation { createProcess(idempotencyKey: "key-${(keys += 1)}", input: ${INPUT}) { process ${selection} } }`;
    const { data, errors } = await askAs(WRITER, subgraph, query);
    expect(data).toEqual({ createProcess: { process: { [name]: null } } });
    expect(errors).toMatchObject([
      { path: ['createProcess', 'process', name], extensions: { code: 'FORBIDDEN' } },
    ]);
    expect(subgraph.audited).toEqual([]);
  });

  test('by a name that is harmless: what is called like something personal is answered as what it is', async () => {
    const query = `{ ${process('{ sdkToken: id callbackUri: state person: source }')} }`;
    const { data, errors } = await askAs(READER, subgraph, query);
    expect(errors).toEqual([]);
    expect(data.process).toEqual({ sdkToken: ID, callbackUri: 'FINISHED', person: 'IDCLOUD' });
    expect(subgraph.audited).toEqual([]);
  });

  test('by a condition that does not hold: what is left out is neither denied nor answered', async () => {
    const query = `query ($no: Boolean!) { ${process('{ id callbackUri @include(if: $no) ... @skip(if: true) { sdkToken } }')} }`;
    const headers = await issuer.bearer('identity:read');
    const { data, errors } = await subgraph.ask(query, { no: false }, headers);
    expect({ data, errors }).toEqual({ data: { process: { id: ID } }, errors: [] });
  });

  test('by the words of somebody who may: the same operation is looked at for each caller', async () => {
    const query = `{ ${process('{ state callbackUri person { duiValue } }')} }`;
    const callbackUri = SAMPLE.process.callbackUri;
    const whole = { state: 'FINISHED', callbackUri, person: { duiValue: '12345678909' } };
    const part = { state: 'FINISHED', callbackUri: null, person: { duiValue: null } };
    for (const [fetcher, expected] of [
      [EVERYTHING, whole],
      [READER, part],
      [EVERYTHING, whole],
      [WRITER, null],
      [READER, part],
    ] as const) {
      expect((await askAs(fetcher, subgraph, query)).data.process).toEqual(expected);
    }
  });

  test('by asking at the same moment as somebody who may', async () => {
    await using stack = new AsyncDisposableStack();
    const fresh = await start();
    stack.defer(() => fresh.close());
    const query = `{ ${process('{ state callbackUri }')} }`;
    const askers = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? EVERYTHING : READER));
    const answers = await Promise.all(askers.map((fetcher) => askAs(fetcher, fresh, query)));
    const seen = answers.map(({ data }) => data.process.callbackUri);
    expect(seen).toEqual(
      askers.map((fetcher) => (fetcher === EVERYTHING ? SAMPLE.process.callbackUri : null)),
    );
    expect(fresh.audited).toHaveLength(10);
  });

  test('to remove what is kept: whoever may not forget leaves it where it is', async () => {
    for (const fetcher of ASKERS.filter(({ scopes }) => !scopes.includes('identity:write'))) {
      await askAs(fetcher, subgraph, `mutation { forgetProcess(id: "${ID}") { processId } }`);
    }
    expect((await askAs(READER, subgraph, `{ ${process('{ state }')} }`)).errors).toEqual([]);
    expect(upstream.requests).toEqual([]);
  });

  test('to carry out one mutation beside another that is allowed by nobody', async () => {
    const [one, other] = ['a', 'b'].map(
      (name) => `${name}: createProcess(idempotencyKey: "key-${name}", input: ${INPUT}) { replayed }`,
    );
    const { data, errors } = await askAs(READER, subgraph, `mutation { ${one} ${other} }`);
    expect(data).toEqual({ a: null, b: null });
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    expect(upstream.requests).toEqual([]);
  });
});

// --- What has to hold of the contract itself

/** The types that somebody comes to, by whatever way. */
function reachedBy(fetcher: Asker): Set<GraphQLObjectType> {
  const reached = new Set<GraphQLObjectType>();
  const enter = (type: GraphQLNamedType): void => {
    if (!isObjectType(type) || reached.has(type)) return;
    reached.add(type);
    for (const field of fieldsOf(type)) {
      if (allowed(`${type.name}.${field.name}`, fetcher)) enter(getNamedType(field.type));
    }
  };
  enter(typeNamed('Query'));
  enter(typeNamed('Mutation'));
  if (entityAllowed(fetcher)) enter(typeNamed('Process'));
  return reached;
}

describe('the contract', () => {
  test.each(ASKERS)('takes no neighbours along where it denies something: $name', (fetcher) => {
    const lost = [...reachedBy(fetcher)].flatMap((type) =>
      fieldsOf(type)
        .filter((field) => isNonNullType(field.type) && !allowed(`${type.name}.${field.name}`, fetcher))
        .map(({ name }) => `${type.name}.${name}`),
    );
    expect(lost).toEqual([]);
  });

  test('lets nobody without a scope see anything', () => {
    for (const fetcher of ASKERS.filter(({ scopes }) => scopes.length === 0)) {
      expect([...said.keys()].filter((field) => allowed(field, fetcher))).toEqual([]);
    }
  });

  test('asks for identity:pii for all that is personal, or for identity:write, whose work it is', () => {
    const personal = [...said].filter(([field]) => isPersonal(field));
    expect(personal.map(([field]) => field)).toEqual(
      expect.arrayContaining([
        'Person.duiValue',
        'Document.data',
        'Process.sdkToken',
        'Query.reusableDocuments',
      ]),
    );
    const open = personal.filter(([, { requires }]) =>
      requires.some((way) => !way.includes('identity:pii') && !way.includes('identity:write')),
    );
    expect(open).toEqual([]);
  });

  test('gives to those who may only create nothing personal but what the journey goes on with', () => {
    const given = [...said.keys()].filter(
      (field) => isPersonal(field) && allowed(field, { scopes: ['identity:write'] }),
    );
    expect(given.toSorted()).toEqual(['Process.sdkToken', 'Process.userRedirectUrl']);
  });

  test('shows nothing personal to partners', () => {
    const shown = [...said].filter(([, { tags }]) => tags.includes('partner'));
    expect(shown.map(([field]) => field)).toContain('Process.verdict');
    expect(shown.filter(([field]) => isPersonal(field))).toEqual([]);
  });

  test('says who may see something of fields alone, and by scopes alone: nothing else is looked at here', () => {
    const elsewhere: string[] = [];
    visit(contract, {
      Directive: ({ name: { value: name } }, _key, _parent, _path, ancestors) => {
        const owner = ancestors.findLast((node): node is FieldDefinitionNode => 'kind' in node);
        const known = name === 'requiresScopes' && owner?.kind === Kind.FIELD_DEFINITION;
        if (/requiresScopes|authenticated|policy/i.test(name) && !known) elsewhere.push(`@${name}`);
      },
    });
    expect(elsewhere).toEqual([]);
  });
});
