import * as fc from 'fast-check';
import { buildSchema, GraphQLError, parse, validate, type GraphQLSchema } from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';
import { expect, test } from 'vitest';
import { createMessageRedactor } from '../../../../src/graphql/errors/redact-message.ts';

const schema: GraphQLSchema = buildSchema(`
  type Query { find(code: String!, type: Kind, input: Find, count: Int, ids: [ID!]): String }
  enum Kind { BR_CNH BR_RG }
  input Find { person: Person!, tags: [String!] }
  input Person { name: String!, age: Int, kind: Kind }
`);
const redactMessage = createMessageRedactor(schema, false);

/** The errors that graphql-js reports for these variables. */
function errorsOfVariables(declaration: string, variables: Record<string, unknown>): GraphQLError[] {
  const [operation] = parse(`query (${declaration}) { __typename }`).definitions;
  if (operation?.kind !== 'OperationDefinition') throw new Error('no operation');
  const { errors = [] } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  return [...errors];
}

function errorsOfDocument(document: string): GraphQLError[] {
  try {
    return [...validate(schema, parse(document))];
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}

const SECRETS = ['Maria', 'Souza', 'da Silva', '12345678909', 'HEWW580907HGRSHL05', 'someone@example.com'];

test.each([
  [
    '$code: String!',
    { code: 12345678909 },
    'Variable "$code" got an invalid value; String cannot represent a non string value: …',
  ],
  [
    '$type: Kind',
    { type: 'Maria; Souza da Silva' },
    'Variable "$type" got an invalid value; Value "…" does not exist in "Kind" enum.',
  ],
  [
    '$input: Find',
    { input: { person: { name: { nome: 'Maria at "Rua; Souza' } } } },
    'Variable "$input" got an invalid value at "person.name"; String cannot represent a non string value: …',
  ],
  [
    '$input: Find',
    { input: { person: { name: 'Maria', 'da Silva': 1 } } },
    'Variable "$input" got an invalid value at "person"; Field "…" is not defined by type "Person".',
  ],
  [
    '$input: Find',
    { input: { person: { age: 5 } } },
    'Variable "$input" got an invalid value at "person"; Field "name" of required type "String!" was not provided.',
  ],
  [
    '$input: Find',
    { input: { person: { name: 'Maria', kind: 'BR_CHN' } } },
    'Variable "$input" got an invalid value at "person.kind"; Value "…" does not exist in "Kind" enum. Did you mean the enum value "BR_CNH" or "BR_RG"?',
  ],
  ['$code: String!', {}, 'Variable "$code" of required type "String!" was not provided.'],
])(
  'a message about the variable %s with %j retains only text of the schema',
  (declaration, variables, expected) => {
    expect(errorsOfVariables(declaration, variables).map(redactMessage)).toEqual([expected]);
  },
);

test.each([
  ['{ find(code: 12345678909) }', 'String cannot represent a non string value: …'],
  ['{ find(code: "x", type: "Maria Souza") }', 'Enum "Kind" cannot represent non-enum value: …'],
  ['{ find(code: "x", count: "Maria; Souza") }', 'Int cannot represent non-integer value: …'],
  ['{ HEWW580907HGRSHL05 }', 'Cannot query field "…" on type "Query".'],
  ['{ fnd(code: "x") }', 'Cannot query field "…" on type "Query". Did you mean "find"?'],
  [
    '{ find(code: "x") { id } }',
    'Field "find" must not have a selection since type "String" has no subfields.',
  ],
  ['query Maria Souza { x }', 'Syntax Error: Expected "{", found Name "…".'],
  ['Maria', 'Syntax Error: Unexpected Name "…".'],
  ['{ find(code: "Maria Souza }', 'Syntax Error: Unterminated string.'],
  ['{ find(code: 5Maria) }', 'Syntax Error: Invalid number, expected digit but got: …'],
])('a message about the document %s retains only text of the schema', (document, expected) => {
  expect(errorsOfDocument(document).map(redactMessage)).toEqual([expected]);
});

test('no part of a value remains in a redacted message, whatever the value is', () => {
  const secret = fc.constantFrom(...SECRETS);
  const noise = fc.constantFrom(
    '',
    '; ',
    '"',
    '\\\\"',
    ' at "',
    '"; ',
    ' does not exist',
    ': ',
    '\\n',
    '{',
    '}',
  );
  const text = fc
    .array(fc.tuple(noise, secret, noise), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.flat().join(''));
  fc.assert(
    fc.property(
      text,
      fc.constantFrom('$v: Kind', '$v: Int', '$v: Find', '$v: [ID!]'),
      (value, declaration) => {
        const values = [
          value,
          { [value]: value },
          { person: value },
          { person: { name: { value } } },
          [value, { value }],
        ];
        for (const each of values) {
          for (const message of errorsOfVariables(declaration, { v: each })) {
            const redacted = redactMessage(message);
            for (const secretText of SECRETS) expect(redacted).not.toContain(secretText);
          }
        }
      },
    ),
    { numRuns: 2_000, seed: 1 },
  );
});
