import { rmSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { create, createdAs, failedWith, replayedAs, startBillingUpstream } from '../support/creation.ts';
import { startProgram } from '../support/program.ts';
import { startReplica, type Replica } from '../support/replica.ts';
import { rawRedis, startOwnRedis, tempFile } from '../support/stores.ts';

const WITHIN = { timeout: 8_000 };
const LOST = /the store has lost data: .*--accept-store-loss/;

/** A store that can lose its data: its URL, and what loses it. */
type Losable = { url: string; lose(): Promise<void> | void };

const stores: (() => Promise<Losable>)[] = [
  async () => {
    const file = tempFile();
    const lose = (): void => ['', '-wal', '-shm'].forEach((end) => rmSync(`${file}${end}`));
    return { url: `sqlite:${file}`, lose };
  },
  async () => {
    const { url } = await startOwnRedis();
    const raw = await rawRedis(url);
    return { url, lose: async () => void (await raw.sendCommand(['FLUSHALL'])) };
  },
];

async function readiness({ url }: Replica): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}/readyz`);
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
}

async function stop({ program }: Replica): Promise<void> {
  program.signal('SIGTERM');
  expect(await program.ended).toBe(0);
}

const isLost = async (replica: Replica): Promise<boolean> =>
  LOST.test(String((await readiness(replica))['degraded']));

/** Loses a store while a program uses it, and restarts the program without and with an acceptance. */
async function loseWhileRunning(open: () => Promise<Losable>): Promise<void> {
  const unico = await startBillingUpstream();
  const { url: STORE_URL, lose } = await open();
  const start = async (...options: string[]): Promise<Replica> => {
    const replica = await startReplica(
      unico,
      { STORE_URL, UNICO_CONTRACTS: 'idcloud,processes-v1' },
      options,
    );
    onTestFinished(() => replica.program.signal('SIGKILL'));
    return replica;
  };
  const before = await start();
  expect(before.logged('store-note')).toMatchObject([{ msg: expect.stringContaining('the store is new') }]);
  expect(await create(before.url, 'known')).toMatchObject(createdAs(unico.created[0]));
  await lose();
  await expect.poll(() => isLost(before), WITHIN).toBe(true);
  // What is unknown to the store, by now or as ever.
  const refusal = await create(before.url, 'new');
  expect(refusal).toMatchObject(failedWith('IDEMPOTENCY_UNAVAILABLE'));
  expect(refusal.problem?.message).toContain('operator');
  const read = await before.ask(`{ process(id: "${unico.created[0]}") { state } }`);
  expect(read.data.process).toEqual({ state: expect.any(String) });
  await expect.poll(() => before.logged('store'), WITHIN).toHaveLength(1);
  expect(before.logged('store')[0]).toMatchObject({ level: 40, trouble: expect.stringMatching(LOST) });
  await stop(before);

  const restarted = await start();
  expect(await isLost(restarted)).toBe(true);
  expect(await create(restarted.url, 'known')).toMatchObject(failedWith('IDEMPOTENCY_UNAVAILABLE'));
  await stop(restarted);
  expect(unico.posts()).toHaveLength(1);

  const accepting = await start('--accept-store-loss');
  expect(await readiness(accepting)).toEqual({ status: 'ready' });
  expect(accepting.logged('store-note').at(-1)?.['msg']).toContain('is accepted');
  expect(await create(accepting.url, 'new')).toMatchObject(createdAs(unico.created[1]));
  await stop(accepting);

  const after = await start();
  expect(after.logged('store-note')).toEqual([]);
  expect(await create(after.url, 'new')).toMatchObject(replayedAs(unico.created[1]));
  expect(unico.posts()).toHaveLength(2);
}

describe('a store that loses its data while the program is running', () => {
  // Both at the same time, because they wait for checks of the store.
  test('nothing is created twice over a SQLite file that is deleted, or a Redis that is flushed: creations are refused, over restarts, until an operator accepts the loss', async () => {
    await Promise.all(stores.map(loseWhileRunning));
  });

  test('an unknown option of the command line is refused', async () => {
    const program = startProgram({}, 'node', ['--accept-store-lost']);
    expect(await program.ended).toBe(1);
    expect(program.output()).toBe('The command line is invalid: expected --accept-store-loss or nothing\n');
  });
});
