import { connect } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { startSandbox } from '../../../sandbox/sandbox.ts';
import { askToken, startKit } from '../../support/sandbox-client.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('it does not start in production', async () => {
  vi.stubEnv('NODE_ENV', 'production');
  await expect(startSandbox()).rejects.toThrow('does not start with NODE_ENV=production');
});

test.each(['0.0.0.0', '::', '192.168.0.1', 'example.com'])('it does not listen on %s', async (host) => {
  await expect(startSandbox({ host })).rejects.toThrow('listens on loopback only');
});

test('it has three listeners on three ports, and credentials that are new at every start', async () => {
  const [one, other] = await Promise.all([startSandbox(), startSandbox()]);
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
  await Promise.all([one.close(), other.close()]);
});

test('a token of one sandbox is worth nothing at another', async () => {
  const [one, other] = await Promise.all([startKit(), startKit()]);
  other.token = one.token;
  const answer = await other.idcloud('GET', '/client/v1/process/53060f52-f146-4c12-a234-5bb5031f6f5b');
  expect([answer.status, answer.text]).toEqual([401, 'Jwt verification fails']);
  await Promise.all([one.close(), other.close()]);
});

test('the SDK’s token opens nothing', async () => {
  const kit = await startKit();
  const id = '1dc10d00-0000-4000-8000-000000000000';
  kit.token = (await kit.idcloud('GET', `/client/v1/process/${id}`)).json.process.token;
  expect((await kit.idcloud('GET', `/client/v1/process/${id}`)).status).toBe(401);
  await kit.close();
});

test('closing destroys connections that are open, and frees the ports', async () => {
  const sandbox = await startSandbox();
  const { port } = new URL(sandbox.apiUrl);
  const socket = connect(Number(port), '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  const gone = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => {});
  await sandbox.close();
  await gone;
  await expect(fetch(sandbox.apiUrl)).rejects.toThrow('fetch failed');
});

test('it tells what reached it, in order, without queries or numbers of persons', async () => {
  const kit = await startKit();
  await askToken(kit, 'nonsense');
  await kit.api('GET', '/documents/v1?code=12345678909&type=BR_CNH', undefined, 'document');
  await kit.idcloud('GET', '/client/v1/process/12345678909');
  await kit.idcloud('GET', '/client/v1/process/53060f52-f146-4c12-a234-5bb5031f6f5b');
  expect(kit.sandbox.requests).toEqual([
    { host: 'identity', method: 'POST', path: '/oauth2/token', status: 200 },
    { host: 'identity', method: 'POST', path: '/oauth2/token', status: 401 },
    { host: 'api', method: 'GET', path: '/documents/v1', status: 200 },
    { host: 'idcloud', method: 'GET', path: '/client/v1/process/*', status: 400 },
    {
      host: 'idcloud',
      method: 'GET',
      path: '/client/v1/process/53060f52-f146-4c12-a234-5bb5031f6f5b',
      status: 200,
    },
  ]);
  await kit.close();
});

test('of the requests the last thousand are kept', async () => {
  const kit = await startKit();
  for (let i = 0; i < 101; i++) {
    await Promise.all(Array.from({ length: 10 }, () => kit.call('api', 'GET', '/')));
  }
  expect(kit.sandbox.requests).toHaveLength(1000);
  expect(kit.sandbox.requests[0]?.host).toBe('api');
  await kit.close();
});

test('a body over 12 MiB is too large', async () => {
  const kit = await startKit();
  const answer = await kit.api('POST', '/processes/v1', 'x'.repeat(12 * 1024 * 1024 + 1));
  expect([answer.status, answer.text]).toEqual([413, '']);
  expect((await kit.api('POST', '/processes/v1', 'x'.repeat(12 * 1024 * 1024))).json.error.code).toBe(
    '20003',
  );
  await kit.close();
});

test('a compressed body is not read', async () => {
  const kit = await startKit();
  const headers = { 'content-encoding': 'gzip' };
  expect((await kit.call('api', 'POST', '/processes/v1', { headers, body: 'x' })).status).toBe(415);
  await kit.close();
});

test('a path that is no URL is answered like any other', async () => {
  const kit = await startKit();
  expect((await kit.idcloud('GET', '//')).status).toBe(404);
  await kit.close();
});
