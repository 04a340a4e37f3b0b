import { generateKeyPairSync } from 'node:crypto';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { AuthenticateCaller } from '../../../../src/server/auth/authenticate-caller.ts';
import { RequestRejected } from '../../../../src/server/request-rejected.ts';
import { ID, idcloudBody } from '../../../support/bodies.ts';
import { startSubgraph } from '../../../support/subgraph.ts';
import {
  authenticationOf,
  makeSigningKey,
  sign,
  startTokenIssuer,
  type Claims,
  type SigningKey,
  type TokenIssuer,
} from '../../../support/token-issuer.ts';
import { unicoOf } from '../../../support/unico.ts';
import { startUpstream, type Reply } from '../../../support/upstream.ts';

let issuer: TokenIssuer;
/** What an operator is told of the keys. */
let told: (string | null)[];
let started: AuthenticateCaller | null;

beforeEach(async () => {
  // The clock alone is the test's: keys come over a real socket, and are waited for in real time.
  vi.useFakeTimers({ toFake: ['Date'] });
  issuer = await startTokenIssuer();
  told = [];
  started = null;
  return async () => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    await issuer.close();
  };
});

/** Starts with the first token, or earlier: a test may say before how the issuer answers. */
function start(): AuthenticateCaller {
  started ??= authenticationOf(issuer, (trouble) => void told.push(trouble));
  return started;
}

const authenticate: AuthenticateCaller = (authorization) => start()(authorization);

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** After this the keys are older than they may become. */
const RENEWAL = 10 * MINUTE + SECOND;

function pass(time: number): void {
  vi.setSystemTime(Date.now() + time);
}

let tokens = 0;

const OUTCOMES: { [reason: string]: 'refused' | 'no keys' } = {
  token: 'refused',
  'keys-unavailable': 'no keys',
};

/** What a new token comes to that is signed with this key. Each is another one, so that none is known from before. */
async function outcome(
  key: SigningKey = issuer.key(),
  header: Claims = {},
): Promise<'counts' | 'refused' | 'no keys' | 'fault'> {
  tokens += 1;
  try {
    await authenticate(`Bearer ${sign(key, issuer.claims({ jti: tokens }), header)}`);
    return 'counts';
  } catch (error) {
    return (error instanceof RequestRejected && OUTCOMES[error.reason]) || 'fault';
  }
}

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

describe('the keys of the issuer', () => {
  test('are asked for before anybody comes, who then waits for nothing', async () => {
    start();
    await expect.poll(() => issuer.asked()).toBe(1);
    expect(await outcome()).toBe('counts');
    expect(issuer.asked()).toBe(1);
  });

  test('are asked for once by all that come first at a time', async () => {
    expect(new Set(await Promise.all(times(50, () => outcome())))).toEqual(new Set(['counts']));
    expect(issuer.asked()).toBe(1);
  });

  test('are kept: tokens that come later ask for nothing', async () => {
    for (let i = 0; i < 20; i += 1) {
      pass(20 * SECOND);
      expect(await outcome()).toBe('counts');
    }
    expect(issuer.asked()).toBe(1);
  });

  test('are not asked for again by what is refused without them', async () => {
    const key = makeSigningKey('key-1', 'ES384');
    for (const made of [
      'no-jwt',
      'a.b.c',
      sign(key, issuer.claims()),
      sign(key, issuer.claims(), { alg: 'none' }),
    ]) {
      await expect(authenticate(`Bearer ${made}`)).rejects.toThrow('the token does not count');
    }
    pass(31 * SECOND);
    await expect(authenticate('Bearer no-jwt')).rejects.toThrow('the token does not count');
    await outcome();
    expect(issuer.asked()).toBe(1);
  });

  test('are renewed once in ten minutes, however many ask', async () => {
    await outcome();
    for (const renewed of [2, 3]) {
      pass(RENEWAL);
      expect(new Set(await Promise.all(times(50, () => outcome())))).toEqual(new Set(['counts']));
      await expect.poll(() => issuer.asked()).toBe(renewed);
      for (let i = 0; i < 10; i += 1) await outcome();
      expect(issuer.asked()).toBe(renewed);
    }
  });
});

