import { LRUCache } from 'lru-cache';
import { Pool } from 'undici';
import { VerdictPolicy } from '../../src/domain/verdict/verdict.ts';
import { toProcess } from '../../src/upstream/unico/idcloud/to-process.ts';
import { processResponse } from '../../src/upstream/unico/idcloud/response-schemas.ts';

/** The verdicts of a deployment without an APIKEY: the processes of the rows are journeys of a published flow. */
const verdictPolicy = new VerdictPolicy({
  capabilities: { apiKeys: {}, flows: new Map() },
  reviewTeam: false,
});

/** More processes than any row requests, so that the cache never evicts one. */
const MAX = 100_000;

/**
 * A cache of processes that are ready to be returned: each with its verdict, which is computed once, by id. `get` returns
 * the process itself if the cache has it, and a promise of it the first time. No cheaper way exists for a peer. `upstream`
 * is the origin of the upstream stub.
 */
export function createPreparedProcesses(upstream) {
  const pool = new Pool(upstream);
  const cache = new LRUCache({ max: MAX });

  async function fetchProcess(id) {
    const { statusCode, body } = await pool.request({
      method: 'GET',
      path: `/client/v1/process/${id}`,
      headers: { authorization: 'Bearer a-token', accept: 'application/json' },
    });
    if (statusCode !== 200) throw new Error(`expected 200, got ${statusCode}`);
    const response = processResponse.parse(await body.json());
    const process = toProcess(response.process, id, Date.now());
    const prepared = { ...process, verdict: verdictPolicy.verdictOf(process) };
    cache.set(id, prepared);
    return prepared;
  }

  return { get: (id) => cache.get(id) ?? fetchProcess(id) };
}
