import { describe, expect, onTestFinished, test } from 'vitest';
import { ID, idcloudBody } from '../../../support/bodies.ts';
import { startSubgraph } from '../../../support/subgraph.ts';
import { makeSigningKey, sign } from '../../../support/token-issuer.ts';
import { unicoOf } from '../../../support/unico.ts';
import { startUpstream } from '../../../support/upstream.ts';
import { advance, MINUTE, RENEWAL, SECOND, startVerification } from '../../../support/verification.ts';

const times = <T>(count: number, create: () => T): T[] => Array.from({ length: count }, create);

describe('Jwks: fetching and renewing keys', () => {
  test('the keys are fetched before the first caller comes, so that the first caller does not wait', async () => {
    const { issuer, start, outcome } = await startVerification();
    start();
    await expect.poll(() => issuer.asked()).toBe(1);
    expect(await outcome()).toBe('accepted');
    expect(issuer.asked()).toBe(1);
  });

  test('callers that come first at the same time share one request for the keys', async () => {
    const { issuer, outcome } = await startVerification();
    expect(new Set(await Promise.all(times(50, () => outcome())))).toEqual(new Set(['accepted']));
    expect(issuer.asked()).toBe(1);
  });

  test('the keys are cached: later tokens cause no request', async () => {
    const { issuer, outcome } = await startVerification();
    for (let i = 0; i < 20; i += 1) {
      advance(20 * SECOND);
      expect(await outcome()).toBe('accepted');
    }
    expect(issuer.asked()).toBe(1);
  });

  test('a token that is rejected without its key causes no request for keys', async () => {
    const { issuer, authenticate, outcome } = await startVerification();
    const key = makeSigningKey('key-1', 'ES384');
    for (const token of [
      'no-jwt',
      'a.b.c',
      sign(key, issuer.claims()),
      sign(key, issuer.claims(), { alg: 'none' }),
    ]) {
      await expect(authenticate(`Bearer ${token}`)).rejects.toThrow('the token is not accepted');
    }
    advance(31 * SECOND);
    await expect(authenticate('Bearer no-jwt')).rejects.toThrow('the token is not accepted');
    await outcome();
    expect(issuer.asked()).toBe(1);
  });

  test('the keys are renewed once in ten minutes, however many callers come', async () => {
    const { issuer, outcome } = await startVerification();
    await outcome();
    for (const renewed of [2, 3]) {
      advance(RENEWAL);
      expect(new Set(await Promise.all(times(50, () => outcome())))).toEqual(new Set(['accepted']));
      await expect.poll(() => issuer.asked()).toBe(renewed);
      for (let i = 0; i < 10; i += 1) await outcome();
      expect(issuer.asked()).toBe(renewed);
    }
  });
});

describe('Jwks: new keys', () => {
  test('a new key is accepted without a restart, at the latest half a minute after the last request for keys', async () => {
    const { issuer, outcome } = await startVerification();
    await outcome();
    await issuer.rotate();
    advance(31 * SECOND);
    expect(await outcome()).toBe('accepted');
    expect(issuer.asked()).toBe(2);
  });

  test('a new key of another algorithm is accepted', async () => {
    const { issuer, outcome } = await startVerification();
    await outcome();
    await issuer.rotate('RS256');
    advance(31 * SECOND);
    expect(await outcome()).toBe('accepted');
  });

  test('a new key and the old one are accepted while both are published', async () => {
    const { issuer, outcome } = await startVerification();
    const old = issuer.key();
    await issuer.rotate();
    issuer.publish(old.jwk, issuer.key().jwk);
    expect([await outcome(old), await outcome()]).toEqual(['accepted', 'accepted']);
    expect(issuer.asked()).toBe(1);
  });

  test('a token that does not name its key is verified with each of the published keys', async () => {
    const { issuer, outcome } = await startVerification();
    const old = issuer.key();
    await issuer.rotate();
    issuer.publish(old.jwk, issuer.key().jwk);
    const unnamed = { kid: undefined };
    expect(await outcome(old, unnamed)).toBe('accepted');
    expect(await outcome(issuer.key(), unnamed)).toBe('accepted');
    expect(await outcome(makeSigningKey('made-up', 'ES256'), unnamed)).toBe('rejected');
  });

  test('tokens of unknown keys cause at most one request for keys in half a minute', async () => {
    const { issuer, outcome } = await startVerification();
    const forger = makeSigningKey('made-up', 'ES256');
    await outcome();
    for (let i = 0; i < 10; i += 1) expect(await outcome(forger)).toBe('rejected');
    expect(issuer.asked()).toBe(1);
    advance(31 * SECOND);
    expect(new Set(await Promise.all(times(20, () => outcome(forger))))).toEqual(new Set(['rejected']));
    for (let i = 0; i < 10; i += 1) expect(await outcome(forger)).toBe('rejected');
    expect(issuer.asked()).toBe(2);
  });

  test('tokens of unknown keys while the issuer is down neither press the issuer nor stop other tokens', async () => {
    const { issuer, outcome } = await startVerification();
    const forger = makeSigningKey('made-up', 'ES256');
    await outcome();
    advance(31 * SECOND);
    issuer.answerWith({ status: 503 });
    for (let i = 0; i < 10; i += 1) {
      // The issuer may have published the key meanwhile.
      expect(await outcome(forger)).toBe('no keys');
      expect(await outcome()).toBe('accepted');
    }
    expect(issuer.asked()).toBe(2);
  });
});

