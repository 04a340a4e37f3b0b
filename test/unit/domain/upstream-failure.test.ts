import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { UpstreamFailure } from '../../../src/domain/upstream-failure.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('UpstreamFailure.retryInSeconds', () => {
  test.each([
    [12, 0, 12],
    [12, 7_500, 5],
    [12, 11_999, 1],
    [12, 60_000, 1],
    [0, 0, 1],
    [undefined, 5_000, undefined],
  ])('of %s seconds, after %i milliseconds, %s are left to wait', (retryAfterSeconds, passedMs, left) => {
    const failure = new UpstreamFailure('rate-limited', 'too many requests', { retryAfterSeconds });
    vi.advanceTimersByTime(passedMs);
    expect(failure.retryInSeconds).toBe(left);
  });
});