describe('a key that is new', () => {
  test('counts without a restart, half a minute after the keys were last asked for at the latest', async () => {
    await outcome();
    await issuer.rotate();
    pass(31 * SECOND);
    expect(await outcome()).toBe('counts');
    expect(issuer.asked()).toBe(2);
  });

  test('of another algorithm counts too', async () => {
    await outcome();
    await issuer.rotate('RS256');
    pass(31 * SECOND);
    expect(await outcome()).toBe('counts');
  });

  test('counts beside the old one, while both are published', async () => {
    const old = issuer.key();
    await issuer.rotate();
    issuer.publish(old.jwk, issuer.key().jwk);
    expect([await outcome(old), await outcome()]).toEqual(['counts', 'counts']);
    expect(issuer.asked()).toBe(1);
  });

  test('counts beside the old one also where a token does not say which of them it means', async () => {
    const old = issuer.key();
    await issuer.rotate();
    issuer.publish(old.jwk, issuer.key().jwk);
    const without = { kid: undefined };
    expect(await outcome(old, without)).toBe('counts');
    expect(await outcome(issuer.key(), without)).toBe('counts');
    expect(await outcome(makeSigningKey('made-up', 'ES256'), without)).toBe('refused');
  });

  test('that somebody makes up is asked for once in half a minute at the most', async () => {
    const forger = makeSigningKey('made-up', 'ES256');
    await outcome();
    for (let i = 0; i < 10; i += 1) expect(await outcome(forger)).toBe('refused');
    expect(issuer.asked()).toBe(1);
    pass(31 * SECOND);
    expect(new Set(await Promise.all(times(20, () => outcome(forger))))).toEqual(new Set(['refused']));
    for (let i = 0; i < 10; i += 1) expect(await outcome(forger)).toBe('refused');
    expect(issuer.asked()).toBe(2);
  });

  test('that somebody makes up while the issuer is down stops nobody else, and does not press the issuer', async () => {
    const forger = makeSigningKey('made-up', 'ES256');
    await outcome();
    pass(31 * SECOND);
    issuer.answerWith({ status: 503 });
    for (let i = 0; i < 10; i += 1) {
      // It may be a new one of the issuer's: nobody knows.
      expect(await outcome(forger)).toBe('no keys');
      expect(await outcome()).toBe('counts');
    }
    expect(issuer.asked()).toBe(2);
  });
});

describe('a key that its owner withdraws', () => {
  test('counts no more once the keys were renewed', async () => {
    const withdrawn = issuer.key();
    await outcome();
    await issuer.rotate();
    pass(RENEWAL);
    await outcome();
    await expect.poll(() => outcome(withdrawn)).toBe('refused');
  });

  test('counts no longer than ten minutes, also where nobody asked meanwhile', async () => {
    const withdrawn = issuer.key();
    await outcome();
    await issuer.rotate();
    pass(50 * MINUTE);
    expect(await outcome(withdrawn)).toBe('refused');
  });

  test('does not count for a minute more by a token that was seen before', async () => {
    const token = `Bearer ${await issuer.issue({ exp: Date.now() / 1_000 + 3_600 })}`;
    await authenticate(token);
    await issuer.rotate();
    pass(31 * SECOND);
    expect(await outcome()).toBe('counts');
    // What is known of tokens is counted by the clock that nobody sets.
    const moment = performance.now() + 61 * SECOND;
    vi.spyOn(performance, 'now').mockImplementation(() => moment);
    await expect(authenticate(token)).rejects.toThrow('a key that is not known');
  });

  test('is replaced by none when all are withdrawn', async () => {
    await outcome();
    issuer.publish();
    pass(RENEWAL);
    await expect.poll(() => outcome()).toBe('refused');
  });

  test('counts no more under its name for a key of somebody else', async () => {
    const withdrawn = issuer.key();
    await outcome();
    const replaced = makeSigningKey(withdrawn.kid, 'ES256');
    issuer.publish(replaced.jwk);
    pass(RENEWAL);
    await expect.poll(() => outcome(replaced)).toBe('counts');
    expect(await outcome(withdrawn)).toBe('refused');
  });
});

