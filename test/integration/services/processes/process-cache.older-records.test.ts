import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { emptyProcess } from '../../../../src/domain/process.ts';
import { ProcessCache } from '../../../../src/services/processes/process-cache.ts';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';
import { SAMPLE } from '../../../fixtures/s0-get-idcloud-process.ts';
import { idcloudPath, idOf, newEncryptor, read, startWorld } from '../../../support/reads.ts';

test('records whose kinds had other shapes are ignored: the process is read from Unico and stored anew', async () => {
  const [store, encryptor] = [new MemoryStore(), newEncryptor()];
  const id = idOf(randomUUID());
  const older = {
    ...emptyProcess(id, 'IDCLOUD'),
    state: 'FAILED',
    callbackUri: 'https://example.com/older',
    userRedirectUrl: null,
    person: { duiType: 'BR_CPF', duiValue: 'older', friendlyName: 'older', notificationChannels: [] },
    documents: [{ id: 'older', signedUrls: ['https://example.com/older'], number: 'older' }],
  };
  const until = Date.now() + 60_000;
  const records: [kind: string, record: object][] = [
    ['process.1', { source: 'IDCLOUD', projection: older, until }],
    ['process.2', { source: 'IDCLOUD', projection: older, until }],
    ['process.2', { source: 'IDCLOUD', summary: older, until }],
    ['process.3', { source: 'IDCLOUD', summary: older, until }],
    ['process.4', { notFoundIn: ['IDCLOUD'], until }],
    ['personal.1', older],
    ['personal.2', older],
  ];
  for (const [kind, record] of records) {
    const label = { kind, id };
    const encrypted = encryptor.encrypt(label, JSON.stringify(record));
    await store.set(encryptor.storageKeys(label), encrypted, { ttlMs: 60_000 });
  }
  const cache = new ProcessCache(store, encryptor);
  expect(await cache.lookup(id)).toBeNull();
  expect(await cache.getFull(id, 'personal')).toBeNull();

  const { upstream, replicas } = await startWorld(
    ({ path }) =>
      path === idcloudPath(id) ? { body: { process: { ...SAMPLE.process, id } } } : { status: 404 },
    { stores: [store], encryptor },
  );
  for (const selection of ['state', 'state callbackUri person { duiValue } documents { number signedUrl }']) {
    const { data, errors } = await read(replicas[0], id, selection);
    expect(errors).toEqual([]);
    expect(data.process.state).toBe('FINISHED');
    expect(JSON.stringify(data)).not.toContain('older');
  }
  expect(upstream.calls()).toEqual([`GET ${idcloudPath(id)}`]);
});

test('an erasure also removes the records that a replica of an earlier version has stored', async () => {
  const [store, encryptor] = [new MemoryStore(), newEncryptor()];
  const id = idOf(randomUUID());
  const labels = ['process.1', 'process.2', 'process.3', 'process.4', 'personal.1', 'personal.2'].map(
    (kind) => ({
      kind,
      id,
    }),
  );
  for (const label of labels) {
    const encrypted = encryptor.encrypt(label, JSON.stringify({}));
    await store.set(encryptor.storageKeys(label), encrypted, { ttlMs: 60_000 });
  }
  await new ProcessCache(store, encryptor).erase(id);
  for (const key of labels.flatMap((label) => encryptor.storageKeys(label)))
    expect(await store.get(key)).toBeNull();
});
