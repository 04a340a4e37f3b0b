import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  create,
  createdAs,
  createWithRetries,
  failedWith,
  startBillingUpstream,
} from '../support/creation.ts';
import { startReplica } from '../support/replica.ts';
import { tempFile } from '../support/stores.ts';

/** A program over a SQLite file, and another process that can lock the file: this one. */
async function startOverFile() {
  const unico = await startBillingUpstream();
  const file = tempFile();
  const replica = await startReplica(unico, {
    STORE_URL: `sqlite:${file}`,
    UNICO_CONTRACTS: 'idcloud,processes-v1',
    UNICO_RATE_LIMIT: '1000',
  });
  onTestFinished(() => replica.program.signal('SIGKILL'));
  const other = new DatabaseSync(file);
  onTestFinished(() => other.close());
  return { unico, replica, other };
}

const body = async (url: string): Promise<unknown> => (await fetch(url)).json();

/** How many times `/livez` answers within this time, in milliseconds, when it is asked again and again. */
async function countLive(url: string, ms: number): Promise<number> {
  const until = performance.now() + ms;
  let answers = 0;
  while (performance.now() < until) {
    expect(await body(`${url}/livez`)).toEqual({ status: 'alive' });
    answers += 1;
  }
  return answers;
}

describe('a SQLite file that another process locks', () => {
  test('reads of Unico go on, creations are refused, and /livez answers, until the lock is released', async () => {
    const { unico, replica, other } = await startOverFile();
    const first = await create(replica.url, 'first');
    expect(first).toMatchObject(createdAs(unico.created[0]));
    other.exec('BEGIN EXCLUSIVE');
    const refused = Array.from({ length: 20 }, (_, n) => create(replica.url, `key-${n}`));
    // A program whose event loop waits for the lock, a quarter of a second each time, answers some eight times in this time.
    expect(await countLive(replica.url, 2_000)).toBeGreaterThan(50);
    for (const attempt of await Promise.all(refused)) {
      expect(attempt).toMatchObject(failedWith('IDEMPOTENCY_UNAVAILABLE'));
    }
    const selection = '{ state person { duiValue } }';
    const { data, errors } = await replica.ask(`{ process(id: "${first.id}") ${selection} }`);
    expect(errors).toEqual([]);
    expect(data.process).toMatchObject({ state: expect.any(String) });
    expect(await body(`${replica.url}/readyz`)).toMatchObject({ degraded: 'SQLite write failed (5)' });
    expect(unico.posts()).toHaveLength(1);
    other.exec('ROLLBACK');
    const retried = await createWithRetries(replica.url, 'key-0');
    expect(retried).toMatchObject(createdAs(unico.created[1]));
    expect(unico.posts()).toHaveLength(2);
    expect(await body(`${replica.url}/readyz`)).toEqual({ status: 'ready' });
  });
});
