import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ALL_SCOPES_CALLER, ANONYMOUS, scopesAmong } from '../../../src/domain/caller.ts';
import * as s4 from '../../fixtures/s4-get-reusable-documents.ts';
import { ABSENT_ID, ID, OTHER_ID } from '../../support/bodies.ts';
import {
  asCaller,
  callerOf,
  OF_PROCESS,
  PERSONAL,
  readEvent,
  REFERRED,
  respond,
  startAudited,
  WAYS,
  type AuditedSubgraph,
} from '../../support/personal-reads.ts';
import type { Answer } from '../../support/subgraph.ts';

/** Everything of a process that is not personal, at all depths. */
const IMPERSONAL = `__typename id source state verdict { decision reasons { code } } createdAt company { branchId }
  person { __typename duiType duiValueMasked notificationChannels } reference { authenticationId }
  documents { id code cpfMatch } services { envelopeId documents { validated } }`;

describe.each(Object.entries(WAYS))('the audit log of a read by %s', (name, way) => {
  test.each(PERSONAL)(
    `a read by ${name} is recorded once as $field, for $selection`,
    async ({ selection, field }) => {
      const audited = await startAudited();
      const [id, { data, errors }] = await way(audited, selection);
      expect(errors).toEqual([]);
      // The caller got the value.
      expect(JSON.stringify(data)).not.toMatch(/null|\[\]/);
      expect(audited.lines).toEqual([readEvent(id, field)]);
    },
  );

  test(`a read by ${name} is recorded once with all personal fields, once with the lookup, and without values`, async () => {
    const audited = await startAudited();
    const all = [
      ...OF_PROCESS.map(({ selection }) => selection),
      'reusableDocuments(type: BR_CNH) { documentId }',
    ];
    const [id, { errors }] = await way(audited, all.join(' '));
    expect(errors).toEqual([]);
    const fields = new Set(OF_PROCESS.map(({ field }) => field));
    expect(audited.sortedLines()).toEqual([
      readEvent(id, ...[...fields].toSorted()),
      readEvent(id, 'Process.reusableDocuments'),
    ]);
    for (const value of ['12345678909', 'Luke', 'example.com', '044589731564', '1990-05-12', 'doc-abc-123']) {
      expect(JSON.stringify(audited.lines)).not.toContain(value);
    }
  });

  test(`a read by ${name} is not recorded where no selected field is personal`, async () => {
    const audited = await startAudited();
    const [, { data, errors }] = await way(audited, IMPERSONAL);
    expect(errors).toEqual([]);
    expect(JSON.stringify(data)).toContain('"duiValueMasked":"*********09"');
    expect(audited.lines).toEqual([]);
  });

  test(`a read by ${name} is not recorded where the scope is missing`, async () => {
    const audited = await startAudited(respond, asCaller(callerOf('identity:read', 'identity:write')));
    const [, { data, errors }] = await way(
      audited,
      'state person { duiValue friendlyName duiValueMasked } documents { number }',
    );
    expect(JSON.stringify(data)).toContain('"state":"FINISHED"');
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
    expect(audited.lines).toEqual([]);
  });
});

