import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SUBJECT_CORE } from './cores.ts';

/** What to cache, and where. */
export type Fill = {
  /** `sqlite:` and `redis:` URLs in the format of STORE_URL. */
  stores: readonly string[];
  /** In the format of DATA_KEY. */
  dataKey: string;
  /** The origin of the upstream that the subgraph will have. */
  upstream: string;
  /** The number of the first process (see `processIds`). */
  first?: number;
  /** How many processes to cache. */
  count: number;
};

/** Caches finished processes in all of the stores. Returns how long that took, in seconds. */
export async function fillCache({ stores, dataKey, upstream, first = 0, count }: Fill): Promise<number> {
  const started = performance.now();
  const args = ['bench/support/cache-filler.ts', dataKey, upstream, String(first), String(count), ...stores];
  // No row measures meanwhile, so the subject's core is free; Redis has the other core.
  await promisify(execFile)('taskset', ['--cpu-list', String(SUBJECT_CORE), process.execPath, ...args]);
  return (performance.now() - started) / 1000;
}
