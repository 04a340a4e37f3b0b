import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientOperations } from '../../../fixtures/client-operations.ts';
import { ID, OTHER_ID } from '../../../support/bodies.ts';
import {
  IDS,
  startCompiledAndPlain,
  type Answer,
  type CompiledAndPlain,
} from '../../../support/compiled-and-plain.ts';

let servers: CompiledAndPlain;

beforeAll(async () => {
  servers = await startCompiledAndPlain();
});
afterAll(() => servers.close());

/** The responses of both servers to a query with each of these variables, each sent three times. */
function answersTo(
  query: string,
  all: readonly unknown[],
): Promise<{ compiled: Answer[]; expected: Answer[] }> {
  return servers.answersTo(all.map((variables) => ({ query, variables })));
}

const LISTS = [{}, { v: null }, { v: [ID] }, { v: [] }, { v: ID }, { v: [null] }, { v: [[ID]] }, { v: 7 }];
const ITEMS = [{}, { v: null }, { v: ID }, { v: 7 }, { v: [ID] }, { v: {} }];

describe('a compiled query answers as GraphQL does, byte for byte,', () => {
  test.each<[string, string, readonly unknown[]]>([
    [
      'a list with a default, beside another field',
      'query Page($v: [ID!] = []) { processes(ids: $v) { id } ok: __typename }',
      [{ v: null }, ...LISTS],
    ],
    [
      'a list with a default that may not be null',
      'query ($v: [ID!]! = [7]) { processes(ids: $v) { id } }',
      LISTS,
    ],
    ['a list with one item as its default', 'query ($v: [ID!] = 7) { processes(ids: $v) { id } }', LISTS],
    ['an id with a default', 'query ($v: ID = 7) { process(id: $v) { id state } ok: __typename }', ITEMS],
    [
      'a list of representations with a default',
      'query ($v: [_Any!] = [{__typename: Process, id: 7}]) { _entities(representations: $v) { __typename } }',
      [
        ...LISTS,
        { v: [{ __typename: 'Process', id: ID }, null] },
        { v: [{ __typename: 'Process', id: ID }, 1] },
      ],
    ],
    [
      'an optional argument with a default of its own',
      'query ($v: ProcessSource = IDCLOUD) { process(id: 7, source: $v) { id } }',
      [{}, { v: null }, { v: 'IDCLOUD' }, { v: 'LEGACY' }, { v: 1 }],
    ],
    [
      'an argument below a list, with the default of the schema',
      'query ($ids: [ID!]!, $v: Language) { processes(ids: $ids) { verdict { reasons { message(language: $v) } } } }',
      [{}, { v: null }, { v: 'PT' }, { v: 'FR' }].map((more) => ({ ids: IDS, ...more })),
    ],
  ])('where a variable may be null: %s', async (_, query, all) => {
    const { compiled, expected } = await answersTo(query, all);
    expect(compiled).toEqual(expected);
  });

  test('the argument that null makes wrong is reported each time, and the other fields are answered', async () => {
    const query = 'query Page($ids: [ID!] = []) { processes(ids: $ids) { id } ok: __typename }';
    const { compiled, expected } = await answersTo(query, [{ ids: [] }, { ids: null }, { ids: null }]);
    expect(compiled).toEqual(expected);
    for (const { text } of compiled.slice(-6)) {
      expect(JSON.parse(text)).toMatchObject({
        data: { processes: null, ok: 'Query' },
        errors: [{ path: ['processes'], extensions: { code: 'BAD_USER_INPUT' } }],
      });
    }
  });

  test.each<[string, string, readonly unknown[]]>([
    [
      'a type and an id',
      'query ($t: String!, $id: ID!) { _entities(representations: [{__typename: $t, id: $id}]) { __typename ... on Process { id source } } }',
      [
        { t: 'Process', id: ID },
        { t: 'Process', id: 7 },
        { t: 'Other', id: ID },
        { t: null, id: ID },
      ],
    ],
    [
      'an id that may be absent',
      'query ($v: ID) { _entities(representations: [{__typename: Process, id: $v}]) { ... on Process { id } } }',
      ITEMS,
    ],
    [
      'a whole representation, beside others',
      'query ($v: _Any) { _entities(representations: [{__typename: Process, id: 7}, {__typename: Process, more: {a: [$v]}}]) { __typename } }',
      [{}, { v: null }, { v: { __typename: 'Process', id: ID } }],
    ],
    [
      'a representation without a list around it',
      'query ($v: ID!) { _entities(representations: {__typename: Process, id: $v}) { ... on Process { id } } }',
      ITEMS,
    ],
    [
      'a constant with a property that is no property in JavaScript',
      '{ _entities(representations: [{__typename: Process, __proto__: {id: 7}}, {__proto__: {__typename: Process}, id: 7}]) { __typename } }',
      [{}],
    ],
  ])('where a literal of any type has variables: %s', async (_, query, all) => {
    const { compiled, expected } = await answersTo(query, all);
    expect(compiled).toEqual(expected);
  });

  test.each<[string, string, readonly unknown[]]>([
    [
      'two, one with a default',
      'query ($a: ID = 7, $b: ID!) { processes(ids: [$a, $b]) { id state } }',
      [{ a: null, b: ID }, { b: ID }, { a: OTHER_ID, b: ID }, { a: ID, b: null }, { a: ID }],
    ],
    ['one, beside a constant', 'query ($v: ID = 7) { processes(ids: [8, $v]) { id } }', ITEMS],
    ['one twice', 'query ($v: ID!) { processes(ids: [$v, $v]) { id } }', ITEMS],
    [
      'one that may be absent in a list of anything',
      'query ($v: _Any = 7) { _entities(representations: [$v]) { __typename } }',
      ITEMS,
    ],
  ])('where a list has variables: %s', async (_, query, all) => {
    const { compiled, expected } = await answersTo(query, all);
    expect(compiled).toEqual(expected);
  });

  test.each([
    '__proto__',
    'constructor',
    'hasOwnProperty',
    'toString',
    '__typename',
    'ids_0',
    'id_0',
    'input',
    '_',
  ])('where a variable is named $%s', async (name) => {
    const given = (value: unknown): object => JSON.parse(`{"${name}": ${JSON.stringify(value)}}`) as object;
    const all = [...[ID, 7, null, [ID], true, false].map(given), {}];
    const queries = [
      `query ($${name}: ID!) { process(id: $${name}) { id state } }`,
      `query ($${name}: ID = 7) { process(id: $${name}) { id } ok: __typename }`,
      `query ($${name}: [ID!]!) { processes(ids: $${name}) { id } }`,
      `query ($${name}: ID) { _entities(representations: [{__typename: Process, id: $${name}}]) { __typename } }`,
      `query ($${name}: Boolean!) { process(id: 7) { id flow @include(if: $${name}) } }`,
    ];
    for (const query of queries) {
      const { compiled, expected } = await answersTo(query, all);
      expect(compiled).toEqual(expected);
    }
  });

  test.each<[string, string]>([
    [
      'a field',
      '{ process(id: $id) { id state @include(if: $yes) flow @skip(if: $yes) purpose @include(if: $no) } }',
    ],
    [
      'both conditions',
      '{ process(id: $id) { id state @include(if: $yes) @skip(if: $no) flow @skip(if: $yes) @include(if: $no) } }',
    ],
    [
      'constants',
      '{ process(id: $id) { id state @include(if: false) flow @skip(if: false) useCase @include(if: $yes) @skip(if: $no) } }',
    ],
    ['a root field', '{ process(id: $id) @include(if: $yes) { state } ok: __typename @skip(if: $no) }'],
    [
      'everything',
      '{ process(id: $id) @include(if: $yes) { state } more: process(id: $id) @skip(if: $no) { id } }',
    ],
    [
      'all fields of an object',
      '{ process(id: $id) { state @include(if: $yes) verdict { decision @skip(if: $no) } } }',
    ],
    [
      'an inline fragment',
      '{ process(id: $id) { id ... @include(if: $yes) { state ... on Process @skip(if: $no) { flow } } } }',
    ],
    [
      'a fragment under two conditions',
      '{ process(id: $id) { ...F @include(if: $yes) ...F @include(if: $no) } } fragment F on Process { state verdict { decision } }',
    ],
    [
      'a fragment in two places under different conditions',
      '{ a: process(id: $id) { ...F @include(if: $yes) } b: process(id: $id) { ...F @skip(if: $no) } } fragment F on Process { state flow @skip(if: $yes) }',
    ],
    [
      'a field that is written twice, under one condition',
      '{ process(id: $id) { state verdict @include(if: $yes) { decision } verdict { final @include(if: $no) } state @skip(if: $no) } }',
    ],
    [
      'an argument',
      '{ process(id: $id) { verdict { reasons { code message(language: PT) @include(if: $yes) message(language: PT) @skip(if: $no) } } } }',
    ],
    [
      'a personal field',
      '{ process(id: $id) { state person @include(if: $yes) { friendlyName } sdkToken @skip(if: $no) } }',
    ],
  ])('where a condition leaves out %s', async (_, selection) => {
    const all = [true, false].flatMap((yes) => [true, false].map((no) => ({ id: ID, yes, no })));
    const wrong = [{ yes: null }, { no: null }, { yes: 'true' }, { no: 1 }].map((more) => ({
      ...all[0],
      ...more,
    }));
    const query = `query ($id: ID!, $yes: Boolean! = true, $no: Boolean = false) ${selection}`;
    const { compiled, expected } = await answersTo(query, [...all, { id: ID }, ...wrong]);
    expect(compiled).toEqual(expected);
  });

  test.each([
    'a: process(id: $id) { b_c: reference { process { state } } } a_b: process(id: $id) { c: reference { process { id } } }',
    'a_b: process(id: $id) { state } a: process(id: $id) { b: verdict { decision } b_verdict: verdict { final } }',
    '__proto__: process(id: $id) { state }',
    'process(id: $id) { __proto__: state constructor: id toString: verdict { __proto__: decision then: final } }',
    'constructor: process(id: $id) { hasOwnProperty: id } then: __typename',
    '_v0_process: process(id: $id) { id _v0_: state } _v1_process: process(id: $id) { flow __: id }',
    'p_idx0: processes(ids: [$id]) { reference { process { id } } } reference_idx0_p: process(id: $id) { idx0_p: state }',
  ])('where aliases look like other names: %s', async (selection) => {
    const all = IDS.slice(0, 5).map((id) => ({ id }));
    const { compiled, expected } = await answersTo(`query ($id: ID!) { ${selection} }`, all);
    expect(compiled).toEqual(expected);
  });

  test.each(clientOperations(IDS))('for what $client sends', async ({ body }) => {
    const { compiled, expected } = await servers.answersTo([body, { ...body, variables: {} }, body]);
    expect(compiled).toEqual(expected);
    expect(JSON.parse(compiled[0]?.text ?? '')).toHaveProperty('data');
  });
});