describe('the audit log: names of fields', () => {
  test('fields are recorded by their names in the schema, whatever their aliases and fragments', async () => {
    const audited = await startAudited();
    const { data } = await audited.ask(
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
    expect(audited.sortedLines()).toEqual([
      readEvent(ID, 'Document.number', 'Person.duiValue', 'Person.friendlyName'),
    ]);
  });

  test('a field is recorded once, however often it is selected', async () => {
    const audited = await startAudited();
    await audited.ask(`{
      process(id: "${ID}") { person { duiValue again: duiValue } }
      process(id: "${ID}") { person { duiValue friendlyName } documents { number } services { documents { number } } }
    }`);
    expect(audited.sortedLines()).toEqual([
      readEvent(ID, 'Document.number', 'Person.duiValue', 'Person.friendlyName'),
    ]);
  });

  test('a field that @include leaves out is not recorded', async () => {
    const audited = await startAudited();
    const query = `query ($with: Boolean!) { process(id: "${ID}") { state person { friendlyName duiValue @include(if: $with) } } }`;
    const { data } = await audited.ask(query, { with: false });
    expect(data.process.person).toEqual({ friendlyName: 'Luke Skywalker' });
    expect(audited.lines).toEqual([readEvent(ID, 'Person.friendlyName')]);
    await audited.ask(query, { with: true });
    expect(audited.sortedLines()[1]).toEqual(readEvent(ID, 'Person.duiValue', 'Person.friendlyName'));
  });

  test('nothing is recorded where directives leave out everything personal', async () => {
    const audited = await startAudited();
    const { data } = await audited.read(
      ID,
      'state person @skip(if: true) { duiValue } ... @include(if: false) { documents { number } }',
    );
    expect(data.process).toEqual({ state: 'FINISHED' });
    expect(audited.lines).toEqual([]);
  });
});

describe('the audit log: one line for each process', () => {
  test('each of two hundred processes is recorded', async () => {
    const audited = await startAudited();
    const ids = Array.from({ length: 200 }, () => randomUUID());
    const { errors } = await audited.ask(
      'query ($ids: [ID!]!) { processes(ids: $ids) { person { duiValue } } }',
      { ids },
    );
    expect(errors).toEqual([]);
    expect(audited.lines.map(({ process }) => process).toSorted()).toEqual(ids.toSorted());
  });

  test('a process is recorded for each field of the operation that leads to it, with the fields read there', async () => {
    const audited = await startAudited();
    await audited.ask(`{
      one: process(id: "${ID}") { person { duiValue } }
      other: process(id: "${ID.toUpperCase()}") { person { friendlyName } reference { process { callbackUri } } }
      no: process(id: "${ID}") { state }
    }`);
    expect(audited.lines).toHaveLength(3);
    expect(audited.lines).toEqual(
      expect.arrayContaining([
        readEvent(ID, 'Person.duiValue'),
        readEvent(ID, 'Person.friendlyName'),
        readEvent(REFERRED, 'Process.callbackUri'),
      ]),
    );
  });

  test('a process is recorded each time it is read, also from the cache', async () => {
    const audited = await startAudited();
    for (const times of [1, 2, 3]) {
      await audited.read(ID, 'person { duiValue }');
      expect(audited.lines).toHaveLength(times);
    }
    expect(audited.upstream.requests).toHaveLength(1);
  });

  test('a creation that two requests share is recorded for each of them', async () => {
    const { promise: held, resolve: dispatch } = Promise.withResolvers<void>();
    const audited = await startAudited(async (request) => {
      await held;
      return respond(request);
    });
    const creating = [audited.create(ID, 'sdkToken'), audited.create(ID, 'userRedirectUrl')];
    await expect.poll(() => audited.upstream.requests).toHaveLength(1);
    dispatch();
    await Promise.all(creating);
    expect(audited.upstream.requests).toHaveLength(1);
    expect(audited.lines).toEqual(
      expect.arrayContaining([readEvent(ID, 'Process.sdkToken'), readEvent(ID, 'Process.userRedirectUrl')]),
    );
    expect(audited.lines).toHaveLength(2);
  });

  test('a process is recorded though others of the list could not be read, which are not recorded', async () => {
    const audited = await startAudited((request) =>
      request.path.endsWith(OTHER_ID) ? { status: 503 } : respond(request),
    );
    const query = `{ processes(ids: ["${OTHER_ID}", "not an id", "${ID}", "${ABSENT_ID}"]) { person { duiValue } } }`;
    const { data } = await audited.ask(query);
    expect(data.processes).toEqual([null, null, { person: { duiValue: '12345678909' } }, null]);
    expect(audited.lines).toEqual([readEvent(ID, 'Person.duiValue')]);
    audited.lines.length = 0;
    expect(
      (await audited.entities('person { duiValue }', OTHER_ID, 'not an id', ID, ABSENT_ID)).data,
    ).toEqual({
      _entities: data.processes,
    });
    expect(audited.lines).toEqual([readEvent(ID, 'Person.duiValue')]);
  });
});

const find = (audited: AuditedSubgraph, code = '12345678909', name = 'reusableDocuments'): Promise<Answer> =>
  audited.ask(
    `query ($code: String!) { ${name}(code: $code, type: BR_CNH) { documentId type registryType } }`,
    {
      code,
    },
  );

describe('the audit log: looking up documents by CPF', () => {
  test('a lookup is recorded without the CPF and without the documents found', async () => {
    const audited = await startAudited();
    expect((await find(audited)).data.reusableDocuments).toHaveLength(1);
    expect(audited.lines).toEqual([
      { caller: 'auth-disabled', event: 'personal-read', process: null, fields: ['Query.reusableDocuments'] },
    ]);
  });

  test('each lookup is recorded by the name of its field in the schema', async () => {
    const audited = await startAudited();
    await find(audited, '12345678909', 'a: reusableDocuments');
    await find(audited, '73689290074', 'b: reusableDocuments');
    expect(audited.lines).toEqual([
      readEvent(null, 'Query.reusableDocuments'),
      readEvent(null, 'Query.reusableDocuments'),
    ]);
  });

  test('a lookup that finds nothing is recorded, because the absence is information about a person', async () => {
    const audited = await startAudited(() => ({ body: s4.NONE }));
    expect((await find(audited)).data.reusableDocuments).toEqual([]);
    expect(audited.lines).toEqual([readEvent(null, 'Query.reusableDocuments')]);
  });

  test('a lookup of an invalid CPF is not recorded', async () => {
    const audited = await startAudited();
    expect((await find(audited, '12345678900')).errors).toHaveLength(1);
    expect(audited.lines).toEqual([]);
  });

  test.each([callerOf('identity:read'), callerOf('identity:pii'), callerOf('identity:write'), ANONYMOUS])(
    'a lookup is not recorded where scopes of the caller are missing: %j',
    async (caller) => {
      const audited = await startAudited(respond, asCaller(caller));
      expect((await find(audited)).data).toEqual({ reusableDocuments: null });
      expect(audited.upstream.requests).toEqual([]);
      expect(audited.lines).toEqual([]);
    },
  );
});

/** Sends an operation as a caller with this name and these scopes (the default: all). */
type AskAs = (query: string, name: string, scopes?: string) => Promise<Answer>;

/** A subgraph whose callers state their name and scopes in the header authorization. */
async function startForCallers(): Promise<AuditedSubgraph & { askAs: AskAs }> {
  const audited = await startAudited(respond, {
    authenticate: async (authorization = '') => {
      const [name = '', ...scopes] = authorization.split(' ');
      return { ...ALL_SCOPES_CALLER, name, scopes: scopesAmong(scopes) };
    },
  });
  const askAs: AskAs = (query, name, scopes = 'identity:read identity:pii identity:write') =>
    audited.ask(query, {}, { authorization: `${name} ${scopes}` });
  return { ...audited, askAs };
}

describe('the audit log: callers', () => {
  const READ = `{ process(id: "${ID}") { person { duiValue } } }`;

  test('each caller is recorded by its own name, though operation and response are the same', async () => {
    const { askAs, ...audited } = await startForCallers();
    for (const sub of ['luke', 'leia', 'luke']) await askAs(READ, sub);
    expect(audited.lines.map(({ caller }) => caller)).toEqual(['luke', 'leia', 'luke']);
    expect(audited.upstream.requests).toHaveLength(1);
  });

  test('a caller is recorded with the fields that its own scopes permit, whatever other callers read before', async () => {
    const { askAs, ...audited } = await startForCallers();
    const both = `{ process(id: "${ID}") { state person { duiValue } sdkToken } }`;
    await askAs(both, 'may-not', 'identity:read');
    await askAs(both, 'may', 'identity:read identity:pii');
    await askAs(both, 'may-not', 'identity:read');
    await askAs(both, 'may-not', 'identity:read identity:write');
    const created = `createProcess(idempotencyKey: "k", input: { journey: { flow: "id", purpose: "creditprocess", callbackUri: "/", clientReference: "${ID}" } })`;
    const read = '{ process { person { duiValue } sdkToken } }';
    await askAs(`mutation { ${created} ${read} }`, 'may-some', 'identity:read identity:write');
    expect(audited.sortedLines()).toEqual([
      { ...readEvent(ID, 'Person.duiValue', 'Process.sdkToken'), caller: 'may' },
      { ...readEvent(ID, 'Process.sdkToken'), caller: 'may-some' },
    ]);
  });

  test('the callers that looked up documents and that erased a process are recorded', async () => {
    const { askAs, ...audited } = await startForCallers();
    await askAs('{ reusableDocuments(code: "12345678909", type: BR_CNH) { documentId } }', 'luke');
    await askAs(`mutation { forgetProcess(id: "${ID}") { processId } }`, 'leia');
    await askAs(`mutation { forgetProcess(id: "${ID}") { processId } }`, 'may-not', 'identity:read');
    expect(audited.lines).toEqual([
      { caller: 'luke', event: 'personal-read', process: null, fields: ['Query.reusableDocuments'] },
      { caller: 'leia', event: 'forgotten', process: ID },
    ]);
  });
});
