import { expect, onTestFinished, test } from 'vitest';
import { openRedis } from '../../../../src/storage/redis/open-redis.ts';
import { StoreLost, type Store } from '../../../../src/storage/store.ts';
import { SqliteStore } from '../../../../src/storage/sqlite/sqlite-store.ts';
import {
  create,
  createdAs,
  failedWith,
  replayedAs,
  startBillingUpstream,
  startHeldUpstream,
  startReplicaOf,
} from '../../../support/creation.ts';
import { overrideStore, rawRedis, startOwnRedis, tempFile } from '../../../support/stores.ts';

const REFUSED = {
  ...failedWith('IDEMPOTENCY_UNAVAILABLE'),
  problem: {
    retryable: true,
    message: expect.stringMatching(/has lost data, so nothing was created.*operator/),
  },
};

test('after a loss, keys that the store still knows are replayed, and all others are refused and not sent', async () => {
  const redis = await startOwnRedis();
  const { store } = await openRedis(redis.url);
  onTestFinished(() => store.close());
  const unico = await startBillingUpstream();
  const { url } = await startReplicaOf(unico, { store });
  expect(await create(url, 'known')).toMatchObject(createdAs(unico.created[0]));
  await (await rawRedis(redis.url)).set('identity-subgraph:lost', '1');
  for (let attempt = 0; attempt < 3; attempt += 1) {
    expect(await create(url, 'new')).toMatchObject(REFUSED);
    expect(await create(url, 'known')).toMatchObject(replayedAs(unico.created[0]));
  }
  expect(unico.posts()).toHaveLength(1);
});

test('a creation that is in flight when the store loses data is answered, and its outcome is stored', async () => {
  const { unico, arrived, answer } = await startHeldUpstream();
  const inner = new SqliteStore(tempFile());
  onTestFinished(() => inner.close());
  let isLost = false;
  const store: Store = overrideStore(inner, {
    add: async (...args) => {
      if (isLost) throw new StoreLost();
      return inner.add(...args);
    },
  });
  const { url } = await startReplicaOf(unico, { store });
  const creation = create(url, 'in-flight');
  await arrived;
  isLost = true;
  answer();
  expect(await creation).toMatchObject({ replayed: false, code: null });
  expect(await create(url, 'in-flight')).toMatchObject(replayedAs(unico.created[0]));
  expect(await create(url, 'new')).toMatchObject(REFUSED);
  expect(unico.posts()).toHaveLength(1);
});
