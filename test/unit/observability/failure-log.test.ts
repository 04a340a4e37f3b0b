import { describe, expect, test } from 'vitest';
import { UpstreamFailure, type FailureKind } from '../../../src/domain/upstream-failure.ts';
import { FailureLog } from '../../../src/observability/failure-log.ts';
import type { LogLevel } from '../../../src/observability/logger.ts';
import { startLog } from '../../support/log.ts';

const failure = (kind: FailureKind): UpstreamFailure =>
  new UpstreamFailure(kind, 'GET processes/v1/{id}: HTTP 503', { status: 503, upstreamCode: '99999' });

describe('FailureLog', () => {
  test.each<[FailureKind, LogLevel, number]>([
    ['unauthorized', 'warn', 40],
    ['contract', 'warn', 40],
    ['unavailable', 'warn', 40],
    // These come by the hundred; the metrics count them.
    ['rate-limited', 'debug', 20],
  ])('a failure of the kind %s is logged at the level %s', (kind, level, number) => {
    const { logger, lines } = startLog(level);
    new FailureLog(logger).report(failure(kind));
    expect(lines()).toEqual([
      {
        level: number,
        time: expect.any(String),
        event: 'failure',
        kind,
        message: 'GET processes/v1/{id}: HTTP 503',
        msg: expect.any(String),
      },
    ]);
  });

  test('a call that the rate limiter rejects is not logged at the default level', () => {
    const { logger, lines } = startLog('info');
    new FailureLog(logger).report(failure('rate-limited'));
    expect(lines()).toEqual([]);
  });

  test('a failure that the caller has to correct is not logged at all', () => {
    const { logger, lines } = startLog('trace');
    new FailureLog(logger).report(failure('refused'));
    expect(lines()).toEqual([]);
  });

  test('a failure whose caller has left is not logged at all', () => {
    const { logger, lines } = startLog('trace');
    const left = new UpstreamFailure('unavailable', 'no response in time', { callerLeft: true });
    new FailureLog(logger).report(left);
    expect(lines()).toEqual([]);
  });

  test('a failure is logged once, however many fields report it; another one of the same text is logged too', () => {
    const { logger, lines } = startLog();
    const failureLog = new FailureLog(logger);
    const one = failure('contract');
    for (const each of [one, one, one, failure('contract')]) failureLog.report(each);
    expect(lines()).toHaveLength(2);
  });
});
