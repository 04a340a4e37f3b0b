import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, onTestFinished, test } from 'vitest';
import {
  create,
  createAtLast,
  createdAs,
  failedWith,
  gate,
  onboarding,
  replayedAs,
  startTill,
  type Till,
} from '../support/creation.ts';
import { killPrograms } from '../support/program.ts';
import { deployment, type Mortal } from '../support/deployment.ts';
import type { Reply } from '../support/upstream.ts';

afterEach(killPrograms);

/** Starts an upstream that counts creations, until the end of the test. */
async function startUnico(reply?: (place: number) => Reply | null | Promise<Reply | null>): Promise<Till> {
  const unico = await startTill(reply);
  onTestFinished(() => unico.close());
  return unico;
}

function sqliteFile(): string {
  const dir = mkdtempSync(join(tmpdir(), 'creations-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return join(dir, 'store.sqlite');
}

/** Short, because an interrupted creation has an unknown outcome only after this time. */
const VARIABLES = { REQUEST_TIMEOUT_MS: '2000' };
const cutOff = (creation: Promise<unknown>): Promise<unknown> => creation.catch(() => 'cut off');

/** How many keys of creations a file contains. */
function claimsIn(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = database.prepare("SELECT name FROM entries WHERE name LIKE 'creation.%'").all();
    return rows.length;
  } finally {
    database.close();
  }
}

describe('a program that is killed (SIGKILL) and started again', () => {
  test('a creation whose program is killed before it was sent has an unknown outcome and is not sent', async () => {
    const unico = await startUnico(() => ({ status: 429, headers: { 'retry-after': '1' } }));
    const file = sqliteFile();
    const start = deployment(unico, `sqlite:${file}`, { REQUEST_TIMEOUT_MS: '4500' });
    const { url, kill } = await start();
    // After a 429 every request waits for as long as Unico has said, this one with its key claimed.
    expect(await create(url, 'first')).toMatchObject(failedWith('RATE_LIMITED'));
    const waiting = cutOff(create(url, 'k'));
    await expect.poll(() => claimsIn(file), { interval: 5 }).toBe(1);
    await kill();
    expect(await waiting).toBe('cut off');
    expect(unico.posts()).toHaveLength(1);
    const again = await start();
    expect(await createAtLast(again.url, 'k')).toMatchObject(failedWith('OUTCOME_UNKNOWN'));
    expect(unico.posts()).toHaveLength(1);
  });

  test('a creation whose program is killed while Unico has it has an unknown outcome permanently and is never sent again', async () => {
    const [arrived, answered] = [gate(), gate()];
    const unico = await startUnico(async (place) => {
      if (place > 0) return null;
      arrived.open();
      await answered.passed;
      return null;
    });
    const start = deployment(unico, `sqlite:${sqliteFile()}`, VARIABLES);
    const { url, kill } = await start();
    const lost = cutOff(create(url, 'k'));
    await arrived.passed;
    await kill();
    answered.open();
    expect(await lost).toBe('cut off');
    const again = await start();
    // Right after the start the creation may still be running, according to its record.
    expect(await createAtLast(again.url, 'k')).toMatchObject({
      ...failedWith('OUTCOME_UNKNOWN'),
      problem: { retryable: false, message: expect.stringContaining('portal of Unico') },
    });
    expect(await create(again.url, 'k')).toMatchObject(failedWith('OUTCOME_UNKNOWN'));
    expect(await create(again.url, 'k', onboarding({}, 1))).toMatchObject(
      failedWith('IDEMPOTENCY_KEY_REUSED'),
    );
    expect(unico.posts()).toHaveLength(1);
    // The outcome of other creations is known.
    expect(await create(again.url, 'another')).toMatchObject({ replayed: false, code: null });
  });

  test('a creation whose program is killed the moment Unico has answered is replayed or has an unknown outcome, and is never sent again', async () => {
    let replica: Mortal | null = null;
    const unico = await startUnico(() => {
      // Runs when the response has just been written to the socket.
      setImmediate(() => replica?.program.signal('SIGKILL'));
      return null;
    });
    const start = deployment(unico, `sqlite:${sqliteFile()}`, VARIABLES);
    replica = await start();
    await cutOff(create(replica.url, 'k'));
    await replica.program.ended;
    replica = null;
    const again = await start();
    const { id, replayed, code } = await createAtLast(again.url, 'k');
    expect([
      { id: unico.created[0], replayed: true, code: null },
      { id: null, replayed: false, code: 'OUTCOME_UNKNOWN' },
    ]).toContainEqual({ id, replayed, code });
    expect(unico.posts()).toHaveLength(1);
  });

  test('a creation that was answered is replayed, however often its program is killed', async () => {
    const unico = await startUnico();
    const start = deployment(unico, `sqlite:${sqliteFile()}`, VARIABLES);
    let replica = await start();
    expect(await create(replica.url, 'k')).toMatchObject(createdAs(unico.created[0]));
    for (let restart = 0; restart < 2; restart += 1) {
      await replica.kill();
      replica = await start();
      expect(await create(replica.url, 'k')).toMatchObject(replayedAs(unico.created[0]));
    }
    expect(unico.posts()).toHaveLength(1);
  });

  test('a creation that was answered is replayed from Redis, and one that was interrupted is never sent again', async () => {
    const arrived = gate();
    const unico = await startUnico((place) => {
      if (place === 0) return null;
      arrived.open();
      return 'never answer';
    });
    const start = deployment(unico, inject('redisUrl'), VARIABLES);
    const { url, kill } = await start();
    await create(url, 'done');
    const lost = cutOff(create(url, 'lost'));
    await arrived.passed;
    await kill();
    expect(await lost).toBe('cut off');
    const again = await start();
    expect(await create(again.url, 'done')).toMatchObject(replayedAs(unico.created[0]));
    expect(await createAtLast(again.url, 'lost')).toMatchObject(failedWith('OUTCOME_UNKNOWN'));
    expect(unico.posts()).toHaveLength(2);
  });
});
