import { beforeAll, describe, expect, test } from 'vitest';
import {
  MAX_INPUT_DEPTH,
  MAX_LIST_ITEMS,
  MAX_PROPERTIES,
  MAX_UNKNOWN_LENGTH,
  MAX_TEXT_LENGTH,
} from '../../../../src/graphql/limits/limits.ts';
import { MAX_STRUCTURAL_BYTES } from '../../../../src/server/http-limits.ts';
import { ID, idcloudBody } from '../../../support/bodies.ts';
import { startCompiledAndPlain, type CompiledAndPlain } from '../../../support/compiled-and-plain.ts';
import { serverForFile } from '../../../support/server-for-file.ts';
import { openSubgraphOver } from '../../../support/subgraph-over.ts';
import type { Answer } from '../../../support/subgraph.ts';

const server = serverForFile(() => openSubgraphOver(() => ({ body: idcloudBody() })));

const CREATE = `mutation ($key: String!, $input: CreateProcessInput!) {
  createProcess(idempotencyKey: $key, input: $input) { userErrors { code field } }
}`;

const create = (input: object, key = 'key'): Promise<Answer> => server().subgraph.ask(CREATE, { key, input });

/** The answer to an operation whose variable exceeds a limit, before anything is read or sent. */
function tooLarge(message: string): object {
  return { status: 400, errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] };
}

const SUBJECT = { code: '12345678909', name: 'Luke' };
const text = (length: number): string => 'a'.repeat(length);
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

/* Creations with a name, with files, with more properties. */
const onboarding = (name: string): object => ({
  onboarding: { subject: { ...SUBJECT, name }, imageBase64: 'x' },
});
const document = (count: number): object => ({
  document: {
    subject: { ...SUBJECT, duiType: 'BR_CPF' },
    purpose: 'fgts',
    authProcessId: ID,
    files: times(count, ''),
  },
});
const journey = (more: object): object => ({ journey: { flow: '', callbackUri: '/', ...more } });
const unknownProperties = (count: number): object =>
  Object.fromEntries(times(count, 0).map((_, i) => [`unknown${i}`, 1]));

/* Creations that GraphQL refuses: with an unknown property of this length, and with several mistakes around an image. */
const createNamed = (length: number): Promise<Answer> => create(journey({ [text(length)]: 1 }));
const createWrongly = (imageBase64: string): Promise<Answer> =>
  create({
    onboarding: { imageBase64, unknown: 1, more: 'x' },
    transactional: { imageBase64, other: 1 },
  });

/** The code and the path of the first user error: what the validation of creations says about an input. */
const firstProblem = ({ data }: Answer): unknown => data?.createProcess.userErrors[0];

describe('the limit of a text', () => {
  test('a text of 64 Ki characters gets the error of its field, and a longer one is not even copied', async () => {
    expect(firstProblem(await create(onboarding(text(MAX_TEXT_LENGTH))))).toEqual({
      code: 'BAD_USER_INPUT',
      field: ['input', 'onboarding', 'subject', 'name'],
    });
    expect(await create(onboarding(text(MAX_TEXT_LENGTH + 1)))).toMatchObject(
      tooLarge(
        'Variable "$input" got an invalid value at "onboarding.subject.name"; expected at most 64 Ki characters, got 65 Ki: shorten it',
      ),
    );
    expect(server().upstream.calls()).toEqual([]);
  });

  test('an idempotency key, which is a variable by itself, has the same limit', async () => {
    expect(firstProblem(await create(journey({}), text(MAX_TEXT_LENGTH)))).toMatchObject({
      code: 'IDEMPOTENCY_KEY_INVALID',
    });
    expect(await create(journey({}), text(MAX_TEXT_LENGTH + 1))).toMatchObject(
      tooLarge(
        'Variable "$key" got an invalid value; expected at most 64 Ki characters, got 65 Ki: shorten it',
      ),
    );
  });

  test('images, files and captures of the SDK have limits of their own', async () => {
    const long = text(300_000);
    const inputs: [object, string[]][] = [
      [{ onboarding: { subject: SUBJECT, imageBase64: long } }, ['onboarding', 'imageBase64']],
      [
        {
          transactional: {
            references: [{ referenceType: 'REFERENCE_TYPE_IMAGE_BASE64', referenceContent: long }],
            imageBase64: 'x',
          },
        },
        ['transactional', 'references', '0', 'referenceContent'],
      ],
      [
        // GraphQL takes a value for a list of one.
        {
          transactional: {
            references: { referenceType: 'REFERENCE_TYPE_IMAGE_BASE64', referenceContent: long },
            imageBase64: 'x',
          },
        },
        ['transactional', 'references', '0', 'referenceContent'],
      ],
      [
        {
          document: {
            subject: { ...SUBJECT, duiType: 'BR_CPF' },
            purpose: 'fgts',
            authProcessId: ID,
            files: [long],
          },
        },
        ['document', 'files', '0'],
      ],
      [{ ageVerification: { subject: {}, imageBase64: long } }, ['ageVerification', 'imageBase64']],
    ];
    for (const [input, field] of inputs) {
      expect(firstProblem(await create(input))).toEqual({
        code: 'IMAGE_INVALID',
        field: ['input', ...field],
      });
    }
  });
});

