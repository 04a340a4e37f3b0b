import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Kind, parse } from 'graphql';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { ANONYMOUS, scopesAmong, type Caller } from '../../../src/domain/caller.ts';
import type { AuditEvent } from '../../../src/observability/audit-log.ts';
import { readSdl } from '../../../src/graphql/schema/sdl.ts';
import { randomDataKey } from '../../../src/storage/encryption/data-key.ts';
import { createMemoryStore } from '../../../src/storage/memory-store.ts';
import { createEncryptor } from '../../../src/storage/encryption/encryptor.ts';
import * as s0 from '../../fixtures/s0-get-idcloud-process.ts';
import * as s4 from '../../fixtures/s4-get-reusable-documents.ts';
import { ABSENT_ID, ID, OTHER_ID, processesV1Body } from '../../support/bodies.ts';
import { killPrograms, startProgram } from '../../support/program.ts';
import {
  ask as askServer,
  startSubgraph,
  type Answer,
  type Subgraph,
  type SubgraphOptions,
} from '../../support/subgraph.ts';
import { startTokenIssuer } from '../../support/token-issuer.ts';
import { unicoOf } from '../../support/unico.ts';
import { startUpstream, type Reply, type SeenRequest, type Upstream } from '../../support/upstream.ts';

/** Something personal that can be selected of a process, and how the log has to name what was given. */
type Personal = { selection: string; field: string };

/** Where a process has objects of a type; `$` is a field of theirs. */
const PLACES: Record<string, string[]> = {
  Process: ['$'],
  Person: ['person { $ }'],
  Document: ['documents { $ }', 'services { documents { $ } }'],
  ReusableDocument: ['reusableDocuments(type: BR_CNH) { $ }'],
};

/** Every field that the schema says is personal, in every place where a process has it. A new type has to be given its place. */
function personalIn(sdl: string): Personal[] {
  return parse(sdl).definitions.flatMap((type) => {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION || type.name.value === 'Query') return [];
    const tagged = (type.fields ?? []).filter(({ directives = [] }) =>
      directives.some(
        ({ name, arguments: given = [] }) =>
          name.value === 'tag' &&
          given.some(({ value }) => value.kind === Kind.STRING && value.value === 'pii'),
      ),
    );
    return tagged.flatMap(({ name: { value: name } }) => {
      const field = `${type.name.value}.${name}`;
      // Its own fields are selected in its place.
      if (field === 'Process.reusableDocuments') return [];
      const places = PLACES[type.name.value];
      if (places === undefined) throw new Error(`no place of ${type.name.value} is known`);
      return places.map((place) => ({
        selection: place.replace('$', name),
        // What is looked up elsewhere is told by what was looked up.
        field: type.name.value === 'ReusableDocument' ? 'Process.reusableDocuments' : field,
      }));
    });
  });
}
const PERSONAL = personalIn(await readSdl());
/** Those that were read with the process itself. */
const OF_PROCESS = PERSONAL.filter(({ field }) => field !== 'Process.reusableDocuments');

/** What is not personal of a process, and of what is below it. */
const IMPERSONAL = `__typename id source state verdict { decision reasons { code } } createdAt company { branchId }
  person { __typename duiType duiValueMasked notificationChannels } reference { authenticationId }
  documents { id code cpfMatch } services { envelopeId documents { validated } }`;

/** The process that every other refers to. */
const REFERRED = randomUUID();

/** Unico's sample, as the process of this id. */
function processOf(id: string, more: object = {}): object {
  const bioTokenData = { referenceProcessId: REFERRED, authenticationId: 'auth-ref' };
  return { process: { ...s0.SAMPLE.process, bioTokenData, id, ...more } };
}

const { person: PERSON } = s0.SAMPLE.process;

/** A Unico that knows every journey, creates the one whose id is the client's reference, and finds documents. */
function answer({ method, path, body }: SeenRequest): Reply {
  if (path.startsWith('/documents')) return { body: s4.SAMPLE };
  if (path.endsWith('/document'))
    return { body: { process: { id: path.split('/').at(-2), person: PERSON } } };
  if (path.startsWith('/processes/v1') || path.endsWith(ABSENT_ID)) return { status: 404 };
  if (method === 'GET') return { body: processOf(path.split('/').at(-1) ?? '') };
  return { body: processOf((JSON.parse(body) as { clientReference: string }).clientReference) };
}

