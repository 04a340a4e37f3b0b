import { describe, expect, test } from 'vitest';
import type { ClientId } from '../../../src/domain/caller.ts';
import { parseProcessId } from '../../../src/domain/process-id.ts';
import { OperationBudget } from '../../../src/services/operation-budget.ts';
import { ID } from '../../support/bodies.ts';

describe('OperationBudget', () => {
  test('all calls of an operation share one deadline and count for its client: the first is interactive, the next ones are pages', () => {
    const before = performance.now();
    const client = 'orders-web' as ClientId;
    const budget = new OperationBudget(5_000, () => new AbortController().signal, client);
    const id = parseProcessId(ID);
    const calls = [budget.forRead(id), budget.forWrite(), budget.forRead(id, true)];
    expect(calls.flatMap(({ claims }) => claims)).toEqual([
      { lane: 'interactive', client, sequence: 0, processId: id, isBegun: false },
      { lane: 'mutation', client, sequence: 1, processId: null, isBegun: false },
      { lane: 'page', client, sequence: 2, processId: id, isBegun: true },
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
