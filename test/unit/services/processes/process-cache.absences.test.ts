import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { emptyProcess, PROCESS_SOURCES, type ProcessSource } from '../../../../src/domain/process.ts';
import { parseProcessId, type ProcessId } from '../../../../src/domain/process-id.ts';
import { askingOrder, cachedResult, ProcessCache } from '../../../../src/services/processes/process-cache.ts';
import { randomDataKey } from '../../../../src/storage/encryption/data-key.ts';
import { Encryptor } from '../../../../src/storage/encryption/encryptor.ts';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

function newId(): ProcessId {
  const id = parseProcessId(randomUUID());
  if (id === null) throw new Error('unreachable');
  return id;
}

/** The caches of two replicas with one store. */
function replicas(): [ProcessCache, ProcessCache] {
  const [store, encryptor] = [new MemoryStore(), new Encryptor([randomDataKey()], 'test')];
  return [new ProcessCache(store, encryptor), new ProcessCache(store, encryptor)];
}

const pass = (ms: number): unknown => vi.setSystemTime(Date.now() + ms);

async function isAbsent(cache: ProcessCache, id: ProcessId, source: ProcessSource): Promise<boolean> {
  return cachedResult(await cache.lookup(id), source) === 'absent';
}

/** For how many seconds a contract is not asked again, after another 404. */
async function secondsAbsent(cache: ProcessCache, id: ProcessId, source: ProcessSource): Promise<number> {
  await cache.putNotFound(id, source);
  let seconds = 0;
  while (await isAbsent(cache, id, source)) {
    pass(10 * SECOND);
    seconds += 10;
  }
  return seconds;
}

describe('ProcessCache, the absence of a process in a contract', () => {
  test('is cached for a minute, and twice as long with each further 404, up to ten minutes', async () => {
    const [cache] = replicas();
    for (const source of PROCESS_SOURCES) {
      const id = newId();
      const lasting: number[] = [];
      for (let count = 1; count <= 6; count += 1) lasting.push(await secondsAbsent(cache, id, source));
      expect(lasting).toEqual([60, 120, 240, 480, 600, 600]);
    }
  });

  test('ends in each contract for itself', async () => {
    const [cache] = replicas();
    const id = newId();
    await cache.putNotFound(id, 'IDCLOUD');
    pass(40 * SECOND);
    await cache.putNotFound(id, 'PROCESSES_V1');
    pass(30 * SECOND);
    expect(await isAbsent(cache, id, 'IDCLOUD')).toBe(false);
    expect(await isAbsent(cache, id, 'PROCESSES_V1')).toBe(true);
  });

  test('is known to every replica, with the number of 404s', async () => {
    const [cache, other] = replicas();
    const id = newId();
    await cache.putNotFound(id, 'IDCLOUD');
    expect(await isAbsent(other, id, 'IDCLOUD')).toBe(true);
    pass(MINUTE);
    expect(await secondsAbsent(other, id, 'IDCLOUD')).toBe(120);
  });

  test.each<[string, (cache: ProcessCache, id: ProcessId) => Promise<void>]>([
    ['is created', (cache, id) => cache.put(emptyProcess(id, 'IDCLOUD'))],
    ['is changed', (cache, id) => cache.invalidate(id, null)],
    ['is erased', (cache, id) => cache.erase(id)],
  ])('is forgotten with its count when the process %s', async (_, change) => {
    const [cache, other] = replicas();
    const id = newId();
    for (const each of [cache, other]) await each.putNotFound(id, 'IDCLOUD');
    await change(cache, id);
    for (const each of [cache, other]) expect(await isAbsent(each, id, 'IDCLOUD')).toBe(false);
    await cache.invalidate(id, null);
    expect(await secondsAbsent(cache, id, 'IDCLOUD')).toBe(60);
  });

  test.each([1, 2, 5])('lasts no longer when the clock is set back, after %i 404s', async (count) => {
    const [cache] = replicas();
    const id = newId();
    for (let i = 0; i < count; i += 1) await cache.putNotFound(id, 'IDCLOUD');
    pass(-60 * MINUTE);
    expect(await isAbsent(cache, id, 'IDCLOUD')).toBe(false);
  });

  test('a process that is not final is asked for again when the clock was set back', async () => {
    const [cache] = replicas();
    const pending = emptyProcess(newId(), 'IDCLOUD');
    await cache.put(pending);
    expect(cachedResult(await cache.lookup(pending.id), 'IDCLOUD')).not.toBeNull();
    pass(-60 * MINUTE);
    expect(cachedResult(await cache.lookup(pending.id), 'IDCLOUD')).toBeNull();
    expect(cache.peek(pending.id)).toBeNull();
  });
});

test('a list asks first for ids that one contract does not know, then for new ids, and last for those that were asked for before', async () => {
  const [cache] = replicas();
  const [begun, fresh, expired] = [newId(), newId(), newId()];
  await cache.putNotFound(expired, 'IDCLOUD');
  pass(MINUTE);
  await cache.putNotFound(begun, 'IDCLOUD');
  const order = await Promise.all(
    [begun, fresh, expired].map(async (id) => askingOrder(await cache.lookup(id))),
  );
  expect(order).toEqual([0, 1, 2]);
});
