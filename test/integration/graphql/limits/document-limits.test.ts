import { randomUUID } from 'node:crypto';
import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import {
  MAX_ALIASES,
  MAX_DEPTH,
  MAX_DIRECTIVES,
  MAX_FIELDS,
  MAX_REPORTED_ERRORS,
  MAX_MUTATION_ROOTS,
  MAX_QUERY_ROOTS,
  MAX_TOKENS,
} from '../../../../src/graphql/limits/limits.ts';
import { MAX_LINES } from '../../../../src/graphql/limits/limits.ts';
import { ID, idcloudBody } from '../../../support/bodies.ts';
import { ACCEPTED, creation, PROCESS, rejected, repeat } from '../../../support/limits.ts';
import { serverForFile } from '../../../support/server-for-file.ts';
import { openSubgraphOver } from '../../../support/subgraph-over.ts';

const server = serverForFile(() =>
  openSubgraphOver(({ method, path }) => ({
    body: idcloudBody(method === 'GET' ? path.split('/').at(-1) : randomUUID()),
  })),
);

describe('the limit of tokens', () => {
  const START = `{ _entities(representations: [{ __typename: "Process", id: "${ID}", filler: [`;
  const END = '] }]) { __typename } }';
  const { tokenCount = 0 } = parse(START + END);
  const ofTokens = (count: number): string => START + '1 '.repeat(count - tokenCount) + END;

  test('a document of MAX_TOKENS tokens is accepted', async () => {
    expect(await server().subgraph.ask(ofTokens(MAX_TOKENS))).toMatchObject(ACCEPTED);
  });

  test('a document of one token more than MAX_TOKENS is rejected by the parser', async () => {
    expect(await server().subgraph.ask(ofTokens(MAX_TOKENS + 1))).toMatchObject({
      status: 400,
      errors: [
        {
          message: expect.stringContaining(`more that ${MAX_TOKENS} tokens`),
          extensions: { code: 'GRAPHQL_PARSE_FAILED' },
        },
      ],
    });
    expect(server().upstream.calls()).toEqual([]);
  });
});

/** An operation of this depth: processes that refer to processes. */
function ofDepth(depth: number): string {
  const pairs = Math.floor(depth / 2) - 1;
  const last = depth % 2 === 0 ? 'id' : 'reference { authenticationId }';
  return `{ ${PROCESS} { ${repeat(pairs, 'reference { process {')} ${last} ${'} }'.repeat(pairs)} } }`;
}

describe('the limit of depth', () => {
  const ways: [string, (depth: number) => string][] = [
    ['in an operation without fragments', ofDepth],
    [
      'in fragments, which add no level',
      (depth) => `{ ... { ...Root } } fragment Root on Query { ... on Query ${ofDepth(depth)} }`,
    ],
  ];

  test.each(ways)('MAX_DEPTH levels of fields are accepted and one more is rejected, %s', async (_, of) => {
    expect(await server().subgraph.ask(of(MAX_DEPTH))).toMatchObject(ACCEPTED);
    server().upstream.requests.length = 0;
    const message = `expected at most ${MAX_DEPTH} levels of fields, got ${MAX_DEPTH + 1}`;
    expect(await server().subgraph.ask(of(MAX_DEPTH + 1))).toMatchObject(rejected(message));
    expect(server().upstream.calls()).toEqual([]);
  });
});

