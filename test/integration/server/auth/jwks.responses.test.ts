import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeSigningKey, type SigningKey } from '../../../support/token-issuer.ts';
import { startUpstream, type Reply } from '../../../support/upstream.ts';
import { advance, RENEWAL, SECOND, startVerification } from '../../../support/verification.ts';

const times = <T>(count: number, create: () => T): T[] => Array.from({ length: count }, create);

/** 32 MB: no issuer has so many keys, and to read them all would take the memory of other requests. */
const HUGE = ' '.repeat(32 * 1024 * 1024);

const UNUSABLE_RESPONSES: [string, Reply][] = [
  ['an error', { status: 500, body: 'broken' }],
  ['another error', { status: 404 }],
  ['another success', { status: 204 }],
  ['an empty body', { body: '' }],
  ['a page', { body: '<html>keys</html>' }],
  ['null', { body: 'null' }],
  ['a list', { body: [] }],
  ['an object without keys', { body: {} }],
  ['keys that are no list', { body: { keys: 'key-1' } }],
  ['keys that are null', { body: { keys: [null] } }],
  ['half a response', 'drop in the middle of the body'],
  ['a closed connection', 'drop'],
  ['nothing, ever', 'never answer'],
  ['headers and never a body', 'never send the body'],
  ['far too many bytes', { body: `${HUGE}{"keys":[]}` }],
];

describe('Jwks: responses of the issuer', () => {
  test.each(UNUSABLE_RESPONSES)(
    'an issuer that responds with %s gives no keys; no token is blamed, and the reason is reported once',
    async (_, reply) => {
      const { issuer, reports, outcome } = await startVerification();
      issuer.answerWith(reply);
      expect(await outcome()).toBe('no keys');
      issuer.answerWith(null);
      advance(2 * SECOND);
      expect(await outcome()).toBe('accepted');
      // A short reason without anything of the response, and its end.
      expect(reports).toEqual([expect.stringMatching(/^[\w ]{5,40}$/), null]);
    },
  );

  test.each(UNUSABLE_RESPONSES)(
    'an issuer that responds with %s removes none of the cached keys',
    async (_, reply) => {
      const { issuer, outcome } = await startVerification();
      await outcome();
      issuer.answerWith(reply);
      advance(RENEWAL);
      expect(await Promise.all(times(5, () => outcome()))).toEqual(times(5, () => 'accepted'));
      await expect.poll(() => issuer.asked()).toBe(2);
      // By now the response has come, or never will.
      for (let i = 0; i < 50; i += 1) expect(await outcome()).toBe('accepted');
    },
  );

  test.each([301, 302, 303, 307, 308])('a redirect with HTTP %i is not followed', async (status) => {
    const { issuer, outcome } = await startVerification();
    const elsewhere = await startUpstream(() => ({ body: { keys: [issuer.key().jwk] } }));
    onTestFinished(() => elsewhere.close());
    issuer.answerWith({ status, headers: { location: `${elsewhere.url}/jwks` } });
    expect(await outcome()).toBe('no keys');
    expect(elsewhere.requests).toEqual([]);
  });

  test.each([201, 203, 404, 500])('the keys of a response with HTTP %i are not trusted', async (status) => {
    const { issuer, outcome } = await startVerification();
    issuer.answerWith({ status, body: { keys: [issuer.key().jwk] } });
    expect(await outcome()).toBe('no keys');
  });
});

describe('Jwks: unusable keys', () => {
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
    ['for signing only', es, ({ jwk }) => ({ ...jwk, key_ops: ['sign'] })],
    ['of another algorithm', es, ({ jwk }) => ({ ...jwk, alg: 'ES384' })],
    ['of another curve', es, ({ jwk }) => ({ ...jwk, crv: 'P-384' })],
    ['that is a shared secret', es, () => ({ kty: 'oct', k: 'c2VjcmV0', kid: 'key-1' })],
    ['that is private', es, (key) => ({ ...key.privateKey.export({ format: 'jwk' }), kid: 'key-1' })],
    ['that is no point of the curve', es, ({ jwk }) => ({ ...jwk, x: jwk['y'] })],
    ['without coordinates', es, ({ jwk }) => ({ ...jwk, x: undefined, y: undefined })],
    ['whose coordinates are no text', es, ({ jwk }) => ({ ...jwk, x: 1 })],
    ['without a modulus', rsa, ({ jwk }) => ({ ...jwk, n: '' })],
    ['that is too short', short, ({ jwk }) => jwk],
  ];

  test.each(unusable)(
    'a published key %s causes no fault, and no token is accepted by it',
    async (_, key, publish) => {
      const { issuer, outcome } = await startVerification();
      issuer.publish(publish(key));
      // At once and again: the second time the result of the first is cached.
      for (let i = 0; i < 3; i += 1) expect(['rejected', 'no keys']).toContain(await outcome(key));
      advance(2 * SECOND);
      expect(['rejected', 'no keys']).toContain(await outcome(key));
    },
  );

  test.each(unusable)(
    'a published key %s does not stop the tokens of another key',
    async (_, key, publish) => {
      const { issuer, outcome } = await startVerification();
      issuer.publish({ ...publish(key), kid: 'unusable' }, issuer.key().jwk);
      await outcome({ ...key, kid: 'unusable' });
      for (let i = 0; i < 3; i += 1) expect(await outcome()).toBe('accepted');
    },
  );
});
