import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { AttemptTimeout } from '../../../../src/upstream/http/send-request.ts';

const LONG_MS = 60_000;

/** How many timers keep this process alive. */
function activeTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}

test('an attempt expires after its time, and reports it once', async () => {
  const attempt = new AttemptTimeout(new AbortController().signal, 20);
  const onExpired = vi.fn<() => void>();
  attempt.onExpired(onExpired);
  expect(attempt.isExpired).toBe(false);
  await sleep(60);
  expect(attempt.isExpired).toBe(true);
  expect(onExpired).toHaveBeenCalledOnce();
});

test('an attempt expires when its signal aborts, and reports it once', async () => {
  const caller = new AbortController();
  const attempt = new AttemptTimeout(caller.signal, 20);
  const onExpired = vi.fn<() => void>();
  attempt.onExpired(onExpired);
  caller.abort();
  expect(attempt.isExpired).toBe(true);
  await sleep(60);
  expect(onExpired).toHaveBeenCalledOnce();
});

test('a listener that is set after the expiry is called at once', () => {
  const caller = new AbortController();
  const attempt = new AttemptTimeout(caller.signal, LONG_MS);
  caller.abort();
  const onExpired = vi.fn<() => void>();
  attempt.onExpired(onExpired);
  expect(onExpired).toHaveBeenCalledOnce();
});

test('a cleared attempt calls no listener, and leaves no listener on the signal', async () => {
  const caller = new AbortController();
  const attempt = new AttemptTimeout(caller.signal, 20);
  const onExpired = vi.fn<() => void>();
  attempt.onExpired(onExpired);
  attempt.clear();
  caller.abort();
  await sleep(60);
  expect(onExpired).not.toHaveBeenCalled();
  expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
});

test('an expired attempt leaves no listener on the signal', async () => {
  const { signal } = new AbortController();
  const attempt = new AttemptTimeout(signal, 1);
  await sleep(30);
  expect(attempt.isExpired).toBe(true);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('a hundred attempts with one signal keep no timer alive, and cause no warning of a leak', async () => {
  const warned = vi.fn<() => void>();
  process.on('warning', warned);
  const before = activeTimers();
  const { signal } = new AbortController();
  const attempts = Array.from({ length: 100 }, () => new AttemptTimeout(signal, LONG_MS));
  expect(activeTimers()).toBe(before);
  await sleep(10);
  expect(warned).not.toHaveBeenCalled();
  process.off('warning', warned);
  for (const attempt of attempts) attempt.clear();
});
