import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MIN_RESOURCES } from '../../../../src/upstream/resilience/outage-detector.ts';
import { QuotaRefusals } from '../../../../src/upstream/resilience/quota-refusals.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the first 429 of a resource is about the quota, and those after it are about the resource until it is answered', () => {
  const refusals = new QuotaRefusals();
  expect(refusals.refused('bad', 3_000)).toBe(true);
  expect(refusals.waitMs('bad')).toBe(0);
  expect(refusals.refused('bad', 3_000)).toBe(false);
  expect([refusals.waitMs('bad'), refusals.waitMs('other')]).toEqual([3_000, 0]);
  vi.advanceTimersByTime(2_000);
  expect(refusals.waitMs('bad')).toBe(1_000);
  refusals.answered('other');
  expect(refusals.waitMs('bad')).toBe(1_000);
  refusals.answered('bad');
  expect(refusals.waitMs('bad')).toBe(0);
  expect(refusals.refused('bad', 3_000)).toBe(true);
});

test('a request without a resource, such as a creation, is always about the quota', () => {
  const refusals = new QuotaRefusals();
  expect([1, 2, 3].map(() => refusals.refused(null, 1_000))).toEqual([true, true, true]);
  expect(refusals.waitMs(null)).toBe(0);
});

test('ten resources that are refused again are about the quota, unless a response came in between', () => {
  const ids = Array.from({ length: MIN_RESOURCES }, (_, i) => `id-${i}`);
  const refusals = new QuotaRefusals();
  const refuseAll = (): boolean[] => ids.map((id) => refusals.refused(id, 1_000));
  expect(refuseAll()).toEqual(ids.map(() => true));
  expect(refuseAll()).toEqual(ids.map((_, i) => i === MIN_RESOURCES - 1));
  refusals.answered('other');
  expect(refusals.refused('id-0', 1_000)).toBe(false);
});

test('a resource that was not refused for ten minutes is not remembered', () => {
  const refusals = new QuotaRefusals();
  refusals.refused('bad', 1_000);
  vi.advanceTimersByTime(600_000);
  expect(refusals.refused('bad', 1_000)).toBe(true);
});