describe('while the issuer is down', () => {
  test('the keys that are there count for an hour, and no longer', async () => {
    await outcome();
    issuer.answerWith('drop');
    for (let minutes = 5; minutes < 60; minutes += 5) {
      pass(5 * MINUTE);
      expect({ minutes, outcome: await outcome() }).toEqual({ minutes, outcome: 'counts' });
    }
    pass(6 * MINUTE);
    expect(await outcome()).toBe('no keys');
  });

  test('no token counts without keys, none is called bad, and the issuer is left alone for a second', async () => {
    issuer.answerWith({ status: 500 });
    expect(await outcome()).toBe('no keys');
    expect(await outcome(makeSigningKey('made-up', 'ES256'))).toBe('no keys');
    for (let i = 0; i < 10; i += 1) expect(await outcome()).toBe('no keys');
    expect(issuer.asked()).toBe(1);
  });

  test('tokens count again as soon as it is back', async () => {
    issuer.answerWith({ status: 500 });
    expect(await outcome()).toBe('no keys');
    issuer.answerWith(null);
    pass(2 * SECOND);
    expect(await outcome()).toBe('counts');
  });

  test('and after an hour of it, tokens count again as soon as it is back', async () => {
    await outcome();
    issuer.answerWith('drop');
    pass(61 * MINUTE);
    expect(await outcome()).toBe('no keys');
    issuer.answerWith(null);
    pass(2 * SECOND);
    expect(await outcome()).toBe('counts');
  });
});

/** 32 MB: no issuer has so many keys, and whoever reads them all has lost the memory for others. */
const HUGE = ' '.repeat(32 * 1024 * 1024);

describe.each([
  ['an error', { status: 500, body: 'broken' }],
  ['another error', { status: 404 }],
  ['another success', { status: 204 }],
  ['nothing', { body: '' }],
  ['a page', { body: '<html>keys</html>' }],
  ['null', { body: 'null' }],
  ['a list', { body: [] }],
  ['an object without keys', { body: {} }],
  ['keys that are no list', { body: { keys: 'key-1' } }],
  ['keys that are null', { body: { keys: [null] } }],
  ['half an answer', 'drop in the middle of the body'],
  ['no answer', 'drop'],
  ['never', 'never answer'],
  ['its headers and never the rest', 'never send the body'],
  ['far too much', { body: `${HUGE}{"keys":[]}` }],
] satisfies [string, Reply][])('an issuer that answers with %s', (_, reply) => {
  test('gives no keys, which is its fault and not that of the token', async () => {
    issuer.answerWith(reply);
    expect(await outcome()).toBe('no keys');
    issuer.answerWith(null);
    pass(2 * SECOND);
    expect(await outcome()).toBe('counts');
    // An operator is told why, in a few words of ours, and when it is over.
    expect(told).toEqual([expect.stringMatching(/^[\w ]{5,40}$/), null]);
  });

  test('takes none of the keys that are there', async () => {
    await outcome();
    issuer.answerWith(reply);
    pass(RENEWAL);
    expect(await Promise.all(times(5, () => outcome()))).toEqual(times(5, () => 'counts'));
    await expect.poll(() => issuer.asked()).toBe(2);
    // By now the answer has come, or never will.
    for (let i = 0; i < 50; i += 1) expect(await outcome()).toBe('counts');
  });
});

describe('an issuer that sends us elsewhere', () => {
  test.each([301, 302, 303, 307, 308])('is not followed (HTTP %i)', async (status) => {
    const elsewhere = await startUpstream(() => ({ body: { keys: [issuer.key().jwk] } }));
    issuer.answerWith({ status, headers: { location: `${elsewhere.url}/jwks` } });
    expect(await outcome()).toBe('no keys');
    expect(elsewhere.requests).toEqual([]);
    await elsewhere.close();
  });
});

describe('an issuer that does not say that all is well', () => {
  test.each([201, 203, 404, 500])('is not believed, though it has keys (HTTP %i)', async (status) => {
    issuer.answerWith({ status, body: { keys: [issuer.key().jwk] } });
    expect(await outcome()).toBe('no keys');
  });
});

