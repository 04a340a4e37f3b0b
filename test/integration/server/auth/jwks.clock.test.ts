import { describe, expect, test } from 'vitest';
import {
  advance,
  MINUTE,
  RENEWAL,
  SECOND,
  setWallClock,
  startVerification,
} from '../../../support/verification.ts';

const HOUR = 60 * MINUTE;

describe.each([
  ['back by an hour', -HOUR],
  ['back by a year', -365 * 24 * HOUR],
  ['forward by two hours', 2 * HOUR],
])('Jwks: a wall clock that is set %s', (_, jump) => {
  test('a rotated key is accepted half a minute after the last request for keys, as without the jump', async () => {
    const { issuer, outcome } = await startVerification();
    await outcome();
    await issuer.rotate();
    setWallClock(jump);
    advance(31 * SECOND);
    expect(await outcome()).toBe('accepted');
    expect(issuer.asked()).toBe(2);
  });

  test('a withdrawn key is rejected after ten minutes, as without the jump', async () => {
    const { issuer, outcome } = await startVerification();
    const withdrawn = issuer.key();
    await outcome();
    await issuer.rotate();
    setWallClock(jump);
    advance(RENEWAL);
    expect(await outcome(withdrawn)).toBe('rejected');
  });

  test('keys that cannot be renewed are trusted for an hour and no longer, as without the jump', async () => {
    const { issuer, outcome } = await startVerification();
    await outcome();
    issuer.answerWith('drop');
    setWallClock(jump);
    advance(59 * MINUTE);
    expect(await outcome()).toBe('accepted');
    advance(2 * MINUTE);
    expect(await outcome()).toBe('no keys');
  });

  test('keys are requested again a second after a request that failed, as without the jump', async () => {
    const { issuer, outcome } = await startVerification();
    issuer.answerWith({ status: 500 });
    expect(await outcome()).toBe('no keys');
    issuer.answerWith(null);
    setWallClock(jump);
    advance(2 * SECOND);
    expect(await outcome()).toBe('accepted');
  });

  test('tokens of unknown keys cause no more requests for keys than without the jump', async () => {
    const { issuer, outcome } = await startVerification();
    await outcome();
    await issuer.rotate();
    setWallClock(jump);
    for (let i = 0; i < 5; i += 1) expect(await outcome()).toBe('rejected');
    expect(issuer.asked()).toBe(1);
  });

  test('a verified token is verified again after a minute, as without the jump', async () => {
    const { issuer, authenticate, outcome } = await startVerification();
    const tenYears = 10 * 365 * 24 * 3_600;
    const token = `Bearer ${await issuer.issue({ exp: Date.now() / 1_000 + tenYears })}`;
    await authenticate(token);
    await issuer.rotate();
    setWallClock(jump);
    advance(31 * SECOND);
    expect(await outcome()).toBe('accepted');
    advance(30 * SECOND);
    await expect(authenticate(token)).rejects.toThrow('an unknown key');
  });
});
