import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { Jwks } from '../../../src/server/auth/jwks.ts';
import { ID, idcloudBody, OTHER_ID, processesV1Body } from '../../support/bodies.ts';
import { killPrograms, startReplica } from '../../support/replica.ts';
import { startSubgraph } from '../../support/subgraph.ts';
import { unicoOf } from '../../support/unico.ts';
import { startUpstream, type Reply, type Upstream } from '../../support/upstream.ts';
import {
  respondingWith,
  responseBytes,
  BOMBS,
  dripping,
  flooding,
  startMalformed,
  startSecureUpstream,
  type Behaviour,
} from '../../support/malformed-upstream.ts';
import { CALLS, CREATE_CAPTURE, failureOf, GET_IDCLOUD, unicoReplying } from '../../support/unico-client.ts';
import { startRawUpstream } from '../../support/raw-upstream.ts';
import { ACCOUNT, tokenBody, unicoWithTokens } from '../../support/token-service.ts';

/*
 * A hostile upstream: responses that no document promises. Hostile JSON is in malformed-upstream.json.test.ts, header and path
 * injection in malformed-upstream.injection.test.ts, many such responses at a time in malformed-upstream.concurrent.test.ts.
 * Broken connections, other statuses and arbitrary JSON are in unico/errors/ and unico/arbitrary-responses.test.ts.
 */

afterEach(killPrograms);

const APPROVED = { state: 'FINISHED', verdict: { decision: 'APPROVED' } };

/** The first line of a valid response. */
const OK = 'HTTP/1.1 200 OK\r\n';

describe('UnicoClient and compressed responses', () => {
  const body = JSON.stringify(idcloudBody());

  test.each([
    'gzip',
    'x-gzip',
    'GZIP',
    'compress',
    'deflate',
    'br',
    'zstd',
    'identity, gzip',
    'gzip, gzip, gzip',
    'x',
    '',
  ])(
    'a response with content-encoding %j is a contract failure, even with a valid body',
    async (encoding) => {
      const { unico } = await unicoReplying({ headers: { 'content-encoding': encoding }, body });
      expect((await failureOf(GET_IDCLOUD.run(unico))).kind).toBe('contract');
    },
  );

  test.each(Object.entries(BOMBS))(
    'an error response with a decompression bomb of %s is read by its status alone',
    async (encoding, bytes) => {
      for (const [status, kind] of [
        ['400 Bad Request', 'refused'],
        ['403 Forbidden', 'unauthorized'],
        ['429 Too Many Requests', 'rate-limited'],
        ['503 Service Unavailable', 'unavailable'],
      ]) {
        const { url } = await startMalformed(
          respondingWith(() => bytes, { 'content-encoding': encoding }, status),
        );
        const unico = unicoOf({ url });
        onTestFinished(() => unico.close());
        expect((await failureOf(GET_IDCLOUD.run(unico))).kind).toBe(kind);
      }
    },
  );
});

/** Starts a server that must not get any request. */
async function startElsewhere(): Promise<Upstream> {
  const elsewhere = await startUpstream(({ path }) => ({
    body: path.includes('jwks') ? { keys: [] } : { ...idcloudBody(), ...processesV1Body(), ...tokenBody(1) },
  }));
  onTestFinished(() => elsewhere.close());
  return elsewhere;
}

/** Every way to send a client to another server. */
function redirectsTo(elsewhere: Upstream): Reply[] {
  const target = `${elsewhere.url}/client/v1/process/${ID}`;
  const schemeless = target.replace('http:', '');
  const statuses = [300, 301, 302, 303, 304, 305, 306, 307, 308, 399];
  const redirects = statuses.flatMap((status) =>
    [target, schemeless].map((location): Reply => ({ status, headers: { location } })),
  );
  return [
    ...redirects,
    { status: 201, headers: { location: target } },
    { status: 401, headers: { location: target, 'www-authenticate': `Bearer realm="${target}"` } },
    { status: 407, headers: { location: target, 'proxy-authenticate': `Basic realm="${target}"` } },
    { status: 421, headers: { location: target, 'alt-svc': `http/1.1="${new URL(target).host}"` } },
    {
      status: 503,
      headers: { refresh: `0; url=${target}`, link: `<${target}>; rel="alternate"`, 'retry-after': '0' },
    },
    {
      headers: { 'content-location': target, refresh: `0; url=${target}` },
      body: { location: target, redirect_uri: target },
    },
  ];
}

