import { DatabaseSync } from 'node:sqlite';
import { describe, expect, inject, test } from 'vitest';
import {
  create,
  createWithRetries,
  createdAs,
  failedWith,
  onboarding,
  replayedAs,
  startBillingUpstream,
} from '../support/creation.ts';
import { gate } from '../support/gate.ts';
import { deployment, type KillableReplica } from '../support/deployment.ts';
import { tempFile } from '../support/stores.ts';

/** Short, because what is under way is of unknown outcome two seconds after it only. */
const VARIABLES = { REQUEST_TIMEOUT_MS: '2000' };
const cutOff = (creation: Promise<unknown>): Promise<unknown> => creation.catch(() => 'cut off');

/** How many keys of creations are in a file. */
function claimsIn(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = database.prepare("SELECT name FROM entries WHERE name LIKE 'creation.%'").all();
    return rows.length;
  } finally {
    database.close();
  }
}

describe('a program that is killed (SIGKILL), started again and asked with the same key', () => {
  test('before the request was sent: it is of unknown outcome, because nobody can tell, and is not sent', async () => {
    const unico = await startBillingUpstream(() => ({ status: 429, headers: { 'retry-after': '1' } }));
    const file = tempFile();
    const start = deployment(unico, `sqlite:${file}`, { REQUEST_TIMEOUT_MS: '4500' });
    const { url, kill } = await start();
    // After a 429 every request waits its turn for as long as Unico has said, this one with its key claimed.
    expect(await create(url, 'first')).toMatchObject(failedWith('RATE_LIMITED'));
    const waiting = cutOff(create(url, 'k'));
    await expect.poll(() => claimsIn(file), { interval: 5 }).toBe(1);
    await kill();
    expect(await waiting).toBe('cut off');
    expect(unico.posts()).toHaveLength(1);
    const again = await start();
    expect(await createWithRetries(again.url, 'k')).toMatchObject(failedWith('OUTCOME_UNKNOWN'));
    expect(unico.posts()).toHaveLength(1);
  });

  test('while Unico has the request: it is of unknown outcome for good, and never sent again', async () => {
    const [arrived, answered] = [gate(), gate()];
    const unico = await startBillingUpstream(async (place) => {
      if (place > 0) return null;
      arrived.open();
      await answered.opened;
      return null;
    });
    const start = deployment(unico, `sqlite:${tempFile()}`, VARIABLES);
    const { url, kill } = await start();
    const lost = cutOff(create(url, 'k'));
    await arrived.opened;
    await kill();
    answered.open();
    expect(await lost).toBe('cut off');
    const again = await start();
    // Right after the start it may still be under way, for all that the record says.
    expect(await createWithRetries(again.url, 'k')).toMatchObject({
      ...failedWith('OUTCOME_UNKNOWN'),
      problem: { retryable: false, message: expect.stringContaining('portal of Unico') },
    });
    expect(await create(again.url, 'k')).toMatchObject(failedWith('OUTCOME_UNKNOWN'));
    expect(await create(again.url, 'k', onboarding({}, 1))).toMatchObject(
      failedWith('IDEMPOTENCY_KEY_REUSED'),
    );
    expect(unico.posts()).toHaveLength(1);
    // Other creations are not in doubt.
    expect(await create(again.url, 'another')).toMatchObject({ replayed: false, code: null });
  });

  test('the moment Unico has answered: it is replayed or of unknown outcome, and never sent again', async () => {
    let replica: KillableReplica | null = null;
    const unico = await startBillingUpstream(() => {
      // Runs when the answer has just been handed to the socket.
      setImmediate(() => replica?.program.signal('SIGKILL'));
      return null;
    });
    const start = deployment(unico, `sqlite:${tempFile()}`, VARIABLES);
    replica = await start();
    await cutOff(create(replica.url, 'k'));
    await replica.program.ended;
    replica = null;
    const again = await start();
    const { id, replayed, code } = await createWithRetries(again.url, 'k');
    expect([
      { id: unico.created[0], replayed: true, code: null },
      { id: null, replayed: false, code: 'OUTCOME_UNKNOWN' },
    ]).toContainEqual({ id, replayed, code });
    expect(unico.posts()).toHaveLength(1);
  });

  test('after it has answered: the process is replayed, however often it is killed', async () => {
    const unico = await startBillingUpstream();
    const start = deployment(unico, `sqlite:${tempFile()}`, VARIABLES);
    let replica = await start();
    expect(await create(replica.url, 'k')).toMatchObject(createdAs(unico.created[0]));
    for (let restart = 0; restart < 2; restart += 1) {
      await replica.kill();
      replica = await start();
      expect(await create(replica.url, 'k')).toMatchObject(replayedAs(unico.created[0]));
    }
    expect(unico.posts()).toHaveLength(1);
  });

  test('with its store in Redis: what it has answered is replayed, what was under way is never sent again', async () => {
    const arrived = gate();
    const unico = await startBillingUpstream((place) => {
      if (place === 0) return null;
      arrived.open();
      return 'never answer';
    });
    const start = deployment(unico, inject('redisUrl'), VARIABLES);
    const { url, kill } = await start();
    await create(url, 'done');
    const lost = cutOff(create(url, 'lost'));
    await arrived.opened;
    await kill();
    expect(await lost).toBe('cut off');
    const again = await start();
    expect(await create(again.url, 'done')).toMatchObject(replayedAs(unico.created[0]));
    expect(await createWithRetries(again.url, 'lost')).toMatchObject(failedWith('OUTCOME_UNKNOWN'));
    expect(unico.posts()).toHaveLength(2);
  });
});
