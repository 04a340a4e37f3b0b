import { buildSubgraphSchema } from '@apollo/subgraph';
import { isObjectType, parse, type GraphQLField, type GraphQLSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { enforceScopes } from '../../../../src/graphql/schema/enforce-scopes.ts';
import { policyOf } from '../../../../src/graphql/schema/field-policy.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import:';
const READ = '@requiresScopes(scopes: [["identity:read"]])';

function build(sdl: string): GraphQLSchema {
  return buildSubgraphSchema([{ typeDefs: parse(sdl) }]);
}

/** A subgraph whose root is as it should be, and these types. */
function subgraph(types: string): GraphQLSchema {
  return build(`
    ${LINK} ["@key", "@tag", "@requiresScopes", "@authenticated", "@policy"])
    type Query { good: Boolean ${READ} }
    ${types}
  `);
}

/** The field `its` of the type `Some` in such a subgraph. */
function fieldOf(definition: string): GraphQLField<unknown, unknown> {
  const type = subgraph(`type Some { its: String ${definition} }`).getType('Some');
  const field = isObjectType(type) ? type.getFields()['its'] : undefined;
  if (field === undefined) throw new Error('no field');
  return field;
}

describe('the rule of a field', () => {
  const rules: [string, string, unknown][] = [
    ['one scope', READ, { requirement: [['identity:read']], personal: false }],
    [
      'scopes that are needed together, and another that is enough',
      '@requiresScopes(scopes: [["identity:read", "identity:pii"], ["identity:write"]])',
      { requirement: [['identity:read', 'identity:pii'], ['identity:write']], personal: false },
    ],
    ['a personal field', `${READ} @tag(name: "pii")`, { requirement: [['identity:read']], personal: true }],
    [
      'a personal field with other tags before and after',
      `@tag(name: "partner") @tag(name: "pii") @tag(name: "other") ${READ}`,
      { requirement: [['identity:read']], personal: true },
    ],
    [
      'a tag that is not this one',
      `${READ} @tag(name: "pii-free")`,
      { requirement: [['identity:read']], personal: false },
    ],
  ];
  test.each(rules)('is read: %s', (_, definition, expected) => {
    expect(policyOf(fieldOf(definition))).toEqual(expected);
  });

  test('is read once', () => {
    const field = fieldOf(READ);
    expect(policyOf(field)).toBe(policyOf(field));
  });

  const wrong: [string, string][] = [
    ['none', ''],
    ['another directive', '@tag(name: "pii")'],
    ['a scope that is misspelt', '@requiresScopes(scopes: [["identity:raed"]])'],
    ['a scope in capitals', '@requiresScopes(scopes: [["IDENTITY:READ"]])'],
    ['a scope with a space', '@requiresScopes(scopes: [["identity:read "]])'],
    ['several scopes in one text', '@requiresScopes(scopes: [["identity:read identity:pii"]])'],
    ['a scope of another service', '@requiresScopes(scopes: [["customer:read"]])'],
    ['an empty scope', '@requiresScopes(scopes: [[""]])'],
    ['a right way beside a wrong one', '@requiresScopes(scopes: [["identity:read"], ["identity:raed"]])'],
    ['a right scope beside a wrong one', '@requiresScopes(scopes: [["identity:read", "pii"]])'],
    ['no way', '@requiresScopes(scopes: [])'],
    ['a way that takes nothing', '@requiresScopes(scopes: [[]])'],
    ['a right way beside one that takes nothing', '@requiresScopes(scopes: [["identity:read"], []])'],
    ['a list that is not in a list', '@requiresScopes(scopes: ["identity:read"])'],
    ['a scope that is in no list', '@requiresScopes(scopes: "identity:read")'],
  ];
  test.each(wrong)('is not guessed: %s', (_, definition) => {
    expect(() => policyOf(fieldOf(definition))).toThrow(
      'its: expected @requiresScopes with lists of identity:read',
    );
  });
});

describe('a subgraph does not start', () => {
  test('unless it is as it should be, which this one is', () => {
    expect(() => enforceScopes(subgraph(`type Some @key(fields: "id") { id: ID! ${READ} }`))).not.toThrow();
  });

  const open: [string, string][] = [
    ['a field without scopes', 'type Some { open: String }'],
    ['a field without scopes among others', `type Some { a: String ${READ} open: String b: String ${READ} }`],
    [
      'a field with a scope that is misspelt',
      'type Some { open: String @requiresScopes(scopes: [["identity:raed"]]) }',
    ],
    ['the key of an entity', 'type Some @key(fields: "open") { open: ID! }'],
    ['a field that is tagged alone', 'type Some { open: String @tag(name: "pii") }'],
    ['a query', 'extend type Query { open: String }'],
    ['a mutation', 'type Mutation { open: String }'],
    ['a field that was added to a type', `type Some { a: String ${READ} } extend type Some { open: String }`],
    ['a field that leads to others', `type Some { open: Other } type Other { a: String ${READ} }`],
    ['a field of a type that nothing leads to', 'type Lost { open: String }'],
    ['a field whose type alone asks for scopes', `type Some ${READ} { open: String }`],
    ['a field of another kind of fence', 'type Some { open: String @authenticated }'],
    ['a field whose name begins like those of federation', `type Some { a: String ${READ} _open: String }`],
    ['a query whose name begins like those of federation', 'extend type Query { _open: String }'],
    ['a field of a type whose name begins like those of federation', 'type _Some { open: String }'],
  ];
  test.each(open)('with one that is open by oversight: %s', (_, types) => {
    expect(() => enforceScopes(subgraph(types))).toThrow('open: expected @requiresScopes');
  });

  const onlyRouters: [string, string][] = [
    ['scopes of a type', `type Some @requiresScopes(scopes: [["identity:pii"]]) { a: String ${READ} }`],
    [
      'scopes of an enum',
      `enum Some @requiresScopes(scopes: [["identity:pii"]]) { A } type Other { a: Some ${READ} }`,
    ],
    [
      'scopes of a scalar',
      `scalar Some @requiresScopes(scopes: [["identity:pii"]]) type Other { a: Some ${READ} }`,
    ],
    ['a policy of a field', `type Some { a: String ${READ} @policy(policies: [["p"]]) }`],
  ];
  test.each(onlyRouters)('with a fence that routers alone would look at: %s', (_, types) => {
    expect(() => enforceScopes(subgraph(types))).toThrow(/@(requiresScopes|policy)/);
  });

  test('where the directive goes by another name, which would not be found', () => {
    const renamed = build(`
      ${LINK} [{ name: "@requiresScopes", as: "@scopes" }])
      type Query { open: Boolean @scopes(scopes: [["identity:read"]]) }
    `);
    expect(() => enforceScopes(renamed)).toThrow('open: expected @requiresScopes');
  });

  test('where the directive is not imported, and has the name of its library', () => {
    const long = build(`
      ${LINK} ["@key"])
      type Query { open: Boolean @federation__requiresScopes(scopes: [["identity:read"]]) }
    `);
    expect(() => enforceScopes(long)).toThrow('open: expected @requiresScopes');
  });
});