describe('the limit of fields, with all fragments expanded', () => {
  const ROOTS = 20;
  const ALL = repeat(MAX_FIELDS / ROOTS - 1, '__typename');

  /** Aliased processes, all with the same selection; the first selects `more` too. */
  const select = (fields: string, more: string): string =>
    repeat(ROOTS, (i) => `p${i}: ${PROCESS} { ${fields} ${i === 0 ? more : ''} }`);

  test.each([
    ['in an operation without fragments', (more: string) => `{ ${select(ALL, more)} }`],
    [
      'in a fragment that is spread many times',
      (more: string) => `{ ${select('...F', more)} } fragment F on Process { ${ALL} }`,
    ],
  ])('MAX_FIELDS fields are accepted and one more is rejected, %s', async (_, write) => {
    expect(await server().subgraph.ask(write(''))).toMatchObject(ACCEPTED);
    const message = `expected at most ${MAX_FIELDS} fields with all fragments written out, got ${MAX_FIELDS + 1}`;
    expect(await server().subgraph.ask(write('id'))).toMatchObject(rejected(message));
  });

  test('a short document whose fragments double each other is rejected', async () => {
    const doubling = repeat(30, (i) => `fragment F${i} on Process { ...F${i + 1} ...F${i + 1} }`);
    const query = `{ ${PROCESS} { ...F0 } } ${doubling} fragment F30 on Process { id }`;
    const { status, errors } = await server().subgraph.ask(query);
    expect(status).toBe(400);
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringContaining(`expected at most ${MAX_FIELDS} fields with all fragments written out, got `),
    ]);
  });

  test.each([
    ['to themselves', `{ ${PROCESS} { ...A } } fragment A on Process { ...A }`],
    [
      'to each other, one level deeper each time',
      `{ ${PROCESS} { ...A } } fragment A on Process { reference { process { ...B } } }
       fragment B on Process { ...A }`,
    ],
    ['to themselves at the root', '{ ...A } fragment A on Query { ... { ...A } }'],
  ])('fragments that lead back %s are rejected without a call to Unico', async (_, query) => {
    const { status, errors } = await server().subgraph.ask(query);
    expect(status).toBe(400);
    expect(errors[0]?.message).toMatch(/^Cannot spread fragment "…" within itself/);
    expect(errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(server().upstream.calls()).toEqual([]);
  });
});

describe('the limit of aliases', () => {
  test.each(['id', '__typename'])(
    'MAX_ALIASES aliases of %s are accepted and one more is rejected',
    async (field) => {
      const of = (count: number): string => `{ ${PROCESS} { ${repeat(count, (i) => `a${i}: ${field}`)} } }`;
      expect(await server().subgraph.ask(of(MAX_ALIASES))).toMatchObject(ACCEPTED);
      const message = `expected at most ${MAX_ALIASES} aliases, got ${MAX_ALIASES + 1}`;
      expect(await server().subgraph.ask(of(MAX_ALIASES + 1))).toMatchObject(rejected(message));
    },
  );

  test('aliases in a fragment count with those of the operation', async () => {
    const half = Math.ceil((MAX_ALIASES + 1) / 2);
    const of = (name: string): string => repeat(half, (i) => `${name}${i}: id`);
    const query = `{ ${PROCESS} { ${of('a')} ...F } } fragment F on Process { ${of('f')} }`;
    const message = `expected at most ${MAX_ALIASES} aliases, got ${2 * half}`;
    expect(await server().subgraph.ask(query)).toMatchObject(rejected(message));
  });
});

const ofDirectives = (count: number): string =>
  `query ($yes: Boolean = true) { ${PROCESS} { ${repeat(count, 'id @include(if: $yes)')} } }`;

