import { expect, test } from 'vitest';
import { FailingResources } from '../../../../src/upstream/resilience/failing-resources.ts';
import { startClock } from '../../../support/clock.ts';

const isKnown = (failing: FailingResources, resource: string | null): boolean =>
  failing.failedAt(resource) !== undefined;

test('a resource is known to fail until it is deleted', () => {
  const failing = new FailingResources();
  failing.add('an id');
  expect([isKnown(failing, 'an id'), isKnown(failing, 'another id')]).toEqual([true, false]);
  failing.delete('an id');
  expect(isKnown(failing, 'an id')).toBe(false);
});

test('a request without a resource is never known to fail', () => {
  const failing = new FailingResources();
  failing.add(null);
  expect(isKnown(failing, null)).toBe(false);
});

test('a failure is forgotten ten minutes after the last one, whatever the wall clock does', () => {
  const clock = startClock();
  const failing = new FailingResources();
  failing.add('an id');
  clock.pass(599_000);
  clock.jumpWallClock(3_600_000);
  expect(isKnown(failing, 'an id')).toBe(true);
  failing.add('an id');
  clock.pass(599_000);
  expect(isKnown(failing, 'an id')).toBe(true);
  clock.jumpWallClock(-7_200_000);
  clock.pass(1_001);
  expect(isKnown(failing, 'an id')).toBe(false);
});

test('of ten thousand resources that fail, the last thousand are remembered', () => {
  const failing = new FailingResources();
  const ids = Array.from({ length: 10_000 }, (_, i) => `id-${i}`);
  for (const id of ids) failing.add(id);
  expect(ids.filter((id) => isKnown(failing, id))).toEqual(ids.slice(-1_000));
});
