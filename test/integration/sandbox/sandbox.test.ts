import { connect } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startSandbox } from '../../../sandbox/sandbox.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { startSandboxClient } from '../../support/sandbox-client.ts';
import { APPROVED_IDCLOUD_ID, SAMPLE_IDCLOUD_ID } from '../../support/sandbox-requests.ts';

async function startedSandbox(): Promise<Sandbox> {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  return sandbox;
}

test('the sandbox does not start in production', async () => {
  vi.stubEnv('NODE_ENV', 'production');
  onTestFinished(() => void vi.unstubAllEnvs());
  await expect(startSandbox()).rejects.toThrow('does not start with NODE_ENV=production');
});

test.each(['0.0.0.0', '::', '192.168.0.1', 'example.com'])(
  'the sandbox does not listen on %s',
  async (host) => {
    await expect(startSandbox({ host })).rejects.toThrow('listens on loopback only');
  },
);

test('the sandbox has three listeners on three ports, and new credentials at every start', async () => {
  const [one, other] = await Promise.all([startedSandbox(), startedSandbox()]);
  const urls = [one, other].flatMap(({ idcloudUrl, apiUrl, identityUrl }) => [
    idcloudUrl,
    apiUrl,
    identityUrl,
  ]);
  expect(new Set(urls).size).toBe(6);
  for (const url of urls) expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(one.credentials.privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----/);
  expect(one.credentials.privateKey).not.toBe(other.credentials.privateKey);
  expect(new Set(Object.values(one.credentials.apiKeys)).size).toBe(4);
  expect(one.credentials.account.length).toBeLessThanOrEqual(12);
});

test('a token of one sandbox is invalid at another', async () => {
  const [one, other] = await Promise.all([startSandboxClient(), startSandboxClient()]);
  other.token = one.token;
  const response = await other.idcloud('GET', `/client/v1/process/${SAMPLE_IDCLOUD_ID}`);
  expect([response.status, response.text]).toEqual([401, 'Jwt verification fails']);
});

test('the SDK token of a process gives no access to the sandbox', async () => {
  const client = await startSandboxClient();
  const path = `/client/v1/process/${APPROVED_IDCLOUD_ID}`;
  client.token = (await client.idcloud('GET', path)).json.process.token;
  expect((await client.idcloud('GET', path)).status).toBe(401);
});

test('closing the sandbox destroys open connections and frees the ports', async () => {
  const sandbox = await startSandbox();
  const { port } = new URL(sandbox.apiUrl);
  const socket = connect(Number(port), '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => {});
  await sandbox.close();
  await closed;
  await expect(fetch(sandbox.apiUrl)).rejects.toThrow('fetch failed');
});

test('the request log has the requests in order, without queries or the numbers of persons', async () => {
  const client = await startSandboxClient();
  await client.requestToken('nonsense');
  await client.api('GET', '/documents/v1?code=12345678909&type=BR_CNH', { useCase: 'document' });
  await client.idcloud('GET', '/client/v1/process/12345678909');
  await client.idcloud('GET', `/client/v1/process/${SAMPLE_IDCLOUD_ID}`);
  expect(client.sandbox.requests).toEqual([
    { host: 'identity', method: 'POST', path: '/oauth2/token', status: 200 },
    { host: 'identity', method: 'POST', path: '/oauth2/token', status: 401 },
    { host: 'api', method: 'GET', path: '/documents/v1', status: 200 },
    { host: 'idcloud', method: 'GET', path: '/client/v1/process/*', status: 400 },
    { host: 'idcloud', method: 'GET', path: `/client/v1/process/${SAMPLE_IDCLOUD_ID}`, status: 200 },
  ]);
});

test('the request log has at most the last thousand requests', async () => {
  const client = await startSandboxClient();
  for (let i = 0; i < 101; i++) {
    await Promise.all(Array.from({ length: 10 }, () => client.call('api', '/')));
  }
  expect(client.sandbox.requests).toHaveLength(1000);
  expect(client.sandbox.requests[0]?.host).toBe('api');
});

test('a request body above 12 MiB is a 413', async () => {
  const client = await startSandboxClient();
  const limit = 12 * 1024 * 1024;
  const response = await client.api('POST', '/processes/v1', { body: 'x'.repeat(limit + 1) });
  expect([response.status, response.text]).toEqual([413, '']);
  const largest = await client.api('POST', '/processes/v1', { body: 'x'.repeat(limit) });
  expect(largest.json.error.code).toBe('20003');
});

test('a compressed request body is a 415', async () => {
  const client = await startSandboxClient();
  const headers = { 'content-encoding': 'gzip' };
  const response = await client.call('api', '/processes/v1', { method: 'POST', headers, body: 'x' });
  expect(response.status).toBe(415);
});

test('a path that is no URL is a 404 like any unknown path', async () => {
  const client = await startSandboxClient();
  expect((await client.idcloud('GET', '//')).status).toBe(404);
});
