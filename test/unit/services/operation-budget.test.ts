import { describe, expect, test } from 'vitest';
import { OperationBudget } from '../../../src/services/operation-budget.ts';

describe('OperationBudget', () => {
  test('all calls of an operation share one deadline, and each has the next sequence number', () => {
    const before = performance.now();
    const budget = new OperationBudget(5_000, () => new AbortController().signal);
    const calls = [budget.forRead(), budget.forWrite(), budget.forRead()];
    expect(calls.map(({ priority, sequence }) => ({ priority, sequence }))).toEqual([
      { priority: 'read', sequence: 0 },
      { priority: 'write', sequence: 1 },
      { priority: 'read', sequence: 2 },
    ]);
    const [deadline, ...others] = new Set(calls.map((call) => call.deadline));
    expect(others).toEqual([]);
    expect(deadline).toBeGreaterThanOrEqual(before + 5_000);
    expect(deadline).toBeLessThanOrEqual(performance.now() + 5_000);
  });

  test('the signal of reads is created once, for the remaining time, when the first read needs it', () => {
    const created: number[] = [];
    const budget = new OperationBudget(5_000, (ms) => {
      created.push(ms);
      return new AbortController().signal;
    });
    budget.forWrite();
    expect(created).toEqual([]);
    expect(budget.forRead().signal).toBe(budget.forRead().signal);
    expect(created).toHaveLength(1);
    expect(created[0]).toBeLessThanOrEqual(5_000);
  });

  test('a caller that disconnects aborts the reads of its operation and not its writes', () => {
    const client = new AbortController();
    const budget = new OperationBudget(5_000, () => client.signal);
    const [read, write] = [budget.forRead(), budget.forWrite()];
    client.abort();
    expect([read.signal.aborted, write.signal.aborted]).toEqual([true, false]);
  });

  test('a caller has left when it disconnected, and not when its time ran out', () => {
    const ends: [unknown, boolean][] = [
      [undefined, true],
      [new DOMException('the operation timed out', 'TimeoutError'), false],
    ];
    for (const [reason, hasLeft] of ends) {
      const client = new AbortController();
      const budget = new OperationBudget(5_000, () => client.signal);
      expect(budget.hasCallerLeft).toBe(false);
      budget.forRead();
      expect(budget.hasCallerLeft).toBe(false);
      client.abort(reason);
      expect(budget.hasCallerLeft).toBe(hasLeft);
    }
  });

  test('calls of an operation whose time has ended have no time left', () => {
    const given: number[] = [];
    const budget = new OperationBudget(-1, (ms) => {
      given.push(ms);
      return AbortSignal.abort();
    });
    budget.forRead();
    expect(given).toEqual([0]);
  });
});