describe('UnicoClient and redirects', () => {
  test.each(CALLS.map((call) => [call.name, call] as const))(
    'no response to %s sends the client to another server',
    async (_name, call) => {
      const elsewhere = await startElsewhere();
      for (const reply of redirectsTo(elsewhere)) {
        const { unico, upstream } = await unicoReplying(reply);
        await failureOf(call.run(unico));
        expect(upstream.requests).toHaveLength(1);
      }
      expect(elsewhere.requests).toEqual([]);
    },
  );

  test('no response of the token service sends the client or its assertion to another server', async () => {
    const elsewhere = await startElsewhere();
    for (const reply of redirectsTo(elsewhere)) {
      const { unico, tokensUsed } = await unicoWithTokens(() => reply);
      const failure = await failureOf(CREATE_CAPTURE.run(unico));
      expect(failure.mayHaveHappened).toBe(false);
      expect(tokensUsed()).toEqual([]);
    }
    expect(elsewhere.requests).toEqual([]);
  });

  test("no response of the JWKS endpoint of callers' tokens sends the client to another server", async () => {
    const elsewhere = await startElsewhere();
    const token = { header: { alg: 'ES256', kid: 'k' }, payload: '', signature: '' };
    for (const reply of redirectsTo(elsewhere)) {
      const upstream = await startUpstream(() => reply);
      onTestFinished(() => upstream.close());
      const keys = new Jwks(`${upstream.url}/jwks`);
      await expect(keys.getKey(token.header, token)).rejects.toThrow('the keys of tokens are unavailable');
      // 421 asks for another connection to the same server, which does no harm.
      expect([...new Set(upstream.calls())]).toEqual(['GET /jwks']);
    }
    expect(elsewhere.requests).toEqual([]);
  });

  test('the client speaks HTTP/1.1 with a server that prefers HTTP/2', async () => {
    const { url, certificate, versions } = await startSecureUpstream(idcloudBody());
    const replica = await startReplica({ url }, { NODE_EXTRA_CA_CERTS: certificate });
    for (const source of ['IDCLOUD', 'IDCLOUD']) {
      await replica.ask(`{ process(id: "${ID}", source: ${source}) { sdkToken state } }`);
    }
    expect(versions).toEqual(['1.1', '1.1']);
  });

  test('the client ignores an offer to upgrade to HTTP/2', async () => {
    const { unico } = await unicoReplying({ headers: { upgrade: 'h2c, h2' }, body: GET_IDCLOUD.body });
    expect(await GET_IDCLOUD.run(unico)).toMatchObject({ state: 'CREATED' });
  });
});

/** Reads two processes one after the other, with more bytes behind the first response. */
async function readWithMore(more: (socket: Parameters<Behaviour>[0]) => void): Promise<unknown[]> {
  let requests = 0;
  const { url } = await startRawUpstream((socket) => {
    socket.on('data', (head) => {
      requests += 1;
      const id = head.toString().includes(OTHER_ID) ? OTHER_ID : ID;
      const response = responseBytes(JSON.stringify(idcloudBody(id)));
      if (requests > 1) return void socket.write(response);
      socket.write(response, () => more(socket));
    });
  });
  const unico = unicoOf({ url });
  onTestFinished(() => unico.close());
  const subgraph = await startSubgraph(unico, { contracts: ['IDCLOUD'] });
  onTestFinished(() => subgraph.close());
  const first = await subgraph.ask(`{ process(id: "${ID}") { id state verdict { decision } } }`);
  const second = await subgraph.ask(`{ process(id: "${OTHER_ID}") { id state verdict { decision } } }`);
  return [first.data.process, second.data.process];
}

describe('UnicoClient and bytes behind a response', () => {
  const expected = [
    { id: ID, ...APPROVED },
    { id: OTHER_ID, ...APPROVED },
  ];
  const denied = {
    process: { id: OTHER_ID, state: 'PROCESS_STATE_FINISHED', result: 'PROCESS_RESULT_ERROR' },
  };

  test.each([
    ['another response', responseBytes(JSON.stringify(denied))],
    ['half of another response', responseBytes(JSON.stringify(denied)).subarray(0, 30)],
    ['an error response', responseBytes('', {}, '500 Internal Server Error')],
    ['an early hint', Buffer.from('HTTP/1.1 103 Early Hints\r\n\r\n')],
    ['noise', Buffer.from('\u0000\u0001\u0002'.repeat(1_000))],
  ])('%s right behind a response is not taken for the response to the next request', async (_case, bytes) => {
    expect(await readWithMore((socket) => void socket.write(bytes))).toEqual(expected);
  });
});

describe('UnicoClient and a malformed token service', () => {
  test.each<[string, Behaviour]>([
    ['with endless headers', flooding(OK, 'x: y\r\n'.repeat(1_000))],
    ['with a hundred megabytes', flooding(`${OK}connection: close\r\n\r\n`, ' ')],
    ['with endless early hints', flooding('', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(500))],
    ['with a byte now and then', dripping(`${OK}x: `, 'y')],
    ['with a decompression bomb', respondingWith(() => BOMBS['gzip'] ?? '', { 'content-encoding': 'gzip' })],
    [
      'that packs a bomb into a refusal',
      respondingWith(() => BOMBS['br'] ?? '', { 'content-encoding': 'br' }, '401 Unauthorized'),
    ],
  ])(
    'a token service %s gives no token, and no message contains the key or the assertion',
    async (_case, behave) => {
      let assertion = 'none yet';
      const { url } = await startRawUpstream((socket) => {
        socket.once('data', (head) => {
          assertion = /assertion=(\S+)/.exec(head.toString())?.[1] ?? assertion;
          behave(socket, '');
        });
      });
      const upstream = await startUpstream(() => ({ body: GET_IDCLOUD.body }));
      onTestFinished(() => upstream.close());
      const unico = unicoOf(upstream, { identityUrl: url, credential: ACCOUNT, attemptTimeoutMs: 500 });
      onTestFinished(() => unico.close());
      const failure = await failureOf(CREATE_CAPTURE.run(unico));
      expect(['unavailable', 'contract', 'unauthorized']).toContain(failure.kind);
      expect(failure.mayHaveHappened).toBe(false);
      expect(upstream.requests).toEqual([]);
      const messages = `${failure.message} ${failure.stack} ${await unico.notReadyReason()}`;
      const [, keyLine = ''] = ACCOUNT.privateKey.split('\n');
      for (const secret of [assertion, keyLine, ACCOUNT.tenantId]) expect(messages).not.toContain(secret);
    },
  );
});
