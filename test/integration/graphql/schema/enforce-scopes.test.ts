import { getNamedType, isObjectType, type GraphQLNamedType, type GraphQLObjectType } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { ID, OTHER_ID } from '../../../support/bodies.ts';
import {
  allowed,
  allowedElsewhere,
  allOf,
  byPath,
  CALLERS,
  create,
  declared,
  entities,
  entityAllowed,
  fieldsOf,
  FULL,
  INPUT,
  objectTypes,
  schema,
  SCOPES,
  SETS,
  startScopeServers,
  typeNamed,
  type AuditedSubgraph,
  type Denied,
  type Path,
  type ScopeServers,
  type TestCaller,
} from '../../../support/scopes.ts';
import type { Answer } from '../../../support/subgraph.ts';

let servers: ScopeServers;

beforeAll(async () => {
  // The expiry of signed URLs is counted from now.
  vi.useFakeTimers({ toFake: ['Date'] });
  servers = await startScopeServers();
});
beforeEach(() => {
  servers.upstream.requests.length = 0;
});
afterAll(async () => {
  await servers.close();
  vi.useRealTimers();
});

/** Whether the caller may see the first field of an entry. */
const mayEnter = (entry: string, caller: TestCaller): boolean =>
  entry === 'Query._entities' ? entityAllowed(caller) : allowed(entry.replace(/,.*/, ''), caller);

let keys = 0;

/** Every entry to the graph. The selection of a process contains another: the one that it was compared with. */
const ENTRIES: { [name: string]: () => string } = {
  'Query.process': () => `{ process(id: "${ID}") ${allOf('Process')} }`,
  'Query.processes': () => `{ processes(ids: ["${ID}", "${OTHER_ID}"]) ${allOf('Process')} }`,
  'Query.reusableDocuments': () =>
    `{ reusableDocuments(code: "12345678909", type: BR_CNH) ${allOf('ReusableDocument')} }`,
  'Query._entities': () => entities(allOf('Process')),
  'Mutation.createProcess': () => create(`key-${(keys += 1)}`),
  'Mutation.createProcess, replayed': () => create('replayed'),
  'Mutation.createProcess, refused': () => create('refused', INPUT.replace('"id"', '""')),
  'Mutation.setProcessDocument': () =>
    `mutation { setProcessDocument(input: { processId: "${ID}", duiType: BR_CPF, duiValue: "12345678909" }) ${allOf('SetProcessDocumentPayload')} }`,
  'Mutation.setProcessDocument, refused': () =>
    `mutation { setProcessDocument(input: { processId: "", duiType: BR_CPF, duiValue: "12345678909" }) ${allOf('SetProcessDocumentPayload')} }`,
  'Mutation.forgetProcess': () => `mutation { forgetProcess(id: "${ID}") ${allOf('ForgetProcessPayload')} }`,
  'Mutation.forgetProcess, refused': () =>
    `mutation { forgetProcess(id: "") ${allOf('ForgetProcessPayload')} }`,
};

/** The data of a response, and where something was denied. */
type Seen = { data: unknown; denied: Denied[] };

/** The response to a caller with every scope, reduced to what another caller may see. */
function seenBy(caller: TestCaller, whole: unknown, root: 'Query' | 'Mutation'): Seen {
  const denied: Denied[] = [];
  const deny = (path: Path): null => {
    denied.push({ path, code: caller.code });
    return null;
  };
  function entity(value: unknown, path: Path): unknown {
    return entityAllowed(caller) ? object(value, typeNamed('Process'), path) : deny(path);
  }
  function fieldValue(type: GraphQLObjectType, name: string, value: unknown, path: Path): unknown {
    if (name === '_entities') return (value as unknown[]).map((each, i) => entity(each, [...path, i]));
    // The process of a payload, as in `createProcess { process { id } }`.
    const mayRead = root === 'Mutation' && path.length === 3 ? allowed : allowedElsewhere;
    if (!mayRead(`${type.name}.${name}`, caller)) return deny(path);
    const below = getNamedType(type.getFields()[name]?.type);
    return isObjectType(below) ? object(value, below, path) : value;
  }
  function object(value: unknown, type: GraphQLObjectType, path: Path): unknown {
    if (Array.isArray(value)) return value.map((each, i) => object(each, type, [...path, i]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, below]) => [name, fieldValue(type, name, below, [...path, name])]),
    );
  }
  return { data: object(whole, typeNamed(root), []), denied };
}

describe.each(Object.entries(ENTRIES))('%s', (entry, operation) => {
  const root = entry.startsWith('Query') ? 'Query' : 'Mutation';
  let subgraph: AuditedSubgraph;
  let whole: Answer;

  beforeAll(async () => {
    subgraph = await servers.startSubgraph();
    // The creation that the tests replay.
    await servers.askAs(FULL, subgraph, create('replayed'));
    whole = await servers.askAs(FULL, subgraph, operation());
    return () => subgraph.close();
  });

  test(`a caller with every scope is denied nothing by ${entry}`, () => {
    expect(whole.errors).toEqual([]);
    expect(Object.values(whole.data)).not.toContain(null);
  });

  test.each(CALLERS)(
    `${entry} returns exactly what the contract allows to a caller with $name`,
    async (caller) => {
      const { status, data, errors } = await servers.askAs(caller, subgraph, operation());
      const expected = seenBy(caller, whole.data, root);
      expect(status).toBe(200);
      expect(data).toEqual(expected.data);
      expect(byPath(errors.map(({ path = [], extensions: { code } }) => ({ path, code })))).toEqual(
        byPath(expected.denied),
      );
    },
  );

  test.each(CALLERS.filter((caller) => !mayEnter(entry, caller)))(
    `${entry} is denied to a caller with $name without a call to Unico, an audit event or an id in an error`,
    async (caller) => {
      subgraph.audited.length = 0;
      const { errors } = await servers.askAs(caller, subgraph, operation());
      expect(errors.map(({ message }) => message).join()).not.toContain(ID);
      expect(servers.upstream.requests).toEqual([]);
      expect(subgraph.audited).toEqual([]);
    },
  );
});

/** The fields that a response contains, such as `Person.duiValue`. */
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

describe('the entries', () => {
  test('every field of the roots is an entry that is tested', () => {
    const roots = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
      type ? fieldsOf(type).map(({ name }) => `${type.name}.${name}`) : [],
    );
    const entered = Object.keys(ENTRIES).map((entry) => entry.replace(/,.*/, ''));
    expect(new Set(entered)).toEqual(new Set([...roots, 'Query._entities']));
    expect(schema.getSubscriptionType() ?? null).toBeNull();
  });

  test('the entries reach every field of the schema, and the contract declares each', async () => {
    const subgraph = await servers.startSubgraph();
    await servers.askAs(FULL, subgraph, create('replayed'));
    const seen = new Set<string>();
    for (const [entry, operation] of Object.entries(ENTRIES)) {
      const { data } = await servers.askAs(FULL, subgraph, operation());
      const root = typeNamed(entry.startsWith('Query') ? 'Query' : 'Mutation');
      for (const field of fieldsIn(data, root)) seen.add(field);
    }
    seen.delete('Query._entities');
    const fields = objectTypes.flatMap((type) => fieldsOf(type).map(({ name }) => `${type.name}.${name}`));
    expect([...seen].toSorted()).toEqual(fields.toSorted());
    expect([...declared.keys()].toSorted()).toEqual(fields.toSorted());
    await subgraph.close();
  });

  test('every set of scopes is tested', () => {
    expect(SCOPES).toEqual(['identity:pii', 'identity:read', 'identity:write']);
    expect(SETS).toHaveLength(8);
  });
});
