import { afterAll, beforeAll, expect, test } from 'vitest';
import { IDENTITIES } from '../../../../sandbox/identities/index.ts';
import { journey, onboarding, startKit } from '../../../support/sandbox-client.ts';
import type { Answer, Kit } from '../../../support/sandbox-client.ts';

/** What the caller's HTTP client says of a connection that is gone. */
const broken = /other side closed|ECONNRESET|terminated/;

let kit: Kit;

beforeAll(async () => {
  kit = await startKit({ slowMs: 20 });
});

afterAll(() => kit.close());

function row(scenario: string) {
  const found = IDENTITIES.find((one) => one.scenario === scenario);
  if (!found?.idcloudProcessId || !found.processesProcessId) throw new Error(`${scenario} is not seeded`);
  return { ...found, idcloudProcessId: found.idcloudProcessId, processesProcessId: found.processesProcessId };
}

/** Everywhere where a fault strikes. */
const places: [where: string, send: (scenario: string) => Promise<Answer>][] = [
  [
    'POST processes/v1',
    (scenario) => kit.api('POST', '/processes/v1', onboarding({ code: row(scenario).code })),
  ],
  ['GET processes/v1', (scenario) => kit.api('GET', `/processes/v1/${row(scenario).processesProcessId}`)],
  [
    'GET documents/v1',
    (scenario) =>
      kit.api('GET', `/documents/v1?type=BR_RG&code=${row(scenario).code}`, undefined, 'document'),
  ],
  [
    'POST client/v1/process',
    (scenario) => kit.idcloud('POST', '/client/v1/process', journey({}, { duiValue: row(scenario).code })),
  ],
  [
    'GET client/v1/process',
    (scenario) => kit.idcloud('GET', `/client/v1/process/${row(scenario).idcloudProcessId}`),
  ],
];

test.each(places)(
  '%s: 429 comes with seconds, with a date, or with nothing to wait for',
  async (_where, send) => {
    for (const [scenario, retryAfter] of [
      ['quota-seconds', '12'],
      ['quota-http-date', 'Mon, 23 Nov 2026 12:00:12 GMT'],
      ['quota-silent', undefined],
    ] as const) {
      const answer = await send(scenario);
      expect([answer.status, answer.text, answer.headers['retry-after']]).toEqual([429, '', retryAfter]);
    }
  },
);

test.each(places)('%s: an internal failure is a 500 with 99999', async (_where, send) => {
  const answer = await send('internal-error');
  expect(answer.status).toBe(500);
  expect(String(answer.json.code ?? answer.json.error.code)).toBe('99999');
});

test.each(places)('%s: the intermittent failure takes turns', async (_where, send) => {
  const statuses = [];
  for (let i = 0; i < 4; i++) statuses.push((await send('internal-error-then-fine')).status);
  expect(statuses).toEqual([500, 200, 500, 200]);
});

test.each(places)('%s: the slow identity answers in the end', async (_where, send) => {
  expect((await send('slow')).status).toBe(200);
});

test.each(places)('%s: a connection breaks before any answer', async (_where, send) => {
  await expect(send('dropped')).rejects.toThrow(broken);
});

test.each(places)('%s: a connection breaks in the middle of the body', async (_where, send) => {
  await expect(send('dropped-mid-body')).rejects.toThrow(broken);
});

test.each(places)('%s: a page comes instead of JSON', async (_where, send) => {
  for (const [scenario, status] of [
    ['html', 200],
    ['html-bad-gateway', 502],
  ] as const) {
    const answer = await send(scenario);
    expect([answer.status, answer.headers['content-type']]).toEqual([status, 'text/html; charset=utf-8']);
    expect(answer.json).toBeUndefined();
  }
});

test('without a number the name chooses the fault', async () => {
  const { imageBase64 } = onboarding();
  const body = { imageBase64, referenceProcessId: '80371b2a-3ac7-432e-866d-57fe37896ac6' };
  const transact = (name: string) =>
    kit.api('POST', '/processes/v1', { ...body, subject: { name } }, 'transactional');
  expect((await transact('Irma Internal')).status).toBe(500);
  expect((await transact('Quentin Quota')).status).toBe(429);
  expect((await transact('Somebody Else')).status).toBe(200);
});

test('closing does not wait for a slow answer', async () => {
  const short = await startKit({ slowMs: 3_600_000 });
  const pending = short.api('GET', `/processes/v1/${row('slow').processesProcessId}`).catch(() => 'broken');
  while (short.sandbox.requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
  await short.sandbox.close();
  expect(await pending).toBe('broken');
});
