import { array, assert, constantFrom, property } from 'fast-check';
import { expect, test } from 'vitest';
import { RetryBudget } from '../../../../src/upstream/resilience/retry.ts';

/** How many retries in a row the budget allows. */
function spendAll(budget: RetryBudget): number {
  let spent = 0;
  while (budget.spend()) spent += 1;
  return spent;
}

function earn(budget: RetryBudget, calls: number): void {
  for (let call = 0; call < calls; call += 1) budget.earn();
}

test('for any order of calls and retries, the retries are at most ten and a fifth of the calls', () => {
  assert(
    property(array(constantFrom('call', 'retry'), { maxLength: 2_000 }), (steps) => {
      const budget = new RetryBudget();
      let calls = 0;
      let retries = 0;
      for (const step of steps) {
        if (step === 'call') {
          budget.earn();
          calls += 1;
        } else if (budget.spend()) {
          retries += 1;
        }
        // The rounding error of a sum of many fifths is smaller than this.
        expect(retries).toBeLessThanOrEqual(10 + 0.2 * calls + 1e-6);
      }
    }),
  );
});

test('a new budget allows ten retries, and no eleventh', () => {
  expect(spendAll(new RetryBudget())).toBe(10);
});

test('ten thousand calls save no more than ten retries', () => {
  const budget = new RetryBudget();
  earn(budget, 10_000);
  expect(spendAll(budget)).toBe(10);
});

test('with an empty budget five calls earn one retry, and four calls earn none', () => {
  const budget = new RetryBudget();
  spendAll(budget);
  earn(budget, 4);
  expect(spendAll(budget)).toBe(0);
  earn(budget, 1);
  expect(spendAll(budget)).toBe(1);
});
