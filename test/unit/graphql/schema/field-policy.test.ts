import { buildSubgraphSchema } from '@apollo/subgraph';
import { isObjectType, parse, type GraphQLField, type GraphQLSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { enforceScopes } from '../../../../src/graphql/schema/enforce-scopes.ts';
import type { Requirement } from '../../../../src/domain/caller.ts';
import { policyOf } from '../../../../src/graphql/schema/field-policy.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import:';
const READ = '@requiresScopes(scopes: [["identity:read"]])';

function build(sdl: string): GraphQLSchema {
  return buildSubgraphSchema([{ typeDefs: parse(sdl) }]);
}

/** A subgraph with a correct root type and these types. */
function subgraph(types: string): GraphQLSchema {
  return build(`
    ${LINK} ["@key", "@tag", "@requiresScopes", "@authenticated", "@policy"])
    type Query { good: Boolean ${READ} }
    ${types}
  `);
}

/** The field `its` of the type `Some` in that subgraph. */
function fieldOf(definition: string): GraphQLField<unknown, unknown> {
  const type = subgraph(`type Some { its: String ${definition} }`).getType('Some');
  const field = isObjectType(type) ? type.getFields()['its'] : undefined;
  if (field === undefined) throw new Error('no field');
  return field;
}

/** The same scopes wherever the field is. */
const only = (requirement: Requirement): object => ({ requirement, payloadRequirement: requirement });

describe('policyOf', () => {
  const rules: [string, string, object][] = [
    ['one scope', READ, { ...only([['identity:read']]), personal: false }],
    [
      'two scopes that are required together, or another one, which counts in payloads alone',
      '@requiresScopes(scopes: [["identity:read", "identity:pii"], ["identity:write"]])',
      {
        requirement: [['identity:read', 'identity:pii']],
        payloadRequirement: [['identity:read', 'identity:pii'], ['identity:write']],
        personal: false,
      },
    ],
    [
      'a scope that does not allow to read, of a field without another alternative',
      '@requiresScopes(scopes: [["identity:write"]])',
      { ...only([['identity:write']]), personal: false },
    ],
    ['a personal field', `${READ} @tag(name: "pii")`, { ...only([['identity:read']]), personal: true }],
    [
      'a personal field with other tags before and after',
      `@tag(name: "partner") @tag(name: "pii") @tag(name: "other") ${READ}`,
      { ...only([['identity:read']]), personal: true },
    ],
    [
      'a tag that only begins with pii',
      `${READ} @tag(name: "pii-free")`,
      { ...only([['identity:read']]), personal: false },
    ],
  ];
  test.each(rules)('the policy of a field is read from its directives: %s', (_, definition, expected) => {
    expect(policyOf(fieldOf(definition))).toEqual(expected);
  });

  test('the policy of a field is read once and cached', () => {
    const field = fieldOf(READ);
    expect(policyOf(field)).toBe(policyOf(field));
  });

  const wrong: [string, string][] = [
    ['no directive', ''],
    ['another directive', '@tag(name: "pii")'],
    ['a misspelt scope', '@requiresScopes(scopes: [["identity:raed"]])'],
    ['a scope in capitals', '@requiresScopes(scopes: [["IDENTITY:READ"]])'],
    ['a scope with a space', '@requiresScopes(scopes: [["identity:read "]])'],
    ['several scopes in one text', '@requiresScopes(scopes: [["identity:read identity:pii"]])'],
    ['a scope of another service', '@requiresScopes(scopes: [["customer:read"]])'],
    ['an empty scope', '@requiresScopes(scopes: [[""]])'],
    [
      'a valid list next to an invalid one',
      '@requiresScopes(scopes: [["identity:read"], ["identity:raed"]])',
    ],
    ['a valid scope next to an invalid one', '@requiresScopes(scopes: [["identity:read", "pii"]])'],
    ['no list', '@requiresScopes(scopes: [])'],
    ['an empty list', '@requiresScopes(scopes: [[]])'],
    ['a valid list next to an empty one', '@requiresScopes(scopes: [["identity:read"], []])'],
    ['a list that is not in a list', '@requiresScopes(scopes: ["identity:read"])'],
    ['a scope that is in no list', '@requiresScopes(scopes: "identity:read")'],
  ];
  test.each(wrong)('a field with invalid scopes has no policy but an error: %s', (_, definition) => {
    expect(() => policyOf(fieldOf(definition))).toThrow(
      'its: expected @requiresScopes with lists of identity:read',
    );
  });
});

describe('enforceScopes', () => {
  test('a subgraph starts whose every field requires scopes', () => {
    expect(() => enforceScopes(subgraph(`type Some @key(fields: "id") { id: ID! ${READ} }`))).not.toThrow();
  });

  const open: [string, string][] = [
    ['a field without scopes', 'type Some { open: String }'],
    ['a field without scopes among others', `type Some { a: String ${READ} open: String b: String ${READ} }`],
    [
      'a field with a misspelt scope',
      'type Some { open: String @requiresScopes(scopes: [["identity:raed"]]) }',
    ],
    ['the key of an entity', 'type Some @key(fields: "open") { open: ID! }'],
    ['a field with a tag alone', 'type Some { open: String @tag(name: "pii") }'],
    ['a query', 'extend type Query { open: String }'],
    ['a mutation', 'type Mutation { open: String }'],
    ['a field that was added to a type', `type Some { a: String ${READ} } extend type Some { open: String }`],
    ['a field that leads to others', `type Some { open: Other } type Other { a: String ${READ} }`],
    ['a field of a type that nothing leads to', 'type Lost { open: String }'],
    ['a field whose type alone asks for scopes', `type Some ${READ} { open: String }`],
    ['a field with another access directive', 'type Some { open: String @authenticated }'],
    ['a field whose name begins like those of federation', `type Some { a: String ${READ} _open: String }`],
    ['a query whose name begins like those of federation', 'extend type Query { _open: String }'],
    ['a field of a type whose name begins like those of federation', 'type _Some { open: String }'],
  ];
  test.each(open)('a subgraph does not start with a field that is open by oversight: %s', (_, types) => {
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
  test.each(onlyRouters)(
    'a subgraph does not start with an access check that only routers apply: %s',
    (_, types) => {
      expect(() => enforceScopes(subgraph(types))).toThrow(/@(requiresScopes|policy)/);
    },
  );

  test('a subgraph does not start that imports @requiresScopes under another name', () => {
    const renamed = build(`
      ${LINK} [{ name: "@requiresScopes", as: "@scopes" }])
      type Query { open: Boolean @scopes(scopes: [["identity:read"]]) }
    `);
    expect(() => enforceScopes(renamed)).toThrow('open: expected @requiresScopes');
  });

  test('a subgraph does not start that uses @federation__requiresScopes without importing it', () => {
    const long = build(`
      ${LINK} ["@key"])
      type Query { open: Boolean @federation__requiresScopes(scopes: [["identity:read"]]) }
    `);
    expect(() => enforceScopes(long)).toThrow('open: expected @requiresScopes');
  });
});