describe('Jwks: withdrawn keys', () => {
  test('a withdrawn key is rejected once the keys were renewed', async () => {
    const { issuer, outcome } = await startVerification();
    const withdrawn = issuer.key();
    await outcome();
    await issuer.rotate();
    advance(RENEWAL);
    await outcome();
    await expect.poll(() => outcome(withdrawn)).toBe('rejected');
  });

  test('a withdrawn key is rejected after ten minutes, also where no caller came meanwhile', async () => {
    const { issuer, outcome } = await startVerification();
    const withdrawn = issuer.key();
    await outcome();
    await issuer.rotate();
    advance(50 * MINUTE);
    expect(await outcome(withdrawn)).toBe('rejected');
  });

  test('a remembered token of a withdrawn key is accepted for at most a minute more', async () => {
    const { issuer, authenticate, outcome } = await startVerification();
    const token = `Bearer ${await issuer.issue({ exp: Date.now() / 1_000 + 3_600 })}`;
    await authenticate(token);
    await issuer.rotate();
    advance(31 * SECOND);
    expect(await outcome()).toBe('accepted');
    advance(61 * SECOND);
    await expect(authenticate(token)).rejects.toThrow('an unknown key');
  });

  test('no key is accepted once the issuer has withdrawn all', async () => {
    const { issuer, outcome } = await startVerification();
    await outcome();
    issuer.publish();
    advance(RENEWAL);
    await expect.poll(() => outcome()).toBe('rejected');
  });

  test('a withdrawn key is rejected also where another key has its name now', async () => {
    const { issuer, outcome } = await startVerification();
    const withdrawn = issuer.key();
    await outcome();
    const replacement = makeSigningKey(withdrawn.kid, 'ES256');
    issuer.publish(replacement.jwk);
    advance(RENEWAL);
    await expect.poll(() => outcome(replacement)).toBe('accepted');
    expect(await outcome(withdrawn)).toBe('rejected');
  });
});

describe('Jwks: an issuer that is down', () => {
  test('cached keys are trusted for an hour without their issuer, and no longer', async () => {
    const { issuer, outcome } = await startVerification();
    await outcome();
    issuer.answerWith('drop');
    for (let minutes = 5; minutes < 60; minutes += 5) {
      advance(5 * MINUTE);
      expect({ minutes, outcome: await outcome() }).toEqual({ minutes, outcome: 'accepted' });
    }
    advance(6 * MINUTE);
    expect(await outcome()).toBe('no keys');
  });

  test('without keys no token is accepted or called invalid, and the issuer is asked once in a second', async () => {
    const { issuer, outcome } = await startVerification();
    issuer.answerWith({ status: 500 });
    expect(await outcome()).toBe('no keys');
    expect(await outcome(makeSigningKey('made-up', 'ES256'))).toBe('no keys');
    for (let i = 0; i < 10; i += 1) expect(await outcome()).toBe('no keys');
    expect(issuer.asked()).toBe(1);
  });

  test('tokens are accepted again as soon as the issuer is back', async () => {
    const { issuer, outcome } = await startVerification();
    issuer.answerWith({ status: 500 });
    expect(await outcome()).toBe('no keys');
    issuer.answerWith(null);
    advance(2 * SECOND);
    expect(await outcome()).toBe('accepted');
  });

  test('after an outage of more than an hour, tokens are accepted again as soon as the issuer is back', async () => {
    const { issuer, outcome } = await startVerification();
    await outcome();
    issuer.answerWith('drop');
    advance(61 * MINUTE);
    expect(await outcome()).toBe('no keys');
    issuer.answerWith(null);
    advance(2 * SECOND);
    expect(await outcome()).toBe('accepted');
  });

  test('a request whose token cannot be verified is answered 503 with its own code, and nothing is executed', async () => {
    const { issuer, start } = await startVerification();
    const upstream = await startUpstream(() => ({ body: idcloudBody() }));
    onTestFinished(() => upstream.close());
    issuer.answerWith({ status: 500 });
    const subgraph = await startSubgraph(unicoOf(upstream), { authenticate: start() });
    onTestFinished(() => subgraph.close());
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
    // A request that needs no token is answered.
    expect((await subgraph.ask('{ _service { sdl } }')).errors).toEqual([]);

    issuer.answerWith(null);
    advance(2 * SECOND);
    expect((await subgraph.ask(query, {}, headers)).data).toEqual({ process: { state: 'FINISHED' } });
  });
});

describe('Jwks: reports', () => {
  test('nothing is reported while the keys are available', async () => {
    const { reports, outcome } = await startVerification();
    await outcome();
    advance(RENEWAL);
    await outcome();
    expect(reports).toEqual([]);
  });

  test('an outage is reported once, and its end once, however long it lasts and however many callers come', async () => {
    const { issuer, reports, outcome } = await startVerification();
    await outcome();
    issuer.answerWith({ status: 502 });
    for (let i = 0; i < 8; i += 1) {
      advance(RENEWAL);
      await Promise.all(times(5, () => outcome()));
    }
    expect(reports).toEqual(['status 502']);
    issuer.answerWith(null);
    advance(31 * SECOND);
    expect(await outcome()).toBe('accepted');
    expect(reports).toEqual(['status 502', null]);
  });

  test('a wrong address is reported before the first caller comes', async () => {
    const { issuer, reports, start } = await startVerification();
    issuer.answerWith({ status: 404 });
    start();
    await expect.poll(() => reports).toEqual(['status 404']);
  });
});