let upstream: Upstream;
let subgraph: Subgraph;
let lines: ({ caller: string } & AuditEvent)[];

async function start(
  answers: (request: SeenRequest) => Reply | Promise<Reply> = answer,
  options: SubgraphOptions = {},
): Promise<void> {
  upstream = await startUpstream(answers);
  subgraph = await startSubgraph(unicoOf(upstream), {
    audited: (caller, audited) => void lines.push({ caller, ...audited }),
    ...options,
  });
}

beforeEach(() => void (lines = []));
afterEach(async () => {
  await subgraph?.close();
  await upstream?.close();
});

const callerOf = (...scopes: string[]): Caller => ({
  name: 'luke',
  authenticated: true,
  scopes: scopesAmong(scopes),
});
const asCaller = (caller: Caller): SubgraphOptions => ({ authenticate: async () => caller });

/** The line of a read. */
function line(process: string | null, ...fields: string[]): object {
  return { caller: expect.any(String), event: 'personal-read', process, fields };
}

/** The lines, with their fields in order: which was selected first says nothing. */
function told(): object[] {
  return lines.map((one) => ('fields' in one ? { ...one, fields: one.fields.toSorted() } : one));
}

function read(id: string, selection: string): Promise<Answer> {
  return subgraph.ask(`{ process(id: "${id}") { ${selection} } }`);
}

function create(id: string, selection: string, key = id): Promise<Answer> {
  return subgraph.ask(`mutation { createProcess(idempotencyKey: "${key}", input: { journey: {
    flow: "idunicosign", purpose: "creditprocess", callbackUri: "/", clientReference: "${id}" } }) {
      process { ${selection} } } }`);
}

function setDocument(id: string, selection: string): Promise<Answer> {
  return subgraph.ask(`mutation { setProcessDocument(input: {
    processId: "${id}", duiType: BR_CPF, duiValue: "12345678909" }) {
      process { ${selection} } } }`);
}

function entities(selection: string, ...ids: string[]): Promise<Answer> {
  return subgraph.ask(
    `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Process { ${selection} } } }`,
    { of: ids.map((id) => ({ __typename: 'Process', id })) },
  );
}

/** Every way to a process; each answers which process it led to. */
type Way = (selection: string) => Promise<[string, Answer]>;

const WAYS: Record<string, Way> = {
  'the query of one': async (selection) => {
    const id = randomUUID();
    return [id, await read(id, selection)];
  },
  'the query of many': async (selection) => {
    const id = randomUUID();
    return [id, await subgraph.ask(`{ processes(ids: ["${id}"]) { ${selection} } }`)];
  },
  'an entity': async (selection) => {
    const id = randomUUID();
    return [id, await entities(selection, id)];
  },
  'the edge of another process': async (selection) => [
    REFERRED,
    await read(randomUUID(), `state reference { process { ${selection} } }`),
  ],
  'its creation': async (selection) => {
    const id = randomUUID();
    return [id, await create(id, selection)];
  },
  'a creation that is told again': async (selection) => {
    const id = randomUUID();
    await create(id, 'id');
    return [id, await create(id, selection)];
  },
  'the document that is set in it': async (selection) => {
    const id = randomUUID();
    return [id, await setDocument(id, selection)];
  },
};

describe.each(Object.entries(WAYS))('what is read by %s', (_, way) => {
  test.each(PERSONAL)('leaves one line that names $field, for $selection', async ({ selection, field }) => {
    await start();
    const [id, { data, errors }] = await way(selection);
    expect(errors).toEqual([]);
    // It was given.
    expect(JSON.stringify(data)).not.toMatch(/null|\[\]/);
    expect(lines).toEqual([line(id, field)]);
  });

  test('leaves one line for all that is personal, another for what was looked up, and no value in them', async () => {
    await start();
    const all = [
      ...OF_PROCESS.map(({ selection }) => selection),
      'reusableDocuments(type: BR_CNH) { documentId }',
    ];
    const [id, { errors }] = await way(all.join(' '));
    expect(errors).toEqual([]);
    const fields = new Set(OF_PROCESS.map(({ field }) => field));
    expect(told()).toEqual([line(id, ...[...fields].toSorted()), line(id, 'Process.reusableDocuments')]);
    for (const value of ['12345678909', 'Luke', 'example.com', '044589731564', '1990-05-12', 'doc-abc-123']) {
      expect(JSON.stringify(lines)).not.toContain(value);
    }
  });

  test('leaves no line for what is not personal', async () => {
    await start();
    const [, { data, errors }] = await way(IMPERSONAL);
    expect(errors).toEqual([]);
    expect(JSON.stringify(data)).toContain('"duiValueMasked":"*********09"');
    expect(lines).toEqual([]);
  });

  test('leaves no line for what the caller may not have', async () => {
    await start(answer, asCaller(callerOf('identity:read', 'identity:write')));
    const [, { data, errors }] = await way(
      'state person { duiValue friendlyName duiValueMasked } documents { number }',
    );
    expect(JSON.stringify(data)).toContain('"state":"FINISHED"');
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
    expect(lines).toEqual([]);
  });
});

