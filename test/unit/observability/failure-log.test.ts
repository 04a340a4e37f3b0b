import { describe, expect, test } from 'vitest';
import { UpstreamFailure, type FailureKind } from '../../../src/domain/upstream-failure.ts';
import { FailureLog } from '../../../src/observability/failure-log.ts';
import type { LogLevel } from '../../../src/observability/logger.ts';
import { startLog } from '../../support/log.ts';

const failure = (kind: FailureKind): UpstreamFailure =>
  new UpstreamFailure(kind, 'GET processes/v1/{id}: HTTP 503', { status: 503, upstreamCode: '99999' });

/** Lines are written when the code that reports failures has ended. */
const endOfTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('FailureLog', () => {
  test.each<[FailureKind, LogLevel, number]>([
    ['unauthorized', 'warn', 40],
    ['contract', 'warn', 40],
    ['unavailable', 'warn', 40],
    // These come by the hundred; the metrics count them.
    ['rate-limited', 'debug', 20],
  ])('a failure of the kind %s is logged at the level %s', async (kind, level, number) => {
    const { logger, lines } = startLog(level);
    new FailureLog(logger).report(failure(kind));
    await endOfTurn();
    expect(lines()).toEqual([
      {
        level: number,
        time: expect.any(String),
        event: 'failure',
        kind,
        message: 'GET processes/v1/{id}: HTTP 503',
        count: 1,
        upstreamCode: '99999',
        msg: expect.any(String),
      },
    ]);
  });

  test('a call that the rate limiter rejects is not logged at the default level', async () => {
    const { logger, lines } = startLog('info');
    new FailureLog(logger).report(failure('rate-limited'));
    await endOfTurn();
    expect(lines()).toEqual([]);
  });

  test('a failure that the caller has to correct is not logged at all', async () => {
    const { logger, lines } = startLog('trace');
    new FailureLog(logger).report(failure('refused'));
    await endOfTurn();
    expect(lines()).toEqual([]);
  });

  test('a failure whose caller has left is not logged at all', async () => {
    const { logger, lines } = startLog('trace');
    const left = new UpstreamFailure('unavailable', 'no response in time', { callerLeft: true });
    new FailureLog(logger).report(left);
    await endOfTurn();
    expect(lines()).toEqual([]);
  });

  test('a failure counts once, however many fields report it; all alike of one operation are one line', async () => {
    const { logger, lines } = startLog();
    const failureLog = new FailureLog(logger);
    const one = failure('contract');
    for (const each of [one, one, one, failure('contract'), failure('unavailable')]) failureLog.report(each);
    await endOfTurn();
    failureLog.report(one);
    failureLog.report(failure('contract'));
    await endOfTurn();
    expect(lines().map(({ kind, count }) => [kind, count])).toEqual([
      ['contract', 2],
      ['unavailable', 1],
      ['contract', 1],
    ]);
  });

  test('a rejected credential is logged with its variable and the code of Unico, and reported once', async () => {
    const { logger, lines } = startLog();
    const refused: unknown[] = [];
    const failureLog = new FailureLog(logger, (variable, code) => void refused.push([variable, code]));
    const rejected = new UpstreamFailure('unauthorized', 'HTTP 403', {
      upstreamCode: '10201',
      credential: 'UNICO_APIKEY_AGE',
    });
    const uncoded = new UpstreamFailure('unauthorized', 'HTTP 401', { credential: 'UNICO_ACCESS_TOKEN' });
    for (const each of [rejected, rejected, uncoded]) failureLog.report(each);
    await endOfTurn();
    expect(lines()).toMatchObject([
      { variable: 'UNICO_APIKEY_AGE', upstreamCode: '10201', count: 1 },
      { variable: 'UNICO_ACCESS_TOKEN', count: 1 },
    ]);
    expect(refused).toEqual([
      ['UNICO_APIKEY_AGE', '10201'],
      ['UNICO_ACCESS_TOKEN', null],
    ]);
  });
});
