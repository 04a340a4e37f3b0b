import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { ID, idcloudBody } from '../../support/bodies.ts';
import { serverForFile } from '../../support/server-for-file.ts';
import { openSubgraphOver } from '../../support/subgraph-over.ts';
import { startSubgraph, type Subgraph } from '../../support/subgraph.ts';
import { unicoOf } from '../../support/unico.ts';

const server = serverForFile(() => openSubgraphOver(() => ({ body: idcloudBody() })));

const JSON_TYPE = { 'content-type': 'application/json' };

async function send(
  path: string,
  init: RequestInit,
): Promise<{ status: number; headers: Headers; body: unknown; text: string }> {
  const response = await fetch(`${server().subgraph.url}${path}`, init);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text.startsWith('{') ? JSON.parse(text) : text,
  };
}

describe('GraphQL endpoint: malformed requests', () => {
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

  test.each(wrong)('a request is rejected where it has %s', async (_, init, status, code) => {
    const answer = await send('/graphql', init);
    expect(answer.body).toMatchObject({ errors: [{ extensions: { code } }] });
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain('12345678909');
    expect(answer.text).not.toContain('stacktrace');
  });

  test('a request that a page of another site could have sent is rejected', async () => {
    const query = encodeURIComponent('{__typename}');
    expect((await send(`/graphql?query=${query}`, {})).status).toBe(400);
    const allowed = await send(`/graphql?query=${query}`, {
      headers: { 'apollo-require-preflight': 'true' },
    });
    expect(allowed.body).toEqual({ data: { __typename: 'Query' } });
  });

  test('a request to an unknown path is answered 404 with the paths that exist', async () => {
    const answer = await send('/', {});
    expect(answer.status).toBe(404);
    expect(answer.text).toContain('/graphql');
  });

  test('a request whose body never ends is rejected, and the server goes on', async () => {
    const chunk = 'x'.repeat(1024 * 1024);
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode(chunk)),
    });
    const init = { method: 'POST', headers: JSON_TYPE, body: endless, duplex: 'half' as const };
    // The client sees the response, or the end of the connection that it is still writing to.
    const outcome = await fetch(`${server().subgraph.url}/graphql`, init).then(
      ({ status }) => status,
      () => 'cut off',
    );
    expect([413, 'cut off']).toContain(outcome);
    expect((await server().subgraph.ask('{ __typename }')).data).toEqual({ __typename: 'Query' });
  });

  test('a client whose body is somewhat too large always gets to read the reason', async () => {
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
    ['not valid UTF-8', JSON_TYPE, Buffer.from(JOSE, 'latin1'), 400],
    [
      'of a type that only begins like JSON',
      { 'content-type': 'application/json-patch' },
      Buffer.from(JOSE),
      415,
    ],
  ];
  test.each(undecodable)(
    'a body that is %s is rejected, and not decoded wrongly',
    async (_, headers, body, status) => {
      expect((await send('/graphql', { method: 'POST', headers, body })).status).toBe(status);
    },
  );

  test('a body in UTF-8 is accepted with and without a charset, and with and without a byte order mark', async () => {
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

  test('a query of thousands of fragments that lead to each other is rejected before it is validated', async () => {
    const chain = Array.from({ length: 5_000 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} }`).join(
      ' ',
    );
    const { status, errors } = await server().subgraph.ask(
      `{ ...F0 } ${chain} fragment F5000 on Query { __typename }`,
    );
    expect(status).toBe(400);
    expect(errors[0]?.extensions.code).toBe('GRAPHQL_PARSE_FAILED');
  });

  test('a request that is cut off in the middle of its body affects no other request', async () => {
    const { hostname, port } = new URL(server().subgraph.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"query"',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    expect((await server().subgraph.ask('{ __typename }')).data).toEqual({ __typename: 'Query' });
  });
});

describe('GraphQL endpoint: errors of graphql-js', () => {
  const CPF = '12345678909';
  const leaks: [string, string, Record<string, unknown>][] = [
    [
      'a variable of a wrong type',
      'query ($c: String!) { reusableDocuments(code: $c, type: BR_RG) { documentId } }',
      { c: 12345678909 },
    ],
    [
      'an object instead of text',
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
      'a property that an input does not have',
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
      'an e-mail address instead of a number',
      'query ($c: Int) { __typename @include(if: $c) }',
      { c: 'someone@example.com' },
    ],
    ['a query that is no query', `query { ${CPF} }`, {}],
  ];

  test.each(leaks)('an error of graphql-js never repeats a value: %s', async (_, query, variables) => {
    const { status, errors } = await server().subgraph.ask(query, variables);
    expect(status).toBe(400);
    const said = JSON.stringify(errors);
    expect(said).not.toContain(CPF);
    expect(said).not.toContain('someone@example.com');
    expect(errors[0]?.extensions.code).not.toBe('INTERNAL_SERVER_ERROR');
  });
});

describe('GraphQL endpoint: null variables', () => {
  test('a variable that is null instead of its default is an error of the arguments, and no fault', async () => {
    const query = `query ($t: ReusableDocumentType = BR_CNH) { process(id: "${ID}") { state reusableDocuments(type: $t) { documentId } } }`;
    const { data, errors } = await server().subgraph.ask(query, { t: null });
    expect(data).toEqual({ process: { state: 'FINISHED', reusableDocuments: null } });
    expect(errors[0]).toMatchObject({
      message: 'Argument "type" of non-null type "ReusableDocumentType!" must not be null.',
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });
});

const operation = (accept: string, query: string): RequestInit => ({
  method: 'POST',
  headers: { ...JSON_TYPE, accept },
  body: JSON.stringify({ query }),
});

describe('GraphQL endpoint: content negotiation', () => {
  test.each([
    ['application/json', 'application/json'],
    ['*/*', 'application/json'],
    ['application/json, application/graphql-response+json', 'application/json'],
    ['application/json;q=0.9, application/graphql-response+json;q=0.1', 'application/json'],
    ['application/json;q=0.1, application/graphql-response+json;q=0.9', 'application/graphql-response+json'],
    ['application/json;q=0, */*', 'application/graphql-response+json'],
  ])('Accept %j is answered with %s, by Apollo Server and by compiled queries', async (accept, type) => {
    // The query is compiled once it was executed; Apollo Server rejects the last one.
    for (const query of ['{ __typename }', '{ __typename }', '{ __typename }', '{ nonsense }']) {
      const { headers } = await send('/graphql', operation(accept, query));
      expect(headers.get('content-type')).toBe(`${type}; charset=utf-8`);
    }
  });

  test('a mutation whose response the client does not accept is rejected before it is executed', async () => {
    const forget = `mutation { forgetProcess(id: "${ID}") { processId } }`;
    const { status, body } = await send('/graphql', operation('application/json;q=0, text/html', forget));
    expect({ status, body }).toMatchObject({
      status: 406,
      body: { errors: [{ extensions: { code: 'BAD_REQUEST' } }] },
    });
    expect(server().upstream.requests).toEqual([]);
  });
});

describe('HTTP server: responses', () => {
  test('no response may be cached', async () => {
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

  test('a response has a trace where the router requests one', async () => {
    const headers = { ...JSON_TYPE, 'apollo-federation-include-trace': 'ftv1' };
    const body = JSON.stringify({ query: `{ process(id: "${ID}") { state } }` });
    const answer = await send('/graphql', { method: 'POST', headers, body });
    expect(answer.body).toMatchObject({
      data: { process: { state: 'FINISHED' } },
      extensions: { ftv1: expect.any(String) },
    });
  });
});

describe('HTTP server: /metrics', () => {
  test('the metrics count operations and errors, and contain no id', async () => {
    await server().subgraph.ask(`{ process(id: "${ID}") { state } }`);
    await server().subgraph.ask(`{ process(id: "nonsense") { state } }`);
    const { text } = await send('/metrics', {});
    expect(text).toMatch(
      /graphql_server_request_duration_seconds_count\{operation_type="query",outcome="success"\} \d/,
    );
    expect(text).toMatch(/graphql_server_errors_total\{code="BAD_USER_INPUT"\} \d/);
    expect(text).not.toContain(ID);
  });
});

describe('GraphQL endpoint: production', () => {
  let production: Subgraph;
  beforeAll(async () => {
    production = await startSubgraph(unicoOf(server().upstream), { production: true });
  });
  afterAll(() => production.close());

  test('in production, introspection is off and errors suggest no names of the schema', async () => {
    expect((await production.ask('{ __schema { types { name } } }')).errors[0]?.extensions.code).toBe(
      'GRAPHQL_VALIDATION_FAILED',
    );
    const { errors } = await production.ask('{ proces(id: "x") { id } }');
    expect(errors[0]?.message).not.toContain('Did you mean');
  });

  test('in production, the gateway still gets the SDL', async () => {
    const { data } = await production.ask('{ _service { sdl } }');
    expect(data._service.sdl).toContain('type Process');
  });
});

describe('GraphQL endpoint: faults', () => {
  test('a fault is answered as an internal server error without its message', async () => {
    const broken = unicoOf(server().upstream);
    broken.getProcess = () => Promise.reject(new Error('secret 12345678909 in a fault'));
    const subgraph = await startSubgraph(broken);
    onTestFinished(() => subgraph.close());
    const { data, errors } = await subgraph.ask(`{ process(id: "${ID}") { state } }`);
    expect(data).toEqual({ process: null });
    expect(errors).toEqual([
      {
        message: 'Internal server error',
        path: ['process'],
        locations: expect.anything(),
        extensions: { code: 'INTERNAL_SERVER_ERROR' },
      },
    ]);
  });
});
