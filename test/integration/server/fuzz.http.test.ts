import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createCallerAuthentication } from '../../../src/server/auth/authenticate-caller.ts';
import { createRouterCheck } from '../../../src/server/auth/router-secret.ts';
import { ID } from '../../support/bodies.ts';
import { exchange } from '../../support/connection.ts';
import {
  answerHealthily,
  anyJson,
  anyText,
  bodyOf,
  CPF,
  postRaw,
  programState,
  UNHARMED,
  violationsOf,
  violationsOfBytes,
  type GraphqlResponse,
} from '../../support/fuzz.ts';
import { killPrograms, startReplica, type Replica } from '../../support/replica.ts';
import { startSubgraph } from '../../support/subgraph.ts';
import { startTokenIssuer } from '../../support/token-issuer.ts';
import { unicoOf } from '../../support/unico.ts';
import { startUpstream, type Upstream } from '../../support/upstream.ts';

let upstream: Upstream;
/** In a process of its own, whose log can be inspected. */
let replica: Replica;

beforeAll(async () => {
  upstream = await startUpstream(answerHealthily);
  replica = await startReplica(upstream, { UNICO_RATE_LIMIT: '100000' });
});
afterAll(async () => {
  killPrograms();
  await upstream.close();
});

/** The header of a token that claims to need no signature. */
const UNSIGNED = Buffer.from('{"alg":"none"}').toString('base64url');

const chunked = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;

