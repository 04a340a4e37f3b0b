import { expect, test } from 'vitest';
import { startSandboxClient } from '../../../support/sandbox-client.ts';
import { codeOf, onboardingBody } from '../../../support/sandbox-requests.ts';

test('a pending onboarding settles after the processing time', async () => {
  const client = await startSandboxClient({ processingMs: 3000 });
  const body = onboardingBody({ code: codeOf('pending-then-done') });
  const { status, json } = await client.api('POST', '/processes/v1', { body });
  expect([status, json.status, json.score]).toEqual([200, 1, undefined]);
  await client.advance(2999);
  expect((await client.api('GET', `/processes/v1/${json.id}`)).json.status).toBe(1);
  await client.advance(1);
  expect((await client.api('GET', `/processes/v1/${json.id}`)).json).toMatchObject({
    status: 3,
    score: 64,
  });
});

test.each([
  ['divergence', 2],
  ['never-finishes', 1],
])('an onboarding of %s has status %i permanently', async (scenario, status) => {
  const client = await startSandboxClient({ processingMs: 3000 });
  const body = onboardingBody({ code: codeOf(scenario) });
  const { json } = await client.api('POST', '/processes/v1', { body });
  await client.advance(86_400_000);
  expect((await client.api('GET', `/processes/v1/${json.id}`)).json).toMatchObject({ id: json.id, status });
});
