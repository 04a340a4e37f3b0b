import { inject, onTestFinished, expect, test } from 'vitest';
import { AUTHENTICATION } from '../support/configuration.ts';
import { startReplica, type Replica } from '../support/replica.ts';
import { tempFile } from '../support/stores.ts';
import { startBillingUpstream } from '../support/creation.ts';

const ONE_REPLICA = 'SQLite serves one replica only: a second one would create processes again';
const NEW_STORE = 'the store is new: it knows no creation of before';

async function startInProduction(variables: Record<string, string>): Promise<Replica> {
  const replica = await startReplica(await startBillingUpstream(), {
    ...AUTHENTICATION,
    ...variables,
    NODE_ENV: 'production',
  });
  onTestFinished(() => replica.program.signal('SIGKILL'));
  return replica;
}

const readiness = async ({ url }: Replica): Promise<unknown> => (await fetch(`${url}/readyz`)).json();
const notes = (replica: Replica): unknown[] =>
  replica.logged('store-note').map(({ level, msg }) => [level, msg]);

test('SQLite in production is for one replica only, as the log and /readyz say', async () => {
  const replica = await startInProduction({ STORE_URL: `sqlite:${tempFile()}` });
  expect(await readiness(replica)).toMatchObject({ status: 'ready', store: 'one replica only' });
  expect(notes(replica)).toEqual([
    [40, NEW_STORE],
    [40, ONE_REPLICA],
  ]);
});

test('Redis in production is for any number of replicas', async () => {
  const replica = await startInProduction({ STORE_URL: inject('redisUrl') });
  expect(await readiness(replica)).toMatchObject({ status: 'ready' });
  expect(await readiness(replica)).not.toHaveProperty('store');
  expect(JSON.stringify(notes(replica))).not.toContain('one replica');
});
