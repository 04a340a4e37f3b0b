import {
  getNullableType,
  isCompositeType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import { FILE_FIELDS } from '../../src/domain/process-creation.ts';
import { ID } from './bodies.ts';

/** A place for a value in the arguments of an operation, such as `['input', 'onboarding', 'subject', 'name']`. */
export type Place = { path: readonly string[]; type: GraphQLInputType };

/** Stands for the hostile value while the JSON around it is written. */
const MARK = '@@hostile@@';

/** The least value of a type; of an input object, with its required fields. */
function leastOf(type: GraphQLInputType): unknown {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return [leastOf(nullable.ofType)];
  if (isEnumType(nullable)) return nullable.getValues()[0]?.name;
  if (!isInputObjectType(nullable)) return nullable.name === '_Any' ? { __typename: 'Process', id: ID } : ID;
  const required = Object.values(nullable.getFields()).filter(isRequiredInputField);
  return Object.fromEntries(required.map((field) => [field.name, leastOf(field.type)]));
}

/** The least value of a type with the mark at a path in it. */
function markedAt(type: GraphQLInputType, path: readonly string[]): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return MARK;
  const nullable = getNullableType(type);
  if (isListType(nullable)) return [markedAt(nullable.ofType, path.slice(1))];
  const field = isInputObjectType(nullable) ? nullable.getFields()[name] : undefined;
  if (field === undefined) throw new Error(`no input ${name}`);
  return { ...(leastOf(nullable) as object), [name]: markedAt(field.type, rest) };
}

/** Every place in a value of a type, the value itself first; items of lists have the name `0`. */
function* placesIn(type: GraphQLInputType, path: readonly string[]): Generator<Place> {
  yield { path, type };
  const nullable = getNullableType(type);
  if (isListType(nullable)) yield* placesIn(nullable.ofType, [...path, '0']);
  if (!isInputObjectType(nullable)) return;
  for (const field of Object.values(nullable.getFields())) yield* placesIn(field.type, [...path, field.name]);
}

/** A field of a root type: its operation, and the places of all of its inputs. */
export type Root = { name: string; query: string; places: readonly Place[]; bodyWith: BodyWith };

/** The JSON body of the operation with a value, as JSON text, at a place. */
type BodyWith = (place: Place, value: string) => string;

function rootOf(kind: 'query' | 'mutation', { name, args, type }: GraphQLField<unknown, unknown>): Root {
  const declared = args.map((arg) => `$${arg.name}: ${String(arg.type)}`).join(', ');
  const passed = args.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  const selection = isCompositeType(getNamedType(type)) ? ' { __typename }' : '';
  const query = `${kind} (${declared}) { ${name}(${passed})${selection} }`;
  return {
    name,
    query,
    places: args.flatMap((arg) => [...placesIn(arg.type, [arg.name])]),
    bodyWith({ path: [first, ...rest] }, value) {
      const variables = args
        .filter((arg) => isNonNullType(arg.type) || arg.name === first)
        .map((arg) => [arg.name, arg.name === first ? markedAt(arg.type, rest) : leastOf(arg.type)]);
      const [before = '', after = ''] = JSON.stringify({
        query,
        variables: Object.fromEntries(variables),
      }).split(`"${MARK}"`);
      return `${before}${value}${after}`;
    },
  };
}

/** Every operation of a schema with one root field. */
export function rootsOf(schema: GraphQLSchema): Root[] {
  const fieldsOf = (kind: 'query' | 'mutation'): Root[] =>
    Object.values((kind === 'query' ? schema.getQueryType() : schema.getMutationType())?.getFields() ?? {})
      .filter(({ args }) => args.length > 0)
      .map((field) => rootOf(kind, field));
  return [...fieldsOf('query'), ...fieldsOf('mutation')];
}

/** Whether a place is that of an image or a file. */
export const isFile = ({ path }: Place): boolean => path.some((name) => FILE_FIELDS.has(name));

/** A kind of hostile value: its JSON text. */
export type Kind = readonly [name: string, value: string];

/** As many bytes as fit into a body next to the rest of an operation. */
const LONG = 8 * 1024 * 1024 - 4_096;
const fill = (text: string): string => text.repeat(Math.floor(LONG / text.length));

/** As many values as a body may have, but for those of the operation around them. */
const MANY = 49_900;
const numbered = (property: (i: number) => string): string =>
  `{${Array.from({ length: MANY }, (_, i) => `"${property(i)}":1`).join()}}`;

/** Values of few bytes and as many parts as a body may have. */
export const MANY_PARTS: readonly Kind[] = [
  ['many empty texts', `["",${'"",'.repeat(MANY - 2)}""]`],
  ['many nulls', `[${'null,'.repeat(MANY - 2)}null]`],
  ['many objects', `[${'{},'.repeat(MANY / 2 - 1)}{}]`],
  ['many objects of unknown properties', `[${'{"sourc":1},'.repeat(MANY / 2 - 1)}{}]`],
  ['many lists', `[${'[],'.repeat(MANY / 2 - 1)}[]]`],
  ['lists in lists', '['.repeat(MANY) + ']'.repeat(MANY)],
  ['objects in objects', `${'{"input":'.repeat(MANY)}1${'}'.repeat(MANY)}`],
  ['many properties', numbered((i) => `name${i}`)],
  ['many properties with numbers for names', numbered((i) => `${i * 86_000}`)],
];

