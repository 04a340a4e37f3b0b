import { expect, test } from 'vitest';
import type { ClientId } from '../../../src/domain/caller.ts';
import { LargeBodies } from '../../../src/server/large-bodies.ts';

const [A, B] = ['a', 'b'] as [ClientId, ClientId];

/** Reserves memory, and records whether the body may be read. */
function reserve(
  bodies: LargeBodies,
  client: ClientId | null,
  bytes: number,
): { release(): void; isRead: boolean } {
  const { ready, release } = bodies.acquire(client, bytes);
  const body = { release, isRead: false };
  void ready.then(() => (body.isRead = true));
  return body;
}

const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test('the bodies of one client are read up to its memory, in their order, and those of others at once', async () => {
  const bodies = new LargeBodies(100);
  const [first, second, third] = [60, 50, 40].map((bytes) => reserve(bodies, A, bytes));
  const other = reserve(bodies, B, 100);
  const unknown = reserve(bodies, null, 100);
  await settle();
  const read = (): unknown[] => [first, second, third, other, unknown].map((body) => body?.isRead);
  expect(read()).toEqual([true, false, false, true, true]);
  first?.release();
  await settle();
  expect(read()).toEqual([true, true, true, true, true]);
});

test('a body that is larger than the memory of a client is read alone', async () => {
  const bodies = new LargeBodies(100);
  const small = reserve(bodies, A, 1);
  const huge = reserve(bodies, A, 500);
  await settle();
  expect(huge.isRead).toBe(false);
  small.release();
  await settle();
  expect(huge.isRead).toBe(true);
});

test('a body that is given up while it waits leaves its place to the next one, and is never read', async () => {
  const bodies = new LargeBodies(100);
  const first = reserve(bodies, A, 60);
  const leaving = reserve(bodies, A, 60);
  const next = reserve(bodies, A, 40);
  leaving.release();
  await settle();
  expect([leaving.isRead, next.isRead]).toEqual([false, true]);
  first.release();
  next.release();
  const later = reserve(bodies, A, 100);
  await settle();
  expect([leaving.isRead, later.isRead]).toEqual([false, true]);
});