describe('the limit of a list', () => {
  test('a list of 2,000 items gets the error of its field, and a longer one is not even copied', async () => {
    expect(firstProblem(await create(document(MAX_LIST_ITEMS)))).toEqual({
      code: 'DOCUMENT_FILES_INVALID',
      field: ['input', 'document', 'files'],
    });
    expect(await create(document(MAX_LIST_ITEMS + 1))).toMatchObject(
      tooLarge(
        `Variable "$input" got an invalid value at "document.files"; expected at most ${MAX_LIST_ITEMS} items, got ${MAX_LIST_ITEMS + 1}: send fewer`,
      ),
    );
  });
});

describe('the limits of an object', () => {
  test('an object may have a hundred properties and no more', async () => {
    expect(await create(journey(unknownProperties(MAX_PROPERTIES - 2)))).toMatchObject({
      status: 400,
      errors: expect.arrayContaining([
        expect.objectContaining({ message: expect.stringContaining('is not defined by type') }),
      ]),
    });
    expect(await create(journey(unknownProperties(MAX_PROPERTIES - 1)))).toMatchObject(
      tooLarge(
        `Variable "$input" got an invalid value at "journey"; expected at most ${MAX_PROPERTIES} properties, got ${MAX_PROPERTIES + 1}: send the known ones`,
      ),
    );
  });

  test('a name that the schema does not have may have 200 characters and no more, and is not in the error', async () => {
    expect((await createNamed(MAX_UNKNOWN_LENGTH)).errors[0]?.message).toContain('is not defined by type');
    expect((await createNamed(MAX_UNKNOWN_LENGTH + 1)).errors.map(({ message }) => message)).toEqual([
      'Variable "$input" got an invalid value at "journey"; expected properties and values of the schema, got others with a name of 201 characters: send the known ones',
    ]);
  });

  test('a text that the schema has no place for may have 200 characters and no more', async () => {
    const places: [string, (value: string) => object][] = [
      ['journey', (value) => ({ unknown: value })],
      ['journey', (value) => ({ unknown: [{ deeper: value }] })],
      ['journey.flow', (value) => ({ flow: [value] })],
      ['journey.person.duiType', (value) => ({ person: { duiType: { unknown: value } } })],
    ];
    for (const [path, propertiesWith] of places) {
      const longest = await create(journey(propertiesWith(text(MAX_UNKNOWN_LENGTH))));
      expect(longest.errors[0]?.message).not.toContain('properties and values of the schema');
      const { errors } = await create(journey(propertiesWith(text(MAX_UNKNOWN_LENGTH + 1))));
      expect(errors.map(({ message }) => message)).toEqual([
        `Variable "$input" got an invalid value at "${path}"; expected properties and values of the schema, got others with a text of 201 characters: send the known ones`,
      ]);
    }
  });

  test('what is nested too deeply is rejected, in a known property and in an unknown one', async () => {
    const deep = '['.repeat(MAX_STRUCTURAL_BYTES - 100);
    const closed = ']'.repeat(deep.length);
    for (const name of ['references', 'unknown']) {
      const response = await fetch(`${server().subgraph.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: `{"query":${JSON.stringify(CREATE)},"variables":{"key":"k","input":{"journey":{"${name}":${deep}${closed}}}}}`,
      });
      expect(response.status).toBe(400);
      expect(JSON.stringify(await response.json())).toContain(
        `expected at most ${MAX_INPUT_DEPTH} levels of lists and objects, got more`,
      );
    }
  });

  test('an error next to an image does not depend on the length of the image', async () => {
    const [short, long] = [await createWrongly('x'), await createWrongly(text(2_000_000))];
    expect(long.errors.length).toBeGreaterThan(3);
    expect(long).toEqual(short);
  });
});

describe('compiled and plain execution', () => {
  let servers: CompiledAndPlain;
  beforeAll(async () => {
    servers = await startCompiledAndPlain();
    return () => servers.close();
  });

  const IDS_QUERY = 'query ($ids: [ID!]!) { processes(ids: $ids) { id } }';
  const ID_QUERY = 'query ($id: ID!) { process(id: $id) { id } }';
  const bodies: [string, object][] = [
    ['2,000 ids', { query: IDS_QUERY, variables: { ids: times(MAX_LIST_ITEMS, ID) } }],
    ['2,001 ids', { query: IDS_QUERY, variables: { ids: times(MAX_LIST_ITEMS + 1, ID) } }],
    ['an id of 64 Ki characters', { query: ID_QUERY, variables: { id: text(MAX_TEXT_LENGTH) } }],
    ['an id of one more', { query: ID_QUERY, variables: { id: text(MAX_TEXT_LENGTH + 1) } }],
    ['an id of one more in a list', { query: IDS_QUERY, variables: { ids: [text(MAX_TEXT_LENGTH + 1)] } }],
  ];
  test.each(bodies)('%s are answered the same, however often the query was sent before', async (_, body) => {
    const known = [
      { query: IDS_QUERY, variables: { ids: [ID] } },
      { query: ID_QUERY, variables: { id: ID } },
    ];
    const { compiled, expected } = await servers.answersTo([...known, body]);
    expect(compiled).toEqual(expected);
  });
});