describe('the names of fields', () => {
  beforeEach(() => start());

  test('are those of the schema, whatever they are called in the operation and wherever they stand', async () => {
    const { data } = await subgraph.ask(
      `query ($of: [_Any!]!) {
        _entities(representations: $of) { ... on _Entity { ...A } ... on Process { state } }
      }
      fragment A on Process { who: person { ... on Person { nick: friendlyName } ...B } ... { papers: documents { ...C } } }
      fragment B on Person { state: duiValue }
      fragment C on Document { id: number }`,
      { of: [{ __typename: 'Process', id: ID }] },
    );
    expect(data._entities).toMatchObject([
      { who: { nick: 'Luke Skywalker', state: '12345678909' }, state: 'FINISHED' },
    ]);
    expect(told()).toEqual([line(ID, 'Document.number', 'Person.duiValue', 'Person.friendlyName')]);
  });

  test('are told once, however often a field is written', async () => {
    await subgraph.ask(`{
      process(id: "${ID}") { person { duiValue again: duiValue } }
      process(id: "${ID}") { person { duiValue friendlyName } documents { number } services { documents { number } } }
    }`);
    expect(told()).toEqual([line(ID, 'Document.number', 'Person.duiValue', 'Person.friendlyName')]);
  });

  test('do not have those that were left out by a variable', async () => {
    const query = `query ($with: Boolean!) { process(id: "${ID}") { state person { friendlyName duiValue @include(if: $with) } } }`;
    const { data } = await subgraph.ask(query, { with: false });
    expect(data.process.person).toEqual({ friendlyName: 'Luke Skywalker' });
    expect(lines).toEqual([line(ID, 'Person.friendlyName')]);
    await subgraph.ask(query, { with: true });
    expect(told()[1]).toEqual(line(ID, 'Person.duiValue', 'Person.friendlyName'));
  });

  test('are not told at all where everything personal was left out', async () => {
    const { data } = await read(
      ID,
      'state person @skip(if: true) { duiValue } ... @include(if: false) { documents { number } }',
    );
    expect(data.process).toEqual({ state: 'FINISHED' });
    expect(lines).toEqual([]);
  });
});

describe('each process', () => {
  test('of two hundred leaves its own line', async () => {
    await start();
    const ids = Array.from({ length: 200 }, () => randomUUID());
    const { errors } = await subgraph.ask(
      'query ($ids: [ID!]!) { processes(ids: $ids) { person { duiValue } } }',
      { ids },
    );
    expect(errors).toEqual([]);
    expect(lines.map(({ process }) => process).toSorted()).toEqual(ids.toSorted());
  });

  test('leaves a line for each field of the operation that leads to it, with what is read there', async () => {
    await start();
    await subgraph.ask(`{
      one: process(id: "${ID}") { person { duiValue } }
      other: process(id: "${ID.toUpperCase()}") { person { friendlyName } reference { process { callbackUri } } }
      no: process(id: "${ID}") { state }
    }`);
    expect(lines).toHaveLength(3);
    expect(lines).toEqual(
      expect.arrayContaining([
        line(ID, 'Person.duiValue'),
        line(ID, 'Person.friendlyName'),
        line(REFERRED, 'Process.callbackUri'),
      ]),
    );
  });

  test('leaves a line again when it is read again, though it is kept and costs no call', async () => {
    await start();
    for (const times of [1, 2, 3]) {
      await read(ID, 'person { duiValue }');
      expect(lines).toHaveLength(times);
    }
    expect(upstream.requests).toHaveLength(1);
  });

  test('leaves a line for each of two who are told of the same creation while it is under way', async () => {
    const { promise: held, resolve: dispatch } = Promise.withResolvers<void>();
    await start(async (request) => {
      await held;
      return answer(request);
    });
    const creating = [create(ID, 'sdkToken'), create(ID, 'userRedirectUrl')];
    await expect.poll(() => upstream.requests).toHaveLength(1);
    dispatch();
    await Promise.all(creating);
    expect(upstream.requests).toHaveLength(1);
    expect(lines).toEqual(
      expect.arrayContaining([line(ID, 'Process.sdkToken'), line(ID, 'Process.userRedirectUrl')]),
    );
    expect(lines).toHaveLength(2);
  });

  test('leaves its line though its neighbours could not be read, and they leave none', async () => {
    await start((request) => (request.path.endsWith(OTHER_ID) ? { status: 503 } : answer(request)));
    const query = `{ processes(ids: ["${OTHER_ID}", "not an id", "${ID}", "${ABSENT_ID}"]) { person { duiValue } } }`;
    const { data } = await subgraph.ask(query);
    expect(data.processes).toEqual([null, null, { person: { duiValue: '12345678909' } }, null]);
    expect(lines).toEqual([line(ID, 'Person.duiValue')]);
    lines.length = 0;
    expect((await entities('person { duiValue }', OTHER_ID, 'not an id', ID, ABSENT_ID)).data).toEqual({
      _entities: data.processes,
    });
    expect(lines).toEqual([line(ID, 'Person.duiValue')]);
  });
});

