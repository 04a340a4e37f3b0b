import { LRUCache } from 'lru-cache';
import { Pool } from 'undici';
import { verdictOf } from '../../src/domain/verdict/verdict.ts';
import { toProcess } from '../../src/upstream/unico/idcloud/to-process.ts';
import { processAnswer } from '../../src/upstream/unico/idcloud/response-schemas.ts';

/** More than any row asks for, so that nothing that is known is ever forgotten. */
const MAX = 100_000;

/**
 * Processes as they are answered, with their verdict, made once and then looked up by id: `get` answers with the
 * process itself where it is known, and with a promise of it the first time. No peer can do it for less.
 */
export function createKeptProcesses(upstream) {
  const pool = new Pool(upstream);
  const kept = new LRUCache({ max: MAX });

  async function fetchProcess(id) {
    const { statusCode, body } = await pool.request({
      method: 'GET',
      path: `/client/v1/process/${id}`,
      headers: { authorization: 'Bearer a-token', accept: 'application/json' },
    });
    if (statusCode !== 200) throw new Error(`expected 200, got ${statusCode}`);
    const answer = processAnswer.parse(await body.json());
    const process = toProcess(answer.process, id, Date.now());
    const ready = { ...process, verdict: verdictOf(process) };
    kept.set(id, ready);
    return ready;
  }

  return { get: (id) => kept.get(id) ?? fetchProcess(id) };
}
