import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { AuthorizedClient } from '../../../../src/upstream/unico/authorized-client.ts';
import { HttpClient } from '../../../../src/upstream/http/http-client.ts';
import type { HttpRequest } from '../../../../src/upstream/http/types.ts';
import { FixedToken } from '../../../../src/upstream/unico/credentials/access-token.ts';
import { callOptionsOf } from '../../../support/call-options.ts';

/** The connection limit per origin (`http-client.ts`). */
const MAX_CONNECTIONS = 32;

/** Starts an upstream that holds all responses until the test ends them. */
async function startHolding(): Promise<{ origin: string; held: ServerResponse[] }> {
  const held: ServerResponse[] = [];
  const server = createServer((_, response) => void held.push(response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return { origin: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, held };
}

function request(name: string, signal: AbortSignal): HttpRequest {
  return {
    name,
    method: 'GET',
    path: `/${name}`,
    headers: {},
    resource: null,
    timeoutMs: 20_000,
    callOptions: { ...callOptionsOf(), signal },
  };
}

test('a request that waits for a connection fails when its caller leaves, and is never sent', async () => {
  const { origin, held } = await startHolding();
  const http = new HttpClient(origin);
  onTestFinished(() => http.close());
  const neverAborted = new AbortController().signal;
  const first = Array.from({ length: MAX_CONNECTIONS }, () => http.send(request('first', neverAborted)));
  await expect.poll(() => held).toHaveLength(MAX_CONNECTIONS);
  const leaving = new AbortController();
  const late = http.send(request('late', leaving.signal));
  leaving.abort();
  await expect(late).rejects.toThrow('late: no connection in time; nothing was sent');
  for (const response of held) response.end('{}');
  await Promise.all(first);
  const last = http.send(request('last', neverAborted));
  await expect.poll(() => held).toHaveLength(MAX_CONNECTIONS + 1);
  held.at(-1)?.end('{}');
  await last;
  expect(held.map(({ req }) => req.url)).not.toContain('/late');
});

test('requests that wait for a connection are sent before the responses that freed it are parsed', async () => {
  const { origin, held } = await startHolding();
  const http = new HttpClient(origin);
  onTestFinished(() => http.close());
  const client = new AuthorizedClient({
    send: (sent) => http.send(sent),
    family: 'idcloud',
    tokens: new FixedToken('a-token'),
    tokenVariable: 'UNICO_ACCESS_TOKEN',
    attemptTimeoutMs: 20_000,
    operationTimeoutMs: 20_000,
  });
  const neverAborted = new AbortController().signal;
  const events: string[] = [];
  const first = Array.from({ length: MAX_CONNECTIONS }, async () => {
    await client.send(request('first', neverAborted));
    events.push('read');
  });
  await expect.poll(() => held).toHaveLength(MAX_CONNECTIONS);
  const waiting = Array.from({ length: MAX_CONNECTIONS }, () =>
    client.send({ ...request('waiting', neverAborted), onSent: () => void events.push('sent') }),
  );
  // All in one event-loop tick, as the responses of a page arrive: the same event loop reads them here.
  for (const response of held) response.end('{}');
  await Promise.all(first);
  await expect.poll(() => held).toHaveLength(2 * MAX_CONNECTIONS);
  for (const response of held.slice(MAX_CONNECTIONS)) response.end('{}');
  await Promise.all(waiting);
  expect(events).toEqual([...Array(MAX_CONNECTIONS).fill('sent'), ...Array(MAX_CONNECTIONS).fill('read')]);
});
