import { afterEach, beforeEach, expect, test } from 'vitest';
import { startKit } from '../../../support/sandbox-client.ts';
import type { Kit } from '../../../support/sandbox-client.ts';

let kit: Kit;

beforeEach(async () => {
  kit = await startKit({ requestsPerSecond: 4 });
});

afterEach(() => kit.close());

const api = () => kit.api('GET', '/processes/v1/80371b2a-3ac7-432e-866d-57fe37896ac6');
const idcloud = () => kit.idcloud('GET', '/client/v1/process/53060f52-f146-4c12-a234-5bb5031f6f5b');

test('both contracts draw on one quota of the tenant', async () => {
  for (const send of [api, idcloud, api, idcloud]) expect((await send()).status).toBe(200);
  for (const send of [api, idcloud]) {
    const answer = await send();
    expect([answer.status, answer.text, answer.headers['retry-after']]).toEqual([429, '', '1']);
  }
});

test('refused calls cost nothing, and a second fills the quota again', async () => {
  for (let i = 0; i < 20; i++) await api();
  kit.clock.nowMs += 1000;
  for (let i = 0; i < 4; i++) expect((await idcloud()).status).toBe(200);
  expect((await idcloud()).status).toBe(429);
});

test('part of a second gives part of the quota', async () => {
  for (let i = 0; i < 4; i++) await api();
  kit.clock.nowMs += 250;
  expect((await api()).status).toBe(200);
  expect((await api()).status).toBe(429);
});

test('a long pause saves nothing up', async () => {
  kit.clock.nowMs += 60_000;
  const statuses = [];
  for (let i = 0; i < 6; i++) statuses.push((await api()).status);
  expect(statuses).toEqual([200, 200, 200, 200, 429, 429]);
});

test('calls that fail count as well', async () => {
  for (let i = 0; i < 4; i++) await kit.call('api', 'GET', '/processes/v1/1');
  expect((await idcloud()).status).toBe(429);
});

test('the token service has no quota', async () => {
  for (let i = 0; i < 6; i++) await api();
  await expect(kit.renewToken()).resolves.toBeUndefined();
});

test('a quota below one a second lets one through, and says how many seconds to wait', async () => {
  const slow = await startKit({ requestsPerSecond: 0.2 });
  const send = () => slow.api('GET', '/processes/v1/80371b2a-3ac7-432e-866d-57fe37896ac6');
  expect((await send()).status).toBe(200);
  const answer = await send();
  expect([answer.status, answer.headers['retry-after']]).toEqual([429, '5']);
  slow.clock.nowMs += 5000;
  expect((await send()).status).toBe(200);
  await slow.close();
});
