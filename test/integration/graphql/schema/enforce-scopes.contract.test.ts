import {
  getNamedType,
  isNonNullType,
  isObjectType,
  Kind,
  visit,
  type FieldDefinitionNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import {
  allowed,
  allowedElsewhere,
  CALLERS,
  contract,
  declared,
  entityAllowed,
  fieldsOf,
  isPersonal,
  typeNamed,
  type TestCaller,
} from '../../../support/scopes.ts';

/** The types that a caller can reach, by any path. */
function reachedBy(caller: TestCaller): Set<GraphQLObjectType> {
  const reached = new Set<GraphQLObjectType>();
  const reach = (type: GraphQLNamedType): void => {
    if (!isObjectType(type) || reached.has(type)) return;
    reached.add(type);
    for (const field of fieldsOf(type)) {
      if (allowed(`${type.name}.${field.name}`, caller)) reach(getNamedType(field.type));
    }
  };
  reach(typeNamed('Query'));
  reach(typeNamed('Mutation'));
  if (entityAllowed(caller)) reach(typeNamed('Process'));
  return reached;
}

describe('the contract, docs/subgraph.graphql', () => {
  test.each(CALLERS)(
    'a field that is denied to a caller with $name is nullable, so that its neighbours stay',
    (caller) => {
      const lost = [...reachedBy(caller)].flatMap((type) =>
        fieldsOf(type)
          .filter((field) => isNonNullType(field.type) && !allowed(`${type.name}.${field.name}`, caller))
          .map(({ name }) => `${type.name}.${name}`),
      );
      expect(lost).toEqual([]);
    },
  );

  test('a caller without a scope may see no field', () => {
    for (const caller of CALLERS.filter(({ scopes }) => scopes.length === 0)) {
      expect([...declared.keys()].filter((field) => allowed(field, caller))).toEqual([]);
    }
  });

  test('every personal field requires identity:pii, or identity:write, the scope of creations', () => {
    const personal = [...declared].filter(([field]) => isPersonal(field));
    expect(personal.map(([field]) => field)).toEqual(
      expect.arrayContaining([
        'Person.duiValue',
        'Document.data',
        'Process.sdkToken',
        'Query.reusableDocuments',
      ]),
    );
    const unprotected = personal.filter(([, { requires }]) =>
      requires.some((way) => !way.includes('identity:pii') && !way.includes('identity:write')),
    );
    expect(unprotected).toEqual([]);
  });

  test('identity:write alone allows no personal field but the two that a journey needs', () => {
    const allowedFields = [...declared.keys()].filter(
      (field) => isPersonal(field) && allowed(field, { scopes: ['identity:write'] }),
    );
    expect(allowedFields.toSorted()).toEqual(['Process.sdkToken', 'Process.userRedirectUrl']);
  });

  test('outside of payloads every personal field requires identity:pii', () => {
    for (const caller of CALLERS.filter(({ scopes }) => !scopes.includes('identity:pii'))) {
      expect(
        [...declared.keys()].filter((field) => isPersonal(field) && allowedElsewhere(field, caller)),
      ).toEqual([]);
    }
  });

  test('no personal field is tagged for partners', () => {
    const shown = [...declared].filter(([, { tags }]) => tags.includes('partner'));
    expect(shown.map(([field]) => field)).toContain('Process.verdict');
    expect(shown.filter(([field]) => isPersonal(field))).toEqual([]);
  });

  test('only fields have access directives, and only @requiresScopes, because the server checks no others', () => {
    const elsewhere: string[] = [];
    visit(contract, {
      Directive: ({ name: { value: name } }, _key, _parent, _path, ancestors) => {
        const owner = ancestors.findLast((node): node is FieldDefinitionNode => 'kind' in node);
        const expected = name === 'requiresScopes' && owner?.kind === Kind.FIELD_DEFINITION;
        if (/requiresScopes|authenticated|policy/i.test(name) && !expected) elsewhere.push(`@${name}`);
      },
    });
    expect(elsewhere).toEqual([]);
  });
});