describe('the limit of directives', () => {
  test('MAX_DIRECTIVES directives are accepted and one more is rejected', async () => {
    expect(await server().subgraph.ask(ofDirectives(MAX_DIRECTIVES))).toMatchObject(ACCEPTED);
    const message = `expected at most ${MAX_DIRECTIVES} directives, got ${MAX_DIRECTIVES + 1}`;
    expect(await server().subgraph.ask(ofDirectives(MAX_DIRECTIVES + 1))).toMatchObject(rejected(message));
  });

  test.each([
    ['repeated in one place', repeat(500, '@skip(if: true)')],
    ['unknown to the schema', repeat(1_900, '@unknown')],
  ])('hundreds of directives %s are rejected with a bounded number of errors', async (_, directives) => {
    const { status, errors } = await server().subgraph.ask(`{ ${PROCESS} { state ${directives} } }`);
    expect(status).toBe(400);
    expect(errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(errors.length).toBeLessThanOrEqual(MAX_REPORTED_ERRORS + 1);
    expect(server().upstream.calls()).toEqual([]);
  });
});

/** An unknown process, read under this many aliases. */
function reads(count: number): { id: string; fields: string[] } {
  const id = randomUUID();
  return { id, fields: Array.from({ length: count }, (_, i) => `p${i}: process(id: "${id}") { state }`) };
}

/** This many creations, each of which would be billed. */
const creations = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `c${i}: ${creation()} { process { id } }`);

describe('the limit of fields at the root', () => {
  const ways: [string, (operation: string, fields: string[]) => string][] = [
    ['in an operation without fragments', (operation, fields) => `${operation} { ${fields.join(' ')} }`],
    [
      'in fragments',
      (operation, [first, ...others]) =>
        `${operation} { ...F ... { ${first} } }
         fragment F on ${operation === 'query' ? 'Query' : 'Mutation'} { ${others.join(' ')} }`,
    ],
  ];

  test.each(ways)(
    'MAX_QUERY_ROOTS fields at the root of a query are answered and one more is rejected, %s',
    async (_, write) => {
      const { id, fields } = reads(MAX_QUERY_ROOTS);
      expect(await server().subgraph.ask(write('query', fields))).toMatchObject(ACCEPTED);
      expect(server().upstream.calls()).toEqual([`GET /client/v1/process/${id}`]);
      server().upstream.requests.length = 0;
      const more = write('query', reads(MAX_QUERY_ROOTS + 1).fields);
      const message = `expected at most ${MAX_QUERY_ROOTS} fields at the root of a query, got ${MAX_QUERY_ROOTS + 1}`;
      expect(await server().subgraph.ask(more)).toMatchObject(rejected(message));
      expect(server().upstream.calls()).toEqual([]);
    },
  );

  test.each(ways)(
    'MAX_MUTATION_ROOTS fields at the root of a mutation are executed, and with one more none is, %s',
    async (_, write) => {
      expect(await server().subgraph.ask(write('mutation', creations(MAX_MUTATION_ROOTS)))).toMatchObject(
        ACCEPTED,
      );
      expect(server().upstream.calls()).toEqual(Array(MAX_MUTATION_ROOTS).fill('POST /client/v1/process'));
      server().upstream.requests.length = 0;
      const more = write('mutation', creations(MAX_MUTATION_ROOTS + 1));
      const message = `expected at most ${MAX_MUTATION_ROOTS} fields at the root of a mutation, got ${MAX_MUTATION_ROOTS + 1}`;
      expect(await server().subgraph.ask(more)).toMatchObject(rejected(message));
      expect(server().upstream.calls()).toEqual([]);
    },
  );
});

describe('the limit of lines', () => {
  // For each error of a response graphql-js counts the lines before its place: a thousand errors after a hundred thousand
  // lines take seconds.
  test.each(['\n', '\r', '\r\n'])(
    'a query of MAX_LINES lines is accepted and one of one line more is rejected: line break %j',
    async (lineBreak) => {
      expect(await server().subgraph.ask(`{ ${lineBreak.repeat(MAX_LINES - 1)} __typename }`)).toMatchObject(
        ACCEPTED,
      );
      const { status, data, errors } = await server().subgraph.ask(
        `{ ${lineBreak.repeat(MAX_LINES)} __typename }`,
      );
      expect(status).toBe(400);
      expect(data).toBeUndefined();
      expect(errors).toMatchObject([
        {
          message: `expected a query of at most ${MAX_LINES} lines, got more`,
          extensions: { code: 'BAD_REQUEST' },
        },
      ]);
    },
  );
});
