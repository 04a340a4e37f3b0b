import { CircuitState } from 'cockatiel';
import { array, assert, constantFrom, integer, oneof, property, record } from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FailureRate } from '../../../../src/upstream/resilience/failure-rate.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

/** What is said of the last ten seconds by one who remembers every call for ever. */
function simpleRecentFailures(): (state: CircuitState, failed: boolean) => boolean {
  let calls: { at: number; failed: boolean }[] = [];
  return (state, failed) => {
    if (!failed && state === CircuitState.HalfOpen) calls = [];
    calls.push({ at: Date.now(), failed });
    if (!failed) return false;
    const recent = calls.filter(({ at }) => at > Date.now() - 10_000);
    const failures = recent.filter((call) => call.failed).length;
    return state !== CircuitState.Closed || (recent.length >= 10 && failures >= recent.length / 2);
  };
}

test('a host has failed when half of its calls of the last ten seconds have, and there were ten at least', () => {
  const call = record({
    afterMs: oneof({ weight: 4, arbitrary: integer({ min: 0, max: 5 }) }, integer({ min: 0, max: 11_000 })),
    state: constantFrom(CircuitState.Closed, CircuitState.Closed, CircuitState.Closed, CircuitState.HalfOpen),
    failed: constantFrom(true, false),
  });
  assert(
    property(array(call, { maxLength: 100, size: 'max' }), (calls) => {
      const judge = new FailureRate();
      const simple = simpleRecentFailures();
      for (const { afterMs, state, failed } of calls) {
        vi.setSystemTime(Date.now() + afterMs);
        const hasFailed = failed ? judge.failure(state) : judge.success(state);
        expect(hasFailed ?? false).toBe(simple(state, failed));
      }
    }),
    { numRuns: 300 },
  );
});
