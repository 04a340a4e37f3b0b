import { createHash } from 'node:crypto';
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ALL_SCOPES_CALLER } from '../../../../src/domain/caller.ts';
import { createRouterCheck } from '../../../../src/server/auth/router-secret.ts';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';
import { ID, idcloudBody } from '../../../support/bodies.ts';
import { exchange } from '../../../support/connection.ts';
import { onboarding } from '../../../support/creation.ts';
import { startSubgraph, type Subgraph } from '../../../support/subgraph.ts';
import { unicoOf } from '../../../support/unico.ts';
import { startUpstream, type Upstream } from '../../../support/upstream.ts';

const OLD = 'router-secret-of-last-year';
const NEW = 'r0uter/Secret+of=this.year';
const CPF = '12345678909';

let upstream: Upstream;
let subgraph: Subgraph;
/** What was used after the check of the secret: the authentication of callers, and methods of the store. */
const lookedAt: string[] = [];

beforeAll(async () => {
  upstream = await startUpstream(() => ({ body: idcloudBody(ID, { person: { duiValue: CPF } }) }));
  const store = new Proxy(new MemoryStore(), {
    get(target, property) {
      lookedAt.push(String(property));
      const value: unknown = Reflect.get(target, property);
      // A method of a class reaches its private fields through the object itself only.
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  subgraph = await startSubgraph(unicoOf(upstream), {
    store,
    isRouter: createRouterCheck([OLD, NEW]),
    authenticate: async () => {
      lookedAt.push('caller');
      return ALL_SCOPES_CALLER;
    },
  });
});
beforeEach(() => {
  upstream.requests.length = 0;
  lookedAt.length = 0;
});
afterAll(async () => {
  await subgraph.close();
  await upstream.close();
});

type Received = { status: number; headers: Headers; text: string };

async function send(init: RequestInit, search = ''): Promise<Received> {
  const response = await fetch(`${subgraph.url}/graphql${search}`, init);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

function posted(body: string, headers: Record<string, string> = {}): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
}

const operation = (query: string, variables: object = {}): RequestInit =>
  posted(JSON.stringify({ query, variables }));

/** The response to a request, and what was used for it. */
function outcome({ status, text }: Received): object {
  return { status, body: JSON.parse(text), calls: upstream.calls(), lookedAt: [...lookedAt] };
}

/** A rejection: always the same message, so that it repeats nothing of the request, and nothing was used. */
const REJECTED = {
  status: 401,
  body: {
    errors: [
      {
        message:
          'expected the header "router-authorization" with the secret of the router: send requests through the router',
        extensions: { code: 'UNAUTHENTICATED' },
      },
    ],
  },
  calls: [],
  lookedAt: [],
};

const READ = `{ process(id: "${ID}") { state } }`;
const CREATE = `mutation ($input: CreateProcessInput!) { createProcess(idempotencyKey: "k", input: $input) { replayed } }`;
const ENTITIES = `{ _entities(representations: [{ __typename: "Process", id: "${ID}" }]) { ... on Process { state } } }`;

describe("requests without the router's secret", () => {
  const operations: [string, RequestInit, string?][] = [
    ['a query', operation(READ)],
    ['a query that costs nothing', operation('{ __typename }')],
    ['the SDL', operation('{ _service { sdl } }')],
    ['introspection', operation('{ __schema { types { name } } }')],
    ['entities', operation(ENTITIES)],
    ['a mutation', operation(CREATE, { input: onboarding() })],
    ['a mutation that forgets', operation(`mutation { forgetProcess(id: "${ID}") { processId } }`)],
    [
      'a query by GET',
      { headers: { 'apollo-require-preflight': 'true' } },
      `?query=${encodeURIComponent(READ)}`,
    ],
    ['GET without a query', {}],
    ['a persisted query', posted('{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}')],
    ['a list of operations', posted('[{"query":"{__typename}"}]')],
    ['a syntax error', operation('{ process(')],
    ['an unknown field', operation('{ nonsense }')],
    ['a body that is not JSON', posted(`{"query": ${CPF}`)],
    ['an empty body', posted('')],
    ['another content type', posted('query=x', { 'content-type': 'text/plain' })],
    ['a compressed body', posted('x', { 'content-encoding': 'gzip' })],
    ['a request for a trace', operation(READ), '?apollo-federation-include-trace=ftv1'],
    ['PUT', { method: 'PUT', body: '{}' }],
    ['PATCH', { method: 'PATCH', body: '{}' }],
    ['DELETE', { method: 'DELETE' }],
    ['OPTIONS', { method: 'OPTIONS', headers: { origin: 'https://example.com' } }],
    ['an unknown method', { method: 'QUERY', body: '{}' }],
  ];

  test.each(operations)(
    'a request without the secret is rejected, and nothing is looked up: %s',
    async (_, init, search) => {
      expect(outcome(await send(init, search))).toEqual(REJECTED);
    },
  );

  test('a request without the secret is rejected, and nothing is looked up: HEAD', async () => {
    const { status, text } = await send({ method: 'HEAD' });
    expect({ status, text }).toEqual({ status: 401, text: '' });
    expect(lookedAt).toEqual([]);
  });

  test('a rejection must not be cached', async () => {
    expect((await send(operation(READ))).headers.get('cache-control')).toBe('no-store');
  });

  const values: [string, string][] = [
    ['an empty value', ''],
    ['the beginning of the secret', NEW.slice(0, -1)],
    ['the end of the secret', NEW.slice(1)],
    ['the secret with a character after it', `${NEW}x`],
    ['the secret with a character before it', `x${NEW}`],
    ['the secret in upper case', NEW.toUpperCase()],
    ['the secret in lower case', NEW.toLowerCase()],
    ['the secret twice, as of two headers', `${NEW}, ${NEW}`],
    ['the secret twice', `${NEW}${NEW}`],
    ['all secrets', `${OLD},${NEW}`],
    ['all secrets, as of two headers', `${OLD}, ${NEW}`],
    ['the secret in quotation marks', `"${NEW}"`],
    ['the secret as a bearer token', `Bearer ${NEW}`],
    ['the secret in base64', Buffer.from(NEW).toString('base64')],
    ['the secret in percent-encoding', encodeURIComponent(NEW)],
    ['the digest of the secret', createHash('sha256').update(NEW).digest('hex')],
    ['the secret four hundred times', NEW.repeat(400)],
    ['characters that are no ASCII', 'r\u00f6uter'],
    ['the name of a property of every object', 'constructor'],
    ['the word undefined', 'undefined'],
  ];

  test.each(values)('a request whose secret header has %s is rejected', async (_, value) => {
    const answer = await send({
      ...operation(READ),
      headers: { 'content-type': 'application/json', 'router-authorization': value },
    });
    expect(outcome(answer)).toEqual(REJECTED);
  });

  const otherPlaces: [string, Record<string, string>, string?][] = [
    ['another header', { authorization: NEW }],
    ['the header of another kind of token', { authorization: `Bearer ${NEW}` }],
    ['a header of a similar name', { 'x-router-authorization': NEW, router_authorization: NEW }],
    ['a cookie', { cookie: `router-authorization=${NEW}` }],
    ['the address', {}, `?router-authorization=${encodeURIComponent(NEW)}`],
  ];

  test.each(otherPlaces)('the secret is not accepted in %s', async (_, headers, search) => {
    expect(outcome(await send(posted(JSON.stringify({ query: READ }), headers), search))).toEqual(REJECTED);
  });

  test('the secret is not accepted when the header is sent twice, though each line has it', async () => {
    expect(outcome(await sendRaw({ 'router-authorization': [NEW, NEW] }))).toEqual(REJECTED);
  });

  test('the rejection does not wait for the body, whose rest is not read', async () => {
    const { hostname, port } = new URL(subgraph.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n',
    );
    // Everything up to the end of the connection, which the server closes because it reads no further.
    const answer = await textOf(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer.toLowerCase()).toContain('\r\nconnection: close\r\n');
    expect(lookedAt).toEqual([]);
  });
});

/** Sends the query with headers that may have several lines. */
async function sendRaw(headers: OutgoingHttpHeaders): Promise<Received> {
  const request = httpRequest(`${subgraph.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
  });
  request.end(JSON.stringify({ query: READ }));
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve).once('error', reject);
  });
  return { status: response.statusCode ?? 0, headers: new Headers(), text: await textOf(response) };
}

describe("requests with the router's secret", () => {
  test.each([
    ['the new secret', { 'router-authorization': NEW }],
    ['the old secret, until it is removed', { 'router-authorization': OLD }],
    ['the secret in a header of any case', { 'ROUTER-Authorization': NEW }],
    ['spaces around the secret, which HTTP ignores', { 'router-authorization': `  ${NEW} ` }],
  ])('a request with the secret is answered: %s', async (_, headers) => {
    expect(await subgraph.ask(READ, {}, headers)).toMatchObject({
      status: 200,
      data: { process: { state: 'FINISHED' } },
      errors: [],
    });
  });

  test('a malformed request with the secret is rejected as malformed', async () => {
    const answer = await send(posted('{', { 'router-authorization': NEW }));
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('BAD_REQUEST');
  });

  test('a rejected request does not affect the next one on the same connection', async () => {
    const { hostname, port } = new URL(subgraph.url);
    const socket = connect(Number(port), hostname);
    const query = encodeURIComponent('{ __typename }');
    const get = (header: string, connection: string): string =>
      `GET /graphql?query=${query} HTTP/1.1\r\nhost: x\r\napollo-require-preflight: yes\r\n${header}connection: ${connection}\r\n\r\n`;
    socket.write(get('', 'keep-alive') + get(`router-authorization: ${NEW}\r\n`, 'close'));
    const answers = await textOf(socket);
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401', 'HTTP/1.1 200']);
    expect(answers).toContain('{"data":{"__typename":"Query"}}');
  });
});

describe('requests to other paths', () => {
  test.each(['/livez', '/readyz', '/metrics'])(
    '%s needs no secret, and reveals nothing of callers, processes or secrets',
    async (path) => {
      const { errors } = await subgraph.ask(
        `{ process(id: "${ID}") { person { duiValue } } }`,
        {},
        { 'router-authorization': NEW, authorization: 'Bearer a-token-of-a-caller' },
      );
      expect(errors).toEqual([]);
      const response = await fetch(`${subgraph.url}${path}`);
      const text = await response.text();
      expect(response.status).toBe(200);
      for (const secret of [ID, CPF, OLD, NEW, 'a-token']) expect(text).not.toContain(secret);
    },
  );

  test('no path other than /graphql answers an operation', async () => {
    for (const path of ['/', '/graphql//', '//graphql', '/GraphQL', '/graphql%2f', '/livez/graphql']) {
      const response = await fetch(`${subgraph.url}${path}`, operation(READ));
      expect({ path, status: response.status }).toEqual({ path, status: 404 });
    }
    expect(lookedAt).toEqual([]);
  });

  test.each(['/graphql/', 'http://elsewhere.example.com/graphql', 'http://elsewhere.example.com/graphql/'])(
    'the target %s, another form of /graphql, needs the secret too',
    async (target) => {
      const body = JSON.stringify({ query: READ });
      const received = await exchange(
        subgraph.url,
        `POST ${target} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
      expect(received).toMatch(/^HTTP\/1\.1 401 /);
      expect(lookedAt).toEqual([]);
    },
  );
});

describe('createRouterCheck', () => {
  const secret = fc.string({ minLength: 1, maxLength: 40 });

  test('each of the secrets is accepted, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(secret, { minLength: 1, maxLength: 4 }), fc.string(), (secrets, other) => {
        const isRouter = createRouterCheck(secrets);
        expect(secrets.every(isRouter)).toBe(true);
        expect(isRouter(other)).toBe(secrets.includes(other));
        expect(isRouter(undefined)).toBe(false);
      }),
    );
  });

  test('a value that differs from the secret by one character is not accepted', () => {
    fc.assert(
      fc.property(secret, fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (whole, at, other) => {
        const place = at % whole.length;
        const changed = whole.slice(0, place) + other + whole.slice(place + 1);
        expect(createRouterCheck([whole])(changed)).toBe(changed === whole);
      }),
    );
  });

  test('every client passes only where no secret is configured', () => {
    expect(createRouterCheck([])(undefined)).toBe(true);
    expect(createRouterCheck([''])(undefined)).toBe(false);
  });
});