describe('no line is left', () => {
  const ASKED = 'state person { duiValue } documents { number } sdkToken';

  test.each<[string, () => Promise<unknown>]>([
    ['a process that does not exist', () => read(ABSENT_ID, ASKED)],
    ['an id that is none', () => read('73689290074', ASKED)],
    ['an entity that does not exist', () => entities(ASKED, ABSENT_ID)],
    ['an operation that is none', () => subgraph.ask(`{ process(id: "${ID}") { person { duiValue }`)],
    ['an operation that does not fit', () => read(ID, 'person { duiValue cpf }')],
    [
      'a variable that is missing',
      () => subgraph.ask('query ($id: ID!) { process(id: $id) { person { duiValue } } }'),
    ],
    [
      'too many ids',
      () =>
        subgraph.ask('query ($ids: [ID!]!) { processes(ids: $ids) { person { duiValue } } }', {
          ids: Array.from({ length: 201 }, () => ID),
        }),
    ],
    [
      'a document that is not set because of its number',
      () =>
        subgraph.ask(
          `mutation { setProcessDocument(input: { processId: "${ID}", duiType: BR_CPF, duiValue: "" }) { process { ${ASKED} } } }`,
        ),
    ],
    ['the key alone', () => read(ID, 'id source')],
    ['what is personal of the process it refers to, by key', () => read(ID, 'reference { process { id } }')],
  ])('by %s', async (_, work) => {
    await start();
    await work();
    expect(lines).toEqual([]);
  });

  test.each<[string, Reply]>([
    ['is down', { status: 503 }],
    ['breaks the connection', 'drop'],
    ['takes no more requests', { status: 429 }],
    ['answers something else', { body: '<html>' }],
  ])('by anything where Unico %s and nothing is kept', async (_, reply) => {
    await start(() => reply);
    const answers = [
      await read(ID, ASKED),
      await entities(ASKED, ID),
      await create(ID, ASKED),
      await setDocument(ID, ASKED),
      await subgraph.ask('{ reusableDocuments(code: "12345678909", type: BR_CNH) { documentId } }'),
    ];
    for (const { data } of answers) expect(JSON.stringify(data)).not.toContain('12345678909');
    expect(lines).toEqual([]);
  });

  test.each<[string, Reply]>([
    ['has deleted it', { status: 404 }],
    ['is down', { status: 503 }],
  ])('by a creation that is told again and can not be read because Unico %s', async (_, reply) => {
    const [store, encryptor] = [createMemoryStore(), createEncryptor([randomDataKey()], 'a tenant')];
    await start((request) => (request.method === 'GET' ? reply : answer(request)), { store, encryptor });
    await create(ID, 'id');
    for (const kind of ['process.3', 'personal.2'])
      await store.remove(encryptor.storageKeys({ kind, id: ID }));
    await subgraph.close();
    // Another replica, which has nothing of it at hand either.
    subgraph = await startSubgraph(unicoOf(upstream), {
      store,
      encryptor,
      audited: (caller, audited) => void lines.push({ caller, ...audited }),
    });
    const { data } = await create(ID, `id ${ASKED}`);
    expect(data.createProcess.process).toMatchObject({ id: ID, person: null, sdkToken: null });
    expect(lines).toEqual([]);
  });

  test('by a creation that is refused', async () => {
    await start(() => ({ status: 400, body: { code: 3, message: 'invalid flow', details: [] } }));
    const { data } = await create(ID, ASKED);
    expect(data.createProcess).toEqual({ process: null });
    expect(lines).toEqual([]);
  });

  test('by who has no token, whatever they ask', async () => {
    await start(answer, asCaller(ANONYMOUS));
    for (const way of Object.values(WAYS)) await way(ASKED);
    await subgraph.ask('{ reusableDocuments(code: "12345678909", type: BR_CNH) { documentId } }');
    expect(upstream.requests).toEqual([]);
    expect(lines).toEqual([]);
  });
});