describe('HTTP server: arbitrary requests', () => {
  test('arbitrary credentials authenticate no caller and no router', async () => {
    const issuer = await startTokenIssuer();
    onTestFinished(() => issuer.close());
    const [head = '', claims = '', signature = ''] = (await issuer.issue({ scope: 'identity:read' })).split(
      '.',
    );
    const guarded = await startSubgraph(unicoOf(upstream), {
      isRouter: createRouterCheck(['the-secret']),
      authenticate: createCallerAuthentication(issuer.tokens, (name) => name),
    });
    onTestFinished(() => guarded.close());
    const base64 = fc.string().map((text) => Buffer.from(text).toString('base64url'));
    const part = (right: string): fc.Arbitrary<string> =>
      fc.oneof(
        fc.constant(right),
        base64,
        anyJson.map((json) => Buffer.from(json).toString('base64url')),
      );
    const wrong = fc.oneof(
      base64,
      fc.stringMatching(/^[\x21-\x7e]{0,40}$/),
      fc
        .tuple(fc.oneof(part(head), fc.constant(UNSIGNED)), part(claims), part(signature))
        .map((parts) => parts.join('.')),
    );
    const token = wrong.filter((text) => text !== `${head}.${claims}.${signature}`);
    const authorization = fc.oneof(
      token.map((text) => `Bearer ${text}`),
      token,
      fc.constantFrom('Basic eDp5', 'Bearer', 'bearer  ', `Bearer ${CPF}`),
    );
    const secret = fc.oneof(
      fc.stringMatching(/^[\x20-\x7e]{0,30}$/),
      fc.constantFrom('the-secre', 'the-secret, the-secret'),
    );
    const body = JSON.stringify({ query: `{ process(id: "${ID}") { state } }` });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.record({ 'router-authorization': secret.filter((text) => text.trim() !== 'the-secret') }),
          fc.record({ 'router-authorization': fc.constant('the-secret'), authorization }),
        ),
        async (headers) => {
          const answer = await postRaw(guarded.url, body, headers);
          expect(violationsOf(answer)).toEqual([]);
          const { data, errors } = JSON.parse(answer.text) as GraphqlResponse;
          expect(data?.['process'] ?? null).toBeNull();
          expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('HTTP server: arbitrary bytes', () => {
  const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array).toString('latin1'));
  const RIGHT = '{"query":"{ __typename }"}';

  test('arbitrary bodies of any type, encoding and length violate no rule of responses, and cause no fault', async () => {
    const type = fc.oneof(
      fc.constantFrom(
        'application/json',
        'application/json; charset=utf-8',
        'application/json;charset=utf-16',
        '',
      ),
      fc.constantFrom('text/plain', 'multipart/form-data; boundary=x', 'application/json; charset="', '; ;'),
      fc.stringMatching(/^[\x20-\x7e]{0,30}$/),
    );
    const encoding = fc.constantFrom(
      '',
      'content-encoding: gzip\r\n',
      'content-encoding: br, gzip\r\n',
      'content-encoding:\r\n',
    );
    const body = fc.oneof(
      bytes,
      fc.constant(RIGHT),
      fc.nat(26).map((length) => RIGHT.slice(0, length)),
    );
    const framed = fc
      .tuple(body, fc.oneof(fc.constant(0), fc.integer({ min: -30, max: 30 })), fc.boolean())
      .map(([text, more, inChunks]) =>
        inChunks && text !== ''
          ? `transfer-encoding: chunked\r\n\r\n${chunked(text)}`
          : `content-length: ${text.length + more}\r\n\r\n${text}`,
      );
    await fc.assert(
      fc.asyncProperty(type, encoding, framed, async (said, packed, rest) => {
        const request = `POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: ${said}\r\n${packed}${rest}`;
        expect(violationsOfBytes(await exchange(replica.url, request))).toEqual([]);
      }),
      { numRuns: 800 },
    );
    expect(await programState(replica)).toEqual(UNHARMED);
  });

  test('arbitrary methods, addresses and headers violate no rule of responses, and cause no fault', async () => {
    const method = fc.oneof(
      fc.constantFrom(
        'GET',
        'POST',
        'PUT',
        'DELETE',
        'HEAD',
        'OPTIONS',
        'TRACE',
        'PATCH',
        'QUERY',
        'CONNECT',
        'PRI',
      ),
      fc.stringMatching(/^[A-Z]{0,8}$/),
    );
    const printable = fc.stringMatching(/^[\x21-\x7e]{0,60}$/);
    const search = fc
      .dictionary(
        fc.constantFrom('query', 'variables', 'extensions', 'operationName'),
        fc.oneof(anyText, anyJson, fc.constantFrom('{ __typename }', '{}')),
      )
      .map((properties) => new URLSearchParams(properties).toString());
    const target = fc.oneof(
      fc.constantFrom(
        '/graphql',
        '/graphql?',
        '/',
        '*',
        '//',
        '/livez',
        '/graphql/../metrics',
        'http://[::1',
        '%',
      ),
      printable,
      printable.map((text) => `/${text}`),
      search.map((text) => `/graphql?${text}`),
      search.map((text) => `/graphql?${text}&${text}`),
    );
    const value = fc.oneof(printable, bytes, anyJson, fc.constant(CPF));
    const header = fc.oneof(
      fc.tuple(
        fc.constantFrom(
          'accept',
          'apollo-require-preflight',
          'apollo-federation-include-trace',
          'content-type',
          'cookie',
          'expect',
          'origin',
          'authorization',
          'router-authorization',
          'transfer-encoding',
          'upgrade',
          'x-apollo-operation-name',
        ),
        fc.oneof(
          value,
          fc.constantFrom('application/json', 'ftv1', 'true', '*/*', '100-continue', 'chunked'),
        ),
      ),
      fc.tuple(fc.stringMatching(/^[!-~]{1,12}$/), value),
    );
    await fc.assert(
      fc.asyncProperty(method, target, fc.array(header, { maxLength: 6 }), async (verb, where, headers) => {
        const lines = headers.map(([name, said]) => `${name}: ${said}\r\n`).join('');
        const request = `${verb} ${where} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${lines}\r\n`;
        expect(violationsOfBytes(await exchange(replica.url, request))).toEqual([]);
      }),
      { numRuns: 800 },
    );
    expect(await programState(replica)).toEqual(UNHARMED);
  });
});

describe('HTTP server: thousands of hostile requests', () => {
  const long = 'x'.repeat(40);
  /** Each differs from the one before, so that no cached result serves it. */
  const hostile: ((n: number) => string)[] = [
    (n) => bodyOf(`{ processes(ids: [${'1 '.repeat(3_900)} ${n}]) { id } }`, '{}'),
    (n) => bodyOf(`{ ${long}${n} { ${long} ${long} } }`, '{}'),
    (n) =>
      bodyOf(
        `query ($v${n}: [ID!]!) { processes(ids: $v${n}) { id } }`,
        `{"v${n}":["${long.repeat(1_000)}"]}`,
      ),
    (n) =>
      bodyOf(`{ a${n}: _entities(representations: [{ __typename: "${long}${n}" }]) { __typename } }`, '{}'),
    (n) => `{"query":"{ __typename }","variables":{"${long}${n}":${'['.repeat(2_000)}${']'.repeat(2_000)}}}`,
    (n) => `{"query":"${long}${n}${'\\n'.repeat(5_000)}`,
  ];

  // The long lists alone would take 300 MB if their parsed form were retained.
  test('thousands of hostile requests leave a server of 256 MB of memory unharmed', async () => {
    const small = await startReplica(upstream, { NODE_OPTIONS: '--max-old-space-size=256' });
    const wrong: string[] = [];
    for (let n = 0; n < 300; n += 1) {
      const answers = await Promise.all(hostile.map((body) => postRaw(small.url, body(n))));
      wrong.push(...answers.flatMap(violationsOf));
    }
    expect(wrong).toEqual([]);
    expect((await small.ask('{ __typename }')).data).toEqual({ __typename: 'Query' });
    expect(small.logged('fault')).toEqual([]);
  }, 60_000);
});