/** Values with more parts than a body may have. */
export const TOO_MANY_PARTS: readonly [Kind, ...Kind[]] = [
  ['2,000,000 empty texts', `[${'"",'.repeat(2_000_000)}""]`],
  ['2,000,000 objects', `[${'{},'.repeat(2_000_000)}{}]`],
  ['4,000,000 lists in lists', '['.repeat(4_000_000) + ']'.repeat(4_000_000)],
];

/** A text as long as a body. */
export const LONG_TEXT: Kind = ['a long text', `"${fill('A')}"`];

/** Other values as long as a body. */
export const LONG_VALUES: readonly Kind[] = [
  ['a long text of other scripts', `"${fill('\u20ac').slice(0, LONG / 3)}"`],
  ['a long text of escapes', `"${fill('\\u0041')}"`],
  ['a long text of lines', `"${fill('A\\n')}"`],
  ['a long text of dots', `"${fill('a.')}"`],
  ['a long text in the alphabet of URLs', `"${fill('A-_A')}"`],
  ['a long text of half characters', `"${fill('\\ud83d')}"`],
  ['a long number', fill('1')],
  ['a long text in a list', `["${fill('A')}"]`],
  ['a long name', `{"${fill('A')}":1}`],
  ['a long text with an unknown name', `{"unknown":"${fill('A')}"}`],
  [
    'long names and texts',
    `{${Array.from({ length: 99 }, (_, i) => `"${'n'.repeat(190)}${i}":"${'A'.repeat(65_000)}"`).join()}}`,
  ],
];

/** Queries that are long themselves; `createProcess` in them, because no other operation may be long. */
export const LONG_QUERIES: readonly Kind[] = (
  [
    ['a long field', (long) => `mutation { createProcess(idempotencyKey: "k") { ${long} } }`],
    ['a long argument', (long) => `mutation { createProcess(${long}: 1) { replayed } }`],
    ['a long type', (long) => `mutation { ... on ${long} { createProcess } }`],
    ['a long variable', (long) => `mutation ($${long}: Int) { createProcess { replayed } }`],
    ['a long name of an operation', (long) => `mutation ${long} { createProcess { a b c d e f } }`],
    ['a long enum value', (long) => `mutation { createProcess(input: { document: { purpose: ${long} } }) }`],
    [
      'a long text for an enum',
      (long) => `mutation { createProcess(input: { document: { purpose: "${long}" } }) }`,
    ],
    [
      'a long image',
      (long) =>
        `mutation { createProcess(idempotencyKey: "k", input: { onboarding: { subject: { code: "12345678909", name: "L" }, imageBase64: "${long}" } }) { replayed } }`,
    ],
    [
      'a long image for an object',
      (long) =>
        `mutation { createProcess(input: { transactional: { references: [{ imageBase64: "${long}" }] } }) }`,
    ],
    ['a long word that is no query', (long) => long],
    [
      'a long number',
      (long) => `mutation { createProcess(input: ${long.replaceAll('A', '1')}) { replayed } }`,
    ],
    ['a long comment', (long) => `#${long}\nmutation { createProcess { replayed } }`],
    ['a long text without an end', (long) => `mutation { createProcess(idempotencyKey: "${long}`],
    ['long white space', (long) => `{ __typename ${long.replaceAll('A', ' ')} }`],
    ['many lines', (long) => `{ __typename ${long.replaceAll('A', '\r').slice(0, LONG / 2)} }`],
    [
      'many escapes',
      (long) =>
        `mutation { createProcess(input: { onboarding: { imageBase64: "${long.slice(0, LONG / 4).replaceAll('A', '\\n')}" } }) }`,
    ],
  ] as const satisfies readonly (readonly [string, (long: string) => string])[]
).map(([name, write]) => [name, JSON.stringify({ query: write(fill('A').slice(0, LONG - 1_024)) })]);

/** Bodies whose other parts are long. */
export const LONG_ENVELOPES: readonly Kind[] = [
  ['a long operationName', JSON.stringify({ query: '{ __typename }', operationName: fill('A') })],
  ['a long extension', JSON.stringify({ query: '{ __typename }', extensions: { a: fill('A') } })],
  [
    'the long hash of a persisted query',
    JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: fill('a') } } }),
  ],
  ['a long unknown property', JSON.stringify({ query: '{ __typename }', [fill('A')]: 1 })],
  [
    'a long variable that is not declared',
    JSON.stringify({ query: '{ __typename }', variables: { a: fill('A') } }),
  ],
  ['a long property again and again', `{${'"query":"{a}",'.repeat(40_000)}"query":"{ __typename }"}`],
  ['a long text', JSON.stringify(fill('A'))],
  ['long white space', `${' '.repeat(LONG)}{}`],
  ['no JSON', fill('A')],
];
