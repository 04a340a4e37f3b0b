import { expect, test } from 'vitest';
import { startSandboxClient } from '../../../support/sandbox-client.ts';
import type { SandboxClient } from '../../../support/sandbox-client.ts';
import { SAMPLE_IDCLOUD_ID, SAMPLE_PROCESSES_V1_ID } from '../../../support/sandbox-requests.ts';

const QUOTA = { requestsPerSecond: 4 };

const readApi = (client: SandboxClient) => client.api('GET', `/processes/v1/${SAMPLE_PROCESSES_V1_ID}`);
const readIdcloud = (client: SandboxClient) =>
  client.idcloud('GET', `/client/v1/process/${SAMPLE_IDCLOUD_ID}`);

test('both contracts share one quota of the tenant', async () => {
  const client = await startSandboxClient(QUOTA);
  for (const read of [readApi, readIdcloud, readApi, readIdcloud]) {
    expect((await read(client)).status).toBe(200);
  }
  for (const read of [readApi, readIdcloud]) {
    const response = await read(client);
    expect([response.status, response.text, response.headers['retry-after']]).toEqual([429, '', '1']);
  }
});

test('a 429 does not use the quota, and a second refills it', async () => {
  const client = await startSandboxClient(QUOTA);
  for (let i = 0; i < 20; i++) await readApi(client);
  client.clock.nowMs += 1000;
  for (let i = 0; i < 4; i++) expect((await readIdcloud(client)).status).toBe(200);
  expect((await readIdcloud(client)).status).toBe(429);
});

test('a part of a second refills the same part of the quota', async () => {
  const client = await startSandboxClient(QUOTA);
  for (let i = 0; i < 4; i++) await readApi(client);
  client.clock.nowMs += 250;
  expect((await readApi(client)).status).toBe(200);
  expect((await readApi(client)).status).toBe(429);
});

test('a minute without requests leaves the quota of one second', async () => {
  const client = await startSandboxClient(QUOTA);
  client.clock.nowMs += 60_000;
  const statuses = [];
  for (let i = 0; i < 6; i++) statuses.push((await readApi(client)).status);
  expect(statuses).toEqual([200, 200, 200, 200, 429, 429]);
});

test('a request that fails uses the quota', async () => {
  const client = await startSandboxClient(QUOTA);
  for (let i = 0; i < 4; i++) await client.call('api', '/processes/v1/1');
  expect((await readIdcloud(client)).status).toBe(429);
});

test('the token service has no quota', async () => {
  const client = await startSandboxClient(QUOTA);
  for (let i = 0; i < 6; i++) await readApi(client);
  await expect(client.renewToken()).resolves.toBeUndefined();
});

test('a quota below one per second admits one request, and Retry-After has the seconds to wait', async () => {
  const client = await startSandboxClient({ requestsPerSecond: 0.2 });
  expect((await readApi(client)).status).toBe(200);
  const response = await readApi(client);
  expect([response.status, response.headers['retry-after']]).toEqual([429, '5']);
  client.clock.nowMs += 5000;
  expect((await readApi(client)).status).toBe(200);
});