describe('an operator', () => {
  test('is told nothing while all is well', async () => {
    await outcome();
    pass(RENEWAL);
    await outcome();
    expect(told).toEqual([]);
  });

  test('is told once of an outage and once of its end, however long it is and however many ask', async () => {
    await outcome();
    issuer.answerWith({ status: 502 });
    for (let i = 0; i < 8; i += 1) {
      pass(RENEWAL);
      await Promise.all(times(5, () => outcome()));
    }
    expect(told).toEqual(['status 502']);
    issuer.answerWith(null);
    pass(31 * SECOND);
    expect(await outcome()).toBe('counts');
    expect(told).toEqual(['status 502', null]);
  });

  test('is told of a wrong address before anybody comes', async () => {
    issuer.answerWith({ status: 404 });
    start();
    await expect.poll(() => told).toEqual(['status 404']);
  });
});

describe('keys that can not be used', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const short: SigningKey = {
    kid: 'key-1',
    alg: 'RS256',
    privateKey,
    jwk: { ...publicKey.export({ format: 'jwk' }), kid: 'key-1', alg: 'RS256' },
  };
  const rsa = makeSigningKey('key-1', 'RS256');
  const es = makeSigningKey('key-1', 'ES256');

  const unusable: [string, SigningKey, (key: SigningKey) => object][] = [
    ['for encryption', es, ({ jwk }) => ({ ...jwk, use: 'enc' })],
    ['for signing alone', es, ({ jwk }) => ({ ...jwk, key_ops: ['sign'] })],
    ['of another algorithm', es, ({ jwk }) => ({ ...jwk, alg: 'ES384' })],
    ['of another curve', es, ({ jwk }) => ({ ...jwk, crv: 'P-384' })],
    ['that are a shared secret', es, () => ({ kty: 'oct', k: 'c2VjcmV0', kid: 'key-1' })],
    ['that are private', es, (key) => ({ ...key.privateKey.export({ format: 'jwk' }), kid: 'key-1' })],
    ['that are no point of the curve', es, ({ jwk }) => ({ ...jwk, x: jwk['y'] })],
    ['that have no parts', es, ({ jwk }) => ({ ...jwk, x: undefined, y: undefined })],
    ['whose parts are no text', es, ({ jwk }) => ({ ...jwk, x: 1 })],
    ['without a modulus', rsa, ({ jwk }) => ({ ...jwk, n: '' })],
    ['that are too short', short, ({ jwk }) => jwk],
  ];

  test.each(unusable)('%s are never a fault of ours, and let no token count', async (_, key, publish) => {
    issuer.publish(publish(key));
    // At once and again: what was found out the first time is known the second.
    for (let i = 0; i < 3; i += 1) expect(['refused', 'no keys']).toContain(await outcome(key));
    pass(2 * SECOND);
    expect(['refused', 'no keys']).toContain(await outcome(key));
  });

  test.each(unusable)('%s do not stop the tokens of a key beside them', async (_, key, publish) => {
    issuer.publish({ ...publish(key), kid: 'unusable' }, issuer.key().jwk);
    await outcome({ ...key, kid: 'unusable' });
    for (let i = 0; i < 3; i += 1) expect(await outcome()).toBe('counts');
  });
});

describe('a request whose token can not be verified', () => {
  test('is answered 503 with a code of its own, and nothing is carried out', async () => {
    const upstream = await startUpstream(() => ({ body: idcloudBody() }));
    issuer.answerWith({ status: 500 });
    const subgraph = await startSubgraph(unicoOf(upstream), { authenticate: start() });
    const query = `{ process(id: "${ID}") { state } }`;
    const headers = await issuer.bearer('identity:read');
    const { status, data, errors } = await subgraph.ask(query, {}, headers);
    expect(status).toBe(503);
    expect(data).toBeUndefined();
    expect(errors).toEqual([
      {
        message: expect.stringContaining('try again later'),
        extensions: { code: 'AUTHENTICATION_UNAVAILABLE' },
      },
    ]);
    expect(upstream.requests).toEqual([]);
    // Whoever needs no token gets along.
    expect((await subgraph.ask('{ _service { sdl } }')).errors).toEqual([]);

    issuer.answerWith(null);
    pass(2 * SECOND);
    expect((await subgraph.ask(query, {}, headers)).data).toEqual({ process: { state: 'FINISHED' } });
    await subgraph.close();
    await upstream.close();
  });
});
