import { CircuitState } from 'cockatiel';
import { array, assert, constantFrom, integer, oneof, property, record } from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FailureRate } from '../../../../src/upstream/resilience/failure-rate.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

/** A reference that stores every call and counts those of the last ten seconds. */
function createReference(): (state: CircuitState, failed: boolean) => boolean {
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

test('the failure rate opens the circuit when half of at least ten calls in ten seconds failed', () => {
  const call = record({
    afterMs: oneof({ weight: 4, arbitrary: integer({ min: 0, max: 5 }) }, integer({ min: 0, max: 11_000 })),
    state: constantFrom(CircuitState.Closed, CircuitState.Closed, CircuitState.Closed, CircuitState.HalfOpen),
    failed: constantFrom(true, false),
  });
  assert(
    property(array(call, { maxLength: 100, size: 'max' }), (calls) => {
      const failureRate = new FailureRate();
      const reference = createReference();
      for (const { afterMs, state, failed } of calls) {
        vi.setSystemTime(Date.now() + afterMs);
        const hasFailed = failed ? failureRate.failure(state) : failureRate.success(state);
        expect(hasFailed ?? false).toBe(reference(state, failed));
      }
    }),
    { numRuns: 300 },
  );
});