/** A process of which the decision and the person are kept, or the decision alone; Unico is down by now. */
async function startKept(personGoes: boolean): Promise<void> {
  const [store, encryptor] = [createMemoryStore(), createEncryptor([randomDataKey()], 'a tenant')];
  let down = false;
  await start((request) => (down ? { status: 503 } : answer(request)), { store, encryptor });
  await read(ID, 'state');
  if (personGoes) await store.remove(encryptor.storageKeys({ kind: 'personal.2', id: ID }));
  down = true;
}
describe('what is given in part', () => {
  const ASKED = 'state callbackUri person { duiValue } documents { number signedUrl } sdkToken';

  test('leaves no line where only the decision was', async () => {
    await startKept(true);
    const { data } = await read(ID, ASKED);
    expect(data.process).toMatchObject({ state: 'FINISHED', callbackUri: null, sdkToken: null });
    expect(JSON.stringify(data)).not.toContain('12345678909');
    expect(lines).toEqual([]);
  });

  test('leaves a line of the fields that were, and not of the token that could not be read', async () => {
    await startKept(false);
    const { data } = await read(ID, 'state person { duiValue } sdkToken');
    expect(data.process).toEqual({ state: 'FINISHED', person: { duiValue: '12345678909' }, sdkToken: null });
    expect(lines).toEqual([line(ID, 'Person.duiValue')]);
  });

  test('leaves a line of the fields that the caller may have', async () => {
    await start(answer, asCaller(callerOf('identity:write')));
    const { data } = await create(ID, 'userRedirectUrl callbackUri sdkToken person { duiValue }');
    expect(data.createProcess.process).toMatchObject({ callbackUri: null, person: null });
    expect(lines).toEqual([line(ID, 'Process.userRedirectUrl', 'Process.sdkToken')]);
  });

  test('leaves a line of the person that a document was set for, though the rest can not be read', async () => {
    await start((request) => (request.method === 'GET' ? { status: 503 } : answer(request)));
    const { data } = await setDocument(ID, 'id source person { duiValue }');
    expect(data.setProcessDocument.process.person).toEqual({ duiValue: '12345678909' });
    expect(lines).toEqual([line(ID, 'Person.duiValue')]);
  });

  test('leaves no line where nothing of the answer got through', async () => {
    await start((request) => (request.method === 'GET' ? { status: 503 } : answer(request)));
    const { data } = await setDocument(ID, 'state person { duiValue }');
    expect(data.setProcessDocument.process).toBeNull();
    expect(lines).toEqual([]);
  });

  test('leaves no line where the process says nothing of the kind', async () => {
    await start(({ path }) =>
      path.startsWith('/client') ? { status: 404 } : { body: processesV1Body(path.split('/').at(-1)) },
    );
    const { data } = await read(ID, 'state callbackUri person { duiValue } documents { number }');
    expect(data.process).toEqual({ state: 'FINISHED', callbackUri: null, person: null, documents: [] });
    expect(lines).toEqual([]);
  });

  test.each<[string, Reply]>([
    ['is down', { status: 503 }],
    ['refuses our credential', { status: 403 }],
  ])(
    'leaves no line of documents to reuse that could not be looked up because Unico %s',
    async (_, reply) => {
      await start((request) => (request.path.startsWith('/documents') ? reply : answer(request)));
      const { data } = await read(ID, 'state reusableDocuments(type: BR_CNH) { documentId }');
      expect(data.process).toEqual({ state: 'FINISHED', reusableDocuments: null });
      expect(lines).toEqual([]);
    },
  );

  test('leaves no line of documents to reuse where the process does not say of whom', async () => {
    await start((request) =>
      request.path.startsWith('/client') ? { status: 404 } : { body: processesV1Body() },
    );
    const { data } = await read(ID, 'state reusableDocuments(type: BR_CNH) { documentId }');
    expect(data.process).toEqual({ state: 'FINISHED', reusableDocuments: null });
    expect(upstream.requests.map(({ path }) => path).filter((path) => path.startsWith('/documents'))).toEqual(
      [],
    );
    expect(lines).toEqual([]);
  });
});

