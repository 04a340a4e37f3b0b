import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { createAuthorizedSend } from '../../../../src/upstream/unico/authorized-client.ts';
import { HttpClient } from '../../../../src/upstream/http/http-client.ts';
import type { HttpRequest } from '../../../../src/upstream/http/types.ts';
import { FixedToken } from '../../../../src/upstream/unico/credentials/access-token.ts';
import { callOptionsOf } from '../../../support/call-options.ts';

/** As many as run at a time to one origin (`http.ts`). */
const AT_A_TIME = 32;

/** An upstream that answers when the test says so. */
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
    timeoutMs: 20_000,
    callOptions: { ...callOptionsOf(), signal },
  };
}

test('a request that waits for a connection ends when nobody waits for it any more, and is never sent', async () => {
  const { origin, held } = await startHolding();
  const http = new HttpClient(origin);
  onTestFinished(() => http.close());
  const staying = new AbortController().signal;
  const first = Array.from({ length: AT_A_TIME }, () => http.send(request('first', staying)));
  await expect.poll(() => held).toHaveLength(AT_A_TIME);
  const leaving = new AbortController();
  const late = http.send(request('late', leaving.signal));
  leaving.abort();
  await expect(late).rejects.toThrow('late: no answer in time');
  for (const response of held) response.end('{}');
  await Promise.all(first);
  const last = http.send(request('last', staying));
  await expect.poll(() => held).toHaveLength(AT_A_TIME + 1);
  held.at(-1)?.end('{}');
  await last;
  expect(held.map(({ req }) => req.url)).not.toContain('/late');
});

test('what waits for a connection leaves before the answer that gave it free is read', async () => {
  const { origin, held } = await startHolding();
  const http = new HttpClient(origin);
  onTestFinished(() => http.close());
  const ask = createAuthorizedSend(http.send, 'idcloud', new FixedToken('a-token'), 20_000, 20_000);
  const staying = new AbortController().signal;
  const events: string[] = [];
  const first = Array.from({ length: AT_A_TIME }, async () => {
    await ask(request('first', staying));
    events.push('read');
  });
  await expect.poll(() => held).toHaveLength(AT_A_TIME);
  const waiting = Array.from({ length: AT_A_TIME }, () =>
    ask({ ...request('waiting', staying), onSent: () => void events.push('sent') }),
  );
  // All in one turn, as the answers to a page come: here it is the same event loop that reads them.
  for (const response of held) response.end('{}');
  await Promise.all(first);
  await expect.poll(() => held).toHaveLength(2 * AT_A_TIME);
  for (const response of held.slice(AT_A_TIME)) response.end('{}');
  await Promise.all(waiting);
  expect(events).toEqual([...Array(AT_A_TIME).fill('sent'), ...Array(AT_A_TIME).fill('read')]);
});
