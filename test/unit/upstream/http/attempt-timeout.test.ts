import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { AttemptTimeout } from '../../../../src/upstream/http/attempt-timeout.ts';

const LONG_MS = 60_000;

/** How many timers keep this process alive. */
function timers(): number {
  return process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length;
}

test('it is over when its time is, and says so once', async () => {
  const attempt = new AttemptTimeout(new AbortController().signal, 20);
  const stop = vi.fn<() => void>();
  attempt.onExpired(stop);
  expect(attempt.isExpired).toBe(false);
  await sleep(60);
  expect(attempt.isExpired).toBe(true);
  expect(stop).toHaveBeenCalledOnce();
});

test('it is over when who waits for it leaves, and says so once', async () => {
  const caller = new AbortController();
  const attempt = new AttemptTimeout(caller.signal, 20);
  const stop = vi.fn<() => void>();
  attempt.onExpired(stop);
  caller.abort();
  expect(attempt.isExpired).toBe(true);
  await sleep(60);
  expect(stop).toHaveBeenCalledOnce();
});

test('who asks later is told at once', () => {
  const caller = new AbortController();
  const attempt = new AttemptTimeout(caller.signal, LONG_MS);
  caller.abort();
  const stop = vi.fn<() => void>();
  attempt.onExpired(stop);
  expect(stop).toHaveBeenCalledOnce();
});

test('one that has ended stops nothing, and leaves nothing behind', async () => {
  const caller = new AbortController();
  const attempt = new AttemptTimeout(caller.signal, 20);
  const stop = vi.fn<() => void>();
  attempt.onExpired(stop);
  attempt.clear();
  caller.abort();
  await sleep(60);
  expect(stop).not.toHaveBeenCalled();
  expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
});

test('it leaves nothing behind where it is over either', async () => {
  const { signal } = new AbortController();
  new AttemptTimeout(signal, 1);
  await sleep(30);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('many of one caller keep no process alive, and are no leak', async () => {
  const warned = vi.fn<() => void>();
  process.on('warning', warned);
  const before = timers();
  const { signal } = new AbortController();
  const attempts = Array.from({ length: 100 }, () => new AttemptTimeout(signal, LONG_MS));
  expect(timers()).toBe(before);
  await sleep(10);
  expect(warned).not.toHaveBeenCalled();
  process.off('warning', warned);
  for (const attempt of attempts) attempt.clear();
});
