import DataLoader from 'dataloader';
import type { ProcessReader } from '../access/process-reader.ts';
import type { Process, ProcessKey } from '../domain/process.ts';
import { batchByKey } from './batch-by-key.ts';

/** By id and source; `null` where no contract knows the id. */
export type ProcessLoader = DataLoader<ProcessKey, Process | null, string>;

/** What one of these readings of the same process has found, or why one of them could not be made. */
async function foundBy(readings: Promise<Process | null>[]): Promise<Process | null> {
  const settled = await Promise.allSettled(readings);
  const found = settled.find((reading) => reading.status === 'fulfilled' && reading.value !== null);
  const outcome = found ?? settled.find((reading) => reading.status === 'rejected');
  if (outcome?.status === 'rejected') throw outcome.reason;
  return outcome?.value ?? null;
}

/**
 * Reads each process once for a request, whether it is asked for with its source, without it, or both ways: where one
 * batch has both, the question without a source waits for the others, and what is found is known under both keys.
 */
export function createProcessLoader(reader: ProcessReader, signal: AbortSignal): ProcessLoader {
  const loader: ProcessLoader = new DataLoader(
    async (keys) => {
      const withSource = new Map(keys.filter(({ source }) => source !== null).map((key) => [key, read(key)]));
      const withoutSource = async (key: ProcessKey): Promise<Process | null> => {
        const same = [...withSource].filter(([{ id }]) => id === key.id).map(([, reading]) => reading);
        return (await foundBy(same)) ?? read(key);
      };
      return batchByKey((key: ProcessKey) => withSource.get(key) ?? withoutSource(key))(keys);
    },
    { name: 'process', cacheKeyFn: ({ id, source }) => `${id} ${source ?? ''}` },
  );

  async function read(key: ProcessKey): Promise<Process | null> {
    const process = await reader.read(key, signal);
    if (process !== null) {
      for (const source of [null, process.source]) loader.prime({ id: key.id, source }, process);
    }
    return process;
  }

  return loader;
}