const find = (code = '12345678909', name = 'reusableDocuments'): Promise<Answer> =>
  subgraph.ask(
    `query ($code: String!) { ${name}(code: $code, type: BR_CNH) { documentId type registryType } }`,
    {
      code,
    },
  );

describe('looking up documents by CPF', () => {
  test('leaves one line without the CPF and without what was found', async () => {
    await start();
    expect((await find()).data.reusableDocuments).toHaveLength(1);
    expect(lines).toEqual([
      { caller: 'auth-disabled', event: 'personal-read', process: null, fields: ['Query.reusableDocuments'] },
    ]);
  });

  test('leaves a line by its name in the schema, for each that is looked up', async () => {
    await start();
    await find('12345678909', 'a: reusableDocuments');
    await find('73689290074', 'b: reusableDocuments');
    expect(lines).toEqual([line(null, 'Query.reusableDocuments'), line(null, 'Query.reusableDocuments')]);
  });

  test('leaves a line where there is none: that too is told of a person', async () => {
    await start(() => ({ body: s4.NONE }));
    expect((await find()).data.reusableDocuments).toEqual([]);
    expect(lines).toEqual([line(null, 'Query.reusableDocuments')]);
  });

  test('leaves no line where the CPF is none', async () => {
    await start();
    expect((await find('12345678900')).errors).toHaveLength(1);
    expect(lines).toEqual([]);
  });

  test.each([callerOf('identity:read'), callerOf('identity:pii'), callerOf('identity:write'), ANONYMOUS])(
    'leaves no line where the caller may not: %j',
    async (caller) => {
      await start(answer, asCaller(caller));
      expect((await find()).data).toEqual({ reusableDocuments: null });
      expect(upstream.requests).toEqual([]);
      expect(lines).toEqual([]);
    },
  );
});

/** Callers who say by their header who they are and what they may. */
async function startForCallers() {
  await start(answer, {
    authenticate: async (authorization = '') => {
      const [name = '', ...scopes] = authorization.split(' ');
      return { name, authenticated: true, scopes: scopesAmong(scopes) };
    },
  });
  return (query: string, name: string, scopes = 'identity:read identity:pii identity:write') =>
    subgraph.ask(query, {}, { authorization: `${name} ${scopes}` });
}

describe('the caller', () => {
  const READ = `{ process(id: "${ID}") { person { duiValue } } }`;

  test('is named, each by their own name, though the operation and the answer are the same', async () => {
    const askAs = await startForCallers();
    for (const sub of ['luke', 'leia', 'luke']) await askAs(READ, sub);
    expect(lines.map(({ caller }) => caller)).toEqual(['luke', 'leia', 'luke']);
    expect(upstream.requests).toHaveLength(1);
  });

  test('is told by what they may themselves, though others asked the same before', async () => {
    const askAs = await startForCallers();
    const both = `{ process(id: "${ID}") { state person { duiValue } sdkToken } }`;
    await askAs(both, 'may-not', 'identity:read');
    await askAs(both, 'may', 'identity:read identity:pii');
    await askAs(both, 'may-not', 'identity:read');
    await askAs(both, 'may-some', 'identity:read identity:write');
    expect(told()).toEqual([
      { ...line(ID, 'Person.duiValue', 'Process.sdkToken'), caller: 'may' },
      { ...line(ID, 'Process.sdkToken'), caller: 'may-some' },
    ]);
  });

  test('is named who looked up documents, and who had a process forgotten', async () => {
    const askAs = await startForCallers();
    await askAs('{ reusableDocuments(code: "12345678909", type: BR_CNH) { documentId } }', 'luke');
    await askAs(`mutation { forgetProcess(id: "${ID}") { processId } }`, 'leia');
    await askAs(`mutation { forgetProcess(id: "${ID}") { processId } }`, 'may-not', 'identity:read');
    expect(lines).toEqual([
      { caller: 'luke', event: 'personal-read', process: null, fields: ['Query.reusableDocuments'] },
      { caller: 'leia', event: 'forgotten', process: ID },
    ]);
  });
});

