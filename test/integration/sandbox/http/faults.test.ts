import { afterAll, beforeAll, expect, test } from 'vitest';
import { SandboxClient } from '../../../support/sandbox-client.ts';
import type { SandboxResponse } from '../../../support/sandbox-client.ts';
import {
  BROKEN_CONNECTION,
  SAMPLE_PROCESSES_V1_ID,
  codeOf,
  idcloudCreationBody,
  idcloudIdOf,
  onboardingBody,
  processesV1IdOf,
} from '../../../support/sandbox-requests.ts';

let client: SandboxClient;

beforeAll(async () => {
  client = await SandboxClient.start({ slowMs: 20 });
});

afterAll(() => client.close());

/** Every operation that a fault applies to; setting the document is tested on its own. */
const OPERATIONS: [operation: string, send: (scenario: string) => Promise<SandboxResponse>][] = [
  [
    'POST processes/v1',
    (scenario) => client.api('POST', '/processes/v1', { body: onboardingBody({ code: codeOf(scenario) }) }),
  ],
  ['GET processes/v1', (scenario) => client.api('GET', `/processes/v1/${processesV1IdOf(scenario)}`)],
  [
    'GET documents/v1',
    (scenario) =>
      client.api('GET', `/documents/v1?type=BR_RG&code=${codeOf(scenario)}`, { useCase: 'document' }),
  ],
  [
    'POST client/v1/process',
    (scenario) =>
      client.idcloud('POST', '/client/v1/process', idcloudCreationBody({}, { duiValue: codeOf(scenario) })),
  ],
  [
    'GET client/v1/process',
    (scenario) => client.idcloud('GET', `/client/v1/process/${idcloudIdOf(scenario)}`),
  ],
];

test.each(OPERATIONS)(
  '%s: a 429 has Retry-After in seconds, as a date, or not at all',
  async (_operation, send) => {
    for (const [scenario, retryAfter] of [
      ['quota-seconds', '12'],
      ['quota-http-date', 'Mon, 23 Nov 2026 12:00:12 GMT'],
      ['quota-silent', undefined],
    ] as const) {
      const response = await send(scenario);
      expect([response.status, response.text, response.headers['retry-after']]).toEqual([
        429,
        '',
        retryAfter,
      ]);
    }
  },
);

test.each(OPERATIONS)(
  '%s: a 429 that is over at once affects every other request',
  async (_operation, send) => {
    const seen = [];
    for (let i = 0; i < 4; i++) {
      const { status, headers } = await send('quota-once');
      seen.push([status, headers['retry-after']]);
    }
    expect(seen).toEqual([
      [429, '0'],
      [200, undefined],
      [429, '0'],
      [200, undefined],
    ]);
  },
);

test.each(OPERATIONS)('%s: an internal failure is a 500 with 99999', async (_operation, send) => {
  const response = await send('internal-error');
  expect(response.status).toBe(500);
  expect(String(response.json.code ?? response.json.error.code)).toBe('99999');
});

test.each(OPERATIONS)(
  '%s: the intermittent failure affects every other request',
  async (_operation, send) => {
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await send('internal-error-then-fine')).status);
    expect(statuses).toEqual([500, 200, 500, 200]);
  },
);

test.each(OPERATIONS)('%s: the response of the slow identity arrives', async (_operation, send) => {
  expect((await send('slow')).status).toBe(200);
});

test.each(OPERATIONS)('%s: a connection breaks before the response', async (_operation, send) => {
  await expect(send('dropped')).rejects.toThrow(BROKEN_CONNECTION);
});

test.each(OPERATIONS)('%s: a connection breaks in the middle of the body', async (_operation, send) => {
  await expect(send('dropped-mid-body')).rejects.toThrow(BROKEN_CONNECTION);
});

test.each(OPERATIONS)('%s: the body is HTML instead of JSON', async (_operation, send) => {
  for (const [scenario, status] of [
    ['html', 200],
    ['html-bad-gateway', 502],
  ] as const) {
    const response = await send(scenario);
    expect([response.status, response.headers['content-type']]).toEqual([status, 'text/html; charset=utf-8']);
    expect(response.json).toBeUndefined();
  }
});

test('without a number the name selects the fault', async () => {
  const { imageBase64 } = onboardingBody();
  const compare = (name: string) =>
    client.api('POST', '/processes/v1', {
      body: { imageBase64, referenceProcessId: SAMPLE_PROCESSES_V1_ID, subject: { name } },
      useCase: 'transactional',
    });
  expect((await compare('Irma Internal')).status).toBe(500);
  expect((await compare('Quentin Quota')).status).toBe(429);
  expect((await compare('Anna Other')).status).toBe(200);
});

test('closing the sandbox does not wait for a slow response', async () => {
  const slow = await SandboxClient.start({ slowMs: 3_600_000 });
  const pending = slow.api('GET', `/processes/v1/${processesV1IdOf('slow')}`).catch(() => 'broken');
  while (slow.sandbox.requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
  await slow.sandbox.close();
  expect(await pending).toBe('broken');
});
