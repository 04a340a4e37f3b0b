import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { MAX_EQUAL_LINES, WINDOW_MS } from '../../../src/observability/line-limiter.ts';
import { startLog } from '../../support/log.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const upstream = { event: 'upstream', call: 'GET processes/v1/{id}', status: 503, seconds: 0.1 } as const;

const sum = (numbers: number[]): number => numbers.reduce((total, each) => total + each, 0);

describe('Logger: equal lines', () => {
  test('a flood of equal lines is ten lines, and one more with the number of those that were left out', () => {
    const { logger, lines } = startLog();
    for (let i = 0; i < 5_000; i += 1) logger.warn({ ...upstream, seconds: i }, 'no usable response');
    expect(lines()).toHaveLength(MAX_EQUAL_LINES);
    vi.advanceTimersByTime(WINDOW_MS);
    expect(lines()).toHaveLength(MAX_EQUAL_LINES + 1);
    expect(lines().at(-1)).toMatchObject({
      level: 40,
      event: 'upstream',
      call: 'GET processes/v1/{id}',
      status: 503,
      count: 5_000 - MAX_EQUAL_LINES,
      msg: expect.stringContaining('left out'),
    });
    expect(lines().at(-1)).not.toHaveProperty('seconds');
  });

  test('lines that differ are not left out for each other', () => {
    const { logger, lines } = startLog();
    for (let i = 0; i < 100; i += 1) {
      logger.warn(upstream, 'no usable response');
      if (i === 50) logger.warn({ ...upstream, status: 401 }, 'no usable response');
      if (i === 60) logger.error(upstream, 'no usable response');
      if (i === 70) logger.warn({ ...upstream, call: 'POST oauth2/token' }, 'no usable response');
    }
    expect(lines()).toHaveLength(MAX_EQUAL_LINES + 3);
  });

  test('after ten seconds equal lines are written again, and a quiet window has no summary', () => {
    const { logger, lines } = startLog();
    for (let i = 0; i < 3; i += 1) {
      for (let n = 0; n < MAX_EQUAL_LINES; n += 1) logger.warn(upstream, 'no usable response');
      vi.advanceTimersByTime(WINDOW_MS);
    }
    expect(lines()).toHaveLength(3 * MAX_EQUAL_LINES);
  });

  test('the occurrences in the lines and in the summary are all that happened', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1_000 }), { maxLength: 60 }), (counts) => {
        const { logger, lines } = startLog();
        const failure = { event: 'failure', kind: 'unavailable', message: 'm' } as const;
        for (const count of counts) logger.warn({ ...failure, count }, 'failed');
        logger.flush();
        expect(sum(lines().map(({ count }) => Number(count)))).toBe(sum(counts));
        expect(lines().length).toBeLessThanOrEqual(MAX_EQUAL_LINES + 1);
      }),
    );
  });

  test('what is left out when the program stops is written by a flush', () => {
    const { logger, lines } = startLog();
    for (let i = 0; i < 30; i += 1) logger.warn(upstream, 'no usable response');
    logger.flush();
    expect(lines().at(-1)).toMatchObject({ count: 20 });
    logger.flush();
    expect(lines()).toHaveLength(MAX_EQUAL_LINES + 1);
  });

  test('no line of the audit log is left out', () => {
    const { logger, lines } = startLog();
    for (let i = 0; i < 1_000; i += 1) logger.audit({ event: 'forgotten', caller: 'luke', process: 'p' });
    expect(lines()).toHaveLength(1_000);
  });
});
