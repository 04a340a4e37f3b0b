import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ID, idcloudBody } from '../../support/bodies.ts';
import { startSubgraph, type Subgraph } from '../../support/subgraph.ts';
import { unicoOf } from '../../support/unico.ts';
import { startUpstream, type Upstream } from '../../support/upstream.ts';

let upstream: Upstream;
let subgraph: Subgraph;

beforeAll(async () => {
  upstream = await startUpstream(() => ({ body: idcloudBody() }));
  subgraph = await startSubgraph(unicoOf(upstream));
});
beforeEach(() => {
  upstream.requests.length = 0;
});
afterAll(async () => {
  await subgraph.close();
  await upstream.close();
});

const JSON_TYPE = { 'content-type': 'application/json' };

async function send(
  path: string,
  init: RequestInit,
): Promise<{ status: number; headers: Headers; body: unknown; text: string }> {
  const response = await fetch(`${subgraph.url}${path}`, init);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text.startsWith('{') ? JSON.parse(text) : text,
  };
}

describe('a request that is no operation', () => {
  const wrong: [string, RequestInit, number, string][] = [
    [
      'a body that is not JSON',
      { method: 'POST', headers: JSON_TYPE, body: '{"query": 12345678909' },
      400,
      'BAD_REQUEST',
    ],
    ['no body', { method: 'POST', headers: JSON_TYPE }, 400, 'BAD_REQUEST'],
    ['an empty object', { method: 'POST', headers: JSON_TYPE, body: '{}' }, 400, 'BAD_REQUEST'],
    [
      'a list of operations',
      { method: 'POST', headers: JSON_TYPE, body: '[{"query":"{__typename}"}]' },
      400,
      'BAD_REQUEST',
    ],
    [
      'another content type',
      { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{"query":"{__typename}"}' },
      415,
      'BAD_REQUEST',
    ],
    [
      'another method',
      { method: 'PUT', headers: JSON_TYPE, body: '{"query":"{__typename}"}' },
      405,
      'BAD_REQUEST',
    ],
    [
      'a syntax error',
      { method: 'POST', headers: JSON_TYPE, body: '{"query":"{ process("}' },
      400,
      'GRAPHQL_PARSE_FAILED',
    ],
    [
      'an unknown field',
      { method: 'POST', headers: JSON_TYPE, body: '{"query":"{ processs { id } }"}' },
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'an operation that is not there',
      { method: 'POST', headers: JSON_TYPE, body: '{"query":"query A { __typename }","operationName":"B"}' },
      400,
      'OPERATION_RESOLUTION_FAILURE',
    ],
    [
      'a persisted query',
      {
        method: 'POST',
        headers: JSON_TYPE,
        body: '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}',
      },
      200,
      'PERSISTED_QUERY_NOT_SUPPORTED',
    ],
  ];

  test.each(wrong)('is refused: %s', async (_, init, status, code) => {
    const answer = await send('/graphql', init);
    expect(answer.body).toMatchObject({ errors: [{ extensions: { code } }] });
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain('12345678909');
    expect(answer.text).not.toContain('stacktrace');
  });

  test('is refused when a page of another site could have sent it', async () => {
    const query = encodeURIComponent('{__typename}');
    expect((await send(`/graphql?query=${query}`, {})).status).toBe(400);
    const allowed = await send(`/graphql?query=${query}`, {
      headers: { 'apollo-require-preflight': 'true' },
    });
    expect(allowed.body).toEqual({ data: { __typename: 'Query' } });
  });

  test('to another address is told which there are', async () => {
    const answer = await send('/', {});
    expect(answer.status).toBe(404);
    expect(answer.text).toContain('/graphql');
  });

  test('whose body never ends in time to be small is refused, and the server goes on', async () => {
    const chunk = 'x'.repeat(1024 * 1024);
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode(chunk)),
    });
    const init = { method: 'POST', headers: JSON_TYPE, body: endless, duplex: 'half' as const };
    // The client may see the answer, or the end of the connection that it is still writing to.
    const outcome = await fetch(`${subgraph.url}/graphql`, init).then(
      ({ status }) => status,
      () => 'cut off',
    );
    expect([413, 'cut off']).toContain(outcome);
    expect((await subgraph.ask('{ __typename }')).data).toEqual({ __typename: 'Query' });
  });

  test('that is somewhat too large always gets to read why', async () => {
    for (let i = 0; i < 10; i += 1) {
      const answer = await send('/graphql', {
        method: 'POST',
        headers: JSON_TYPE,
        body: Buffer.alloc(9_000_000, 97),
      });
      expect(answer.status).toBe(413);
      expect(answer.body).toMatchObject({ errors: [{ extensions: { code: 'PAYLOAD_TOO_LARGE' } }] });
    }
  });

  const JOSE = '{"query":"{ __typename }","operationName":"Jos\u00e9"}';
  const undecodable: [string, Record<string, string>, Buffer, number][] = [
    ['compressed', { ...JSON_TYPE, 'content-encoding': 'gzip' }, gzipSync(JOSE), 415],
    [
      'of another charset',
      { 'content-type': 'application/json; charset=iso-8859-1' },
      Buffer.from(JOSE, 'latin1'),
      415,
    ],
    ['not of the charset it should be', JSON_TYPE, Buffer.from(JOSE, 'latin1'), 400],
    [
      'of a type that only begins like JSON',
      { 'content-type': 'application/json-patch' },
      Buffer.from(JOSE),
      415,
    ],
  ];
  test.each(undecodable)(
    'whose body is %s is refused, and not read as something else',
    async (_, headers, body, status) => {
      expect((await send('/graphql', { method: 'POST', headers, body })).status).toBe(status);
    },
  );

  test('in UTF-8 is taken whether it says so or not, and whether it begins with its mark or not', async () => {
    const body = '{"query":"{ __typename }"}';
    for (const type of [
      'application/json',
      'application/json;charset=utf-8',
      'application/json; charset="UTF-8"',
    ]) {
      for (const each of [body, `\ufeff${body}`]) {
        const answer = await send('/graphql', {
          method: 'POST',
          headers: { 'content-type': type },
          body: each,
        });
        expect(answer.body).toEqual({ data: { __typename: 'Query' } });
      }
    }
  });

  test('of thousands of fragments that lead to each other is refused before anybody follows them', async () => {
    const chain = Array.from({ length: 5_000 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} }`).join(
      ' ',
    );
    const { status, errors } = await subgraph.ask(
      `{ ...F0 } ${chain} fragment F5000 on Query { __typename }`,
    );
    expect(status).toBe(400);
    expect(errors[0]?.extensions.code).toBe('GRAPHQL_PARSE_FAILED');
  });

  test('cut off in the middle of its body hurts nobody', async () => {
    const { hostname, port } = new URL(subgraph.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"query"',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    expect((await subgraph.ask('{ __typename }')).data).toEqual({ __typename: 'Query' });
  });
});

describe("GraphQL's own errors never repeat a value", () => {
  const CPF = '12345678909';
  const leaks: [string, string, Record<string, unknown>][] = [
    [
      'a variable of a wrong type',
      'query ($c: String!) { reusableDocuments(code: $c, type: BR_RG) { documentId } }',
      { c: 12345678909 },
    ],
    [
      'an object in the place of text',
      'query ($c: String!) { reusableDocuments(code: $c, type: BR_RG) { documentId } }',
      { c: { cpf: CPF } },
    ],
    ['a literal of a wrong type', `{ reusableDocuments(code: ${CPF}, type: BR_RG) { documentId } }`, {}],
    [
      'a variable that is no enum value',
      'query ($t: ReusableDocumentType!) { reusableDocuments(code: "x", type: $t) { documentId } }',
      { t: CPF },
    ],
    [
      'a literal that is no enum value',
      `{ reusableDocuments(code: "x", type: "${CPF}") { documentId } }`,
      {},
    ],
    [
      'a member that is not in an input',
      'mutation ($i: CreateProcessInput!) { createProcess(idempotencyKey: "k", input: $i) { replayed } }',
      { i: { onboarding: { subject: { code: CPF, name: 'x', [CPF]: 1 }, imageBase64: 'x' } } },
    ],
    [
      'two forms at once',
      'mutation ($i: CreateProcessInput!) { createProcess(idempotencyKey: "k", input: $i) { replayed } }',
      {
        i: {
          onboarding: { subject: { code: CPF, name: 'x' }, imageBase64: 'x' },
          journey: { flow: 'id', callbackUri: '/' },
        },
      },
    ],
    [
      'e-mail in the place of a number',
      'query ($c: Int) { __typename @include(if: $c) }',
      { c: 'someone@example.com' },
    ],
    ['a query that is no query', `query { ${CPF} }`, {}],
  ];

  test.each(leaks)('%s', async (_, query, variables) => {
    const { status, errors } = await subgraph.ask(query, variables);
    expect(status).toBe(400);
    const said = JSON.stringify(errors);
    expect(said).not.toContain(CPF);
    expect(said).not.toContain('someone@example.com');
    expect(errors[0]?.extensions.code).not.toBe('INTERNAL_SERVER_ERROR');
  });
});

describe('a variable that is null where its default was counted on', () => {
  test('is the fault of the arguments, and of nobody here', async () => {
    const query = `query ($t: ReusableDocumentType = BR_CNH) { process(id: "${ID}") { state reusableDocuments(type: $t) { documentId } } }`;
    const { data, errors } = await subgraph.ask(query, { t: null });
    expect(data).toEqual({ process: { state: 'FINISHED', reusableDocuments: null } });
    expect(errors[0]).toMatchObject({
      message: 'Argument "type" of non-null type "ReusableDocumentType!" must not be null.',
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });
});

describe('every answer', () => {
  test("is nobody's to cache", async () => {
    const init = {
      method: 'POST',
      headers: JSON_TYPE,
      body: JSON.stringify({ query: `{ process(id: "${ID}") { state } }` }),
    };
    for (const [path, request] of [
      ['/graphql', init],
      ['/livez', {}],
      ['/readyz', {}],
    ] as const) {
      expect((await send(path, request)).headers.get('cache-control')).toBe('no-store');
    }
  });

  test('carries a trace when the router asks for one', async () => {
    const headers = { ...JSON_TYPE, 'apollo-federation-include-trace': 'ftv1' };
    const body = JSON.stringify({ query: `{ process(id: "${ID}") { state } }` });
    const answer = await send('/graphql', { method: 'POST', headers, body });
    expect(answer.body).toMatchObject({
      data: { process: { state: 'FINISHED' } },
      extensions: { ftv1: expect.any(String) },
    });
  });
});

describe('metrics', () => {
  test('count operations and errors, and name no one', async () => {
    await subgraph.ask(`{ process(id: "${ID}") { state } }`);
    await subgraph.ask(`{ process(id: "nonsense") { state } }`);
    const { text } = await send('/metrics', {});
    expect(text).toMatch(
      /graphql_server_request_duration_seconds_count\{operation_type="query",outcome="success"\} \d/,
    );
    expect(text).toMatch(/graphql_server_errors_total\{code="BAD_USER_INPUT"\} \d/);
    expect(text).not.toContain(ID);
  });
});

describe('in production', () => {
  let production: Subgraph;
  beforeAll(async () => {
    production = await startSubgraph(unicoOf(upstream), { production: true });
  });
  afterAll(() => production.close());

  test('the schema is not told to strangers, and its names are not suggested', async () => {
    expect((await production.ask('{ __schema { types { name } } }')).errors[0]?.extensions.code).toBe(
      'GRAPHQL_VALIDATION_FAILED',
    );
    const { errors } = await production.ask('{ proces(id: "x") { id } }');
    expect(errors[0]?.message).not.toContain('Did you mean');
  });

  test('the gateway still gets the SDL', async () => {
    const { data } = await production.ask('{ _service { sdl } }');
    expect(data._service.sdl).toContain('type Process');
  });
});

describe('a fault of ours', () => {
  test('is told as such and as nothing more', async () => {
    const broken = unicoOf(upstream);
    broken.getProcess = () => Promise.reject(new Error('secret 12345678909 in a fault'));
    const server = await startSubgraph(broken);
    const { data, errors } = await server.ask(`{ process(id: "${ID}") { state } }`);
    expect(data).toEqual({ process: null });
    expect(errors).toEqual([
      {
        message: 'Internal server error',
        path: ['process'],
        locations: expect.anything(),
        extensions: { code: 'INTERNAL_SERVER_ERROR' },
      },
    ]);
    await server.close();
  });
});
