import { Pool } from 'undici';
import { parseProcessId, type ProcessId } from '../../src/domain/process-id.ts';
import { MAX_CONNECTIONS } from '../../src/upstream/http/http-client.ts';
import { UnicoClient } from '../../src/upstream/unico/client.ts';
import { processIds } from './process-ids.ts';
import { serveOperations } from './worker-process.ts';

/*
 * Reads processes from the upstream stub (its origin is the first argument), ten at a time: through this subgraph's own
 * client (`product`), or with undici and JSON.parse alone (`bare`).
 */

const [, , url = '', client] = process.argv;

/** An operation of the subgraph has a signal and a timeout of its own (REQUEST_TIMEOUT_MS). */
const OPERATION_MS = 8_000;
const ATTEMPT_MS = 3_000;

function readWithProduct(): (id: ProcessId) => Promise<void> {
  const unico = new UnicoClient({
    origins: { idcloudUrl: url, apiUrl: url, identityUrl: url },
    credential: { accessToken: 'a-token' },
    apiKeys: { onboarding: 'a-key', transactional: null, document: null, age: null },
    attemptTimeoutMs: ATTEMPT_MS,
    operationTimeoutMs: OPERATION_MS,
    rateLimiter: null,
  });
  return async (id) => {
    const { signal } = new AbortController();
    const callOptions = {
      signal,
      deadline: performance.now() + OPERATION_MS,
      claims: [{ lane: 'interactive', client: null, sequence: 0, processId: id, isBegun: false }],
    } as const;
    const found = await unico.getProcess('IDCLOUD', id, callOptions);
    if (found?.state !== 'FINISHED') throw new Error('expected a finished process');
  };
}

function readBare(): (id: ProcessId) => Promise<void> {
  const pool = new Pool(url, { connections: MAX_CONNECTIONS });
  const headers = { authorization: 'Bearer a-token', accept: 'application/json' };
  return async (id) => {
    const { statusCode, body } = await pool.request({
      method: 'GET',
      path: `/client/v1/process/${id}`,
      headers,
    });
    const found: unknown = JSON.parse(await body.text());
    if (statusCode !== 200 || found === null) throw new Error('expected a process');
  };
}

const ids = processIds(1_000).flatMap((text) => parseProcessId(text) ?? []);
const read = client === 'product' ? readWithProduct() : readBare();

serveOperations(10, async (index) => {
  const id = ids[index % ids.length];
  if (id === undefined) throw new Error('unreachable: there are a thousand');
  await read(id);
});
