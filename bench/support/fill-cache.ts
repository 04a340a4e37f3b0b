import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SUBJECT_CORE } from './cores.ts';

/** What is kept, and where. */
export type Fill = {
  /** `sqlite:` and `redis:` addresses, as STORE_URL has them. */
  stores: readonly string[];
  /** As DATA_KEY has it. */
  dataKey: string;
  /** The address of the upstream that the subgraph will have. */
  upstream: string;
  /** The number of the first process (see `processIds`). */
  first?: number;
  count: number;
};

/** Keeps so many finished processes in all of the stores, and tells how long that took, in seconds. */
export async function fillKept({ stores, dataKey, upstream, first = 0, count }: Fill): Promise<number> {
  const started = performance.now();
  const args = ['bench/support/cache-filler.ts', dataKey, upstream, String(first), String(count), ...stores];
  // Nothing is measured meanwhile, and Redis has the other core.
  await promisify(execFile)('taskset', ['--cpu-list', String(SUBJECT_CORE), process.execPath, ...args]);
  return (performance.now() - started) / 1000;
}
