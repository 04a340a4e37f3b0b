import * as fc from 'fast-check';
import { ERROR_CODES } from '../../src/graphql/errors/error-codes.ts';
import { ID, idcloudBody, OTHER_ID } from './bodies.ts';
import type { Replica } from './replica.ts';
import type { Reply, SeenRequest } from './upstream.ts';

/** A value that must never be in a response, wherever it was sent. */
export const CPF = '12345678909';

/** A raw response. */
export type RawResponse = { status: number; text: string };
const CODES = new Set<string>(ERROR_CODES);
type ResponseError = { message: string; extensions: { code: string } };
/** A parsed response. */
export type GraphqlResponse = { data?: Record<string, unknown> | null; errors?: ResponseError[] };

/** Answers as an Unico that never fails, so that every failure is a fault of the program. */
export function answerHealthily({ method, path }: SeenRequest): Reply {
  if (!path.startsWith('/client/v1/process')) return { status: 404 };
  return { body: idcloudBody(method === 'GET' ? path.split('/').at(-1) : OTHER_ID) };
}

/** Posts a body to `/graphql`. */
export async function postRaw(
  url: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<RawResponse> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, text: await response.text() };
}

/** A stack trace, a path of the program, or the value that was sent. */
const SECRET = new RegExp(`stacktrace|node_modules|\\.[jt]s:\\d|${CPF}`);

/** The rules that a response of GraphQL violates, whatever the request was. */
export function violationsOf({ status, text }: RawResponse): string[] {
  const { data, errors = [] } = JSON.parse(text) as GraphqlResponse;
  return [
    ...(status >= 500 ? [`a status of ${status}`] : []),
    ...(data === undefined && errors.length === 0 ? ['neither data nor errors'] : []),
    ...errors
      .map(({ extensions }) => extensions.code)
      .filter((code) => code === 'INTERNAL_SERVER_ERROR' || !CODES.has(code))
      .map((code) => `the code ${code}`),
    ...(errors.some(({ message }) => message === '') ? ['an error without a message'] : []),
    ...(SECRET.test(text) ? [`leaked: ${SECRET.exec(text)?.[0]}`] : []),
  ];
}

/** The rules that everything received over a connection violates. (The response to malformed HTTP has no body.) */
export function violationsOfBytes(received: string): string[] {
  // A client that closes the connection in the middle of its request gets no response.
  if (received === '') return [];
  const [, status] = /^(?:HTTP\/1\.1 100 Continue\r\n\r\n)?HTTP\/1\.1 ([2-5]\d\d) /.exec(received) ?? [];
  return [
    ...(status === undefined ? ['no HTTP'] : []),
    ...(Number(status) >= 500 ? [`a status of ${status}`] : []),
    ...(received.includes('INTERNAL_SERVER_ERROR') ? ['a fault'] : []),
    ...(SECRET.test(received) ? [`leaked: ${SECRET.exec(received)?.[0]}`] : []),
  ];
}

/** Whether the program still answers, and the faults that it has logged. */
export async function programState(replica: Replica): Promise<object> {
  return { answers: (await replica.ask('{ __typename }')).data, faults: replica.logged('fault') };
}
/** The state of a program that no request has harmed. */
export const UNHARMED = { answers: { __typename: 'Query' }, faults: [] };

/** Any text, and texts that are special somewhere. */
export const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(CPF, `cpf ${CPF}`, ID, 'Process', '', '__proto__', 'constructor', '/', '\0', '\ud800'),
);
const anyName = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'then', 'toJSON', 'length'),
  fc.constantFrom('__typename', 'id', 'source', 'length', '0', 'kind'),
  anyText,
);
const anyNumber = fc.oneof(
  fc.double({ noDefaultInfinity: true, noNaN: true }).map(String),
  fc.constantFrom(CPF, '0', '-0', '1e999', '-1e999', '0.1e-400', '9007199254740993', '1'.repeat(400)),
);

/** Any JSON, as text: a property may be called `__proto__`, or be repeated. */
export const { json: anyJson } = fc.letrec<{ json: string; list: string; object: string; leaf: string }>(
  (tie) => ({
    leaf: fc.oneof(
      fc.constantFrom('null', 'true', 'false'),
      anyNumber,
      anyText.map((text) => JSON.stringify(text)),
    ),
    list: fc.array(tie('json'), { maxLength: 5 }).map((items) => `[${items.join()}]`),
    object: fc
      .array(fc.tuple(anyName, tie('json')), { maxLength: 6 })
      .map(
        (properties) => `{${properties.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join()}}`,
      ),
    json: fc.oneof({ depthSize: 'small' }, tie('leaf'), tie('list'), tie('object')),
  }),
);

/** An object with these properties, each of them present or not, right or arbitrary, and perhaps with others. */
export function nearly(properties: Record<string, string | fc.Arbitrary<string>>): fc.Arbitrary<string> {
  const each = Object.entries(properties).map(([name, right]) =>
    fc
      .oneof(
        { arbitrary: typeof right === 'string' ? fc.constant(right) : right, weight: 6 },
        { arbitrary: anyJson, weight: 1 },
        { arbitrary: fc.constant(null), weight: 1 },
      )
      .map((value) => (value === null ? [] : [`"${name}":${value}`])),
  );
  const others = fc.array(fc.tuple(anyName, anyJson), { maxLength: 2 });
  return fc.tuple(others, ...each).map(([added, ...given]) => {
    const more = added.map(([name, value]) => `${JSON.stringify(name)}:${value}`);
    return `{${[...given.flat(), ...more].join()}}`;
  });
}

/** The JSON body of an operation; `variables` is JSON text. */
export const bodyOf = (query: string, variables: string): string =>
  `{"query":${JSON.stringify(query)},"variables":${variables}}`;