/** Writes a hundred lines as the program does, and is dead before anything else can happen. */
const WRITE_AND_DIE = `
  const [{ createAuditLog }, { createLogger }] = await Promise.all([
    import('${new URL('../../../src/observability/audit-log.ts', import.meta.url).href}'),
    import('${new URL('../../../src/observability/logger.ts', import.meta.url).href}'),
  ]);
  const audit = createAuditLog(createLogger('info'));
  for (let i = 0; i < 100; i += 1) audit({ name: 'luke' }, { event: 'forgotten', process: '${ID}' });
  process.kill(process.pid, 'SIGKILL');`;

test('a line is written before anything goes on, so that no answer leaves without it', () => {
  const { stdout, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', WRITE_AND_DIE], {
    encoding: 'utf8',
  });
  expect(signal).toBe('SIGKILL');
  expect(stdout.match(/"event":"forgotten"/g)).toHaveLength(100);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('the program', () => {
  afterEach(killPrograms);

  test.each([
    ['silent', false],
    ['error', false],
    ['info', true],
  ])('writes the lines with LOG_LEVEL=%s, as JSON and without a value', async (level, othersToo) => {
    upstream = await startUpstream(answer);
    const issuer = await startTokenIssuer();
    onTestFinished(() => issuer.close());
    const port = await freePort();
    const program = startProgram({
      PORT: String(port),
      LOG_LEVEL: level,
      UNICO_ENVIRONMENT: 'uat',
      UNICO_IDCLOUD_URL: upstream.url,
      UNICO_API_URL: upstream.url,
      UNICO_IDENTITY_URL: upstream.url,
      UNICO_ACCESS_TOKEN: 'a-token',
      UNICO_APIKEY_DOCUMENT: 'a-key',
      JWT_JWKS_URL: issuer.tokens.jwksUrl,
      JWT_ISSUER: issuer.tokens.issuer,
      JWT_AUDIENCE: issuer.tokens.audience,
    });
    const url = `http://127.0.0.1:${port}`;
    // It may not say that it listens.
    await expect
      .poll(
        () =>
          fetch(`${url}/livez`).then(
            ({ status }) => status,
            () => null,
          ),
        { timeout: 20_000 },
      )
      .toBe(200);
    const authorization = `Bearer ${await issuer.issue({ sub: 'luke', scope: 'identity:read identity:pii identity:write' })}`;
    const ask = (query: string): Promise<Answer> => askServer(url, query, {}, { authorization });
    const answers = [
      await ask(`{ process(id: "${ID}") { person { duiValue } documents { number holderName } } }`),
      await ask('{ reusableDocuments(code: "73689290074", type: BR_CNH) { documentId } }'),
      await ask(`mutation { forgetProcess(id: "${ID}") { processId } }`),
      // People paste phone numbers into the wrong field, and it is one that takes almost anything.
      await ask('mutation { forgetProcess(id: "5519972570707") { processId } }'),
      await ask(`{ process(id: "${ID}") { state } }`),
    ];
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    program.signal('SIGTERM');
    expect(await program.ended).toBe(0);

    const written = program.output().trim().split('\n');
    const audit = written.filter((text) => text.includes('"msg":"audit"'));
    const common = {
      level: 30,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      caller: 'luke',
      msg: 'audit',
    };
    expect(audit.map((text): unknown => JSON.parse(text))).toEqual([
      { ...common, event: 'personal-read', process: ID, fields: expect.any(Array) },
      { ...common, event: 'personal-read', process: null, fields: ['Query.reusableDocuments'] },
      { ...common, event: 'forgotten', process: ID },
      { ...common, event: 'forgotten', process: '…' },
    ]);
    const [first = ''] = audit;
    expect((JSON.parse(first) as { fields: string[] }).fields.toSorted()).toEqual([
      'Document.holderName',
      'Document.number',
      'Person.duiValue',
    ]);
    // Nothing else is, where nothing else was wanted.
    expect(written.length > audit.length).toBe(othersToo);
    for (const value of [
      '12345678909',
      '73689290074',
      '5519972570707',
      'Luke',
      '044589731564',
      'doc-abc-123',
    ]) {
      expect(program.output()).not.toContain(value);
    }
  });
});
