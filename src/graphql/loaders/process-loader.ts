import DataLoader from 'dataloader';
import type { OperationBudget } from '../../services/operation-budget.ts';
import type { ProcessReader } from '../../services/processes/process-reader.ts';
import { covers, maxLevel, type FetchLevel } from '../../domain/fetch-level.ts';
import type { ProcessId } from '../../domain/process-id.ts';
import { PROCESS_SOURCES, type Process, type ProcessKey } from '../../domain/process.ts';
import { batchByKey } from './batch-by-key.ts';

/** By id and source, as far as needed; `null` where no contract knows the id. */
export type ProcessLoader = {
  load(key: ProcessKey, level: FetchLevel): Promise<Process | null>;
  /** Forgets what was read of a process, because it was changed. */
  clear(id: ProcessId): void;
};

type Question = { key: ProcessKey; level: FetchLevel };

const nameOf = ({ id, source }: ProcessKey): string => (source === null ? id : `${id} ${source}`);

/** What one of these readings of the same process has found, or why one of them could not be made. */
async function foundBy(readings: Promise<Process | null>[]): Promise<Process | null> {
  const settled = await Promise.allSettled(readings);
  const found = settled.find((reading) => reading.status === 'fulfilled' && reading.value !== null);
  const outcome = found ?? settled.find((reading) => reading.status === 'rejected');
  if (outcome?.status === 'rejected') throw outcome.reason;
  return outcome?.value ?? null;
}

/** The greatest need of each process in a batch: one reading answers all. */
function highestLevels(questions: readonly Question[]): Map<ProcessId, FetchLevel> {
  const needs = new Map<ProcessId, FetchLevel>();
  for (const { key, level } of questions) needs.set(key.id, maxLevel(needs.get(key.id) ?? level, level));
  return needs;
}

/**
 * Reads each process once for a request, however often it is asked for and whether with its source or without, as far
 * as the most demanding of the questions needs it. Where one batch has both, the question without a source waits for
 * the others.
 */
export function createProcessLoader(
  reader: Pick<ProcessReader, 'read'>,
  operation: OperationBudget,
): ProcessLoader {
  /** What was asked for so far, by the name of its key. */
  const asked = new Map<string, { level: FetchLevel; reading: Promise<Process | null> }>();

  /** What was found with a source is known without it too, and the other way round. */
  function know(process: Process, level: FetchLevel, reading: Promise<Process | null>): void {
    for (const source of [null, process.source]) {
      const name = nameOf({ id: process.id, source });
      if (!covers(asked.get(name)?.level ?? 'key', level)) asked.set(name, { level, reading });
    }
  }

  function readAll(questions: readonly Question[]): Promise<(Process | null | Error)[]> {
    const needs = highestLevels(questions);
    const readings = new Map<string, Promise<Process | null>>();

    function read(key: ProcessKey): Promise<Process | null> {
      const name = nameOf(key);
      const before = readings.get(name);
      if (before !== undefined) return before;
      const level = needs.get(key.id) ?? 'summary';
      const reading = reader.read(key, level, operation.forRead());
      readings.set(name, reading);
      reading.then(
        (found) => found !== null && know(found, level, reading),
        () => {},
      );
      return reading;
    }
    const withSource = questions.map(({ key }) => key).filter(({ source }) => source !== null);
    const answer = async ({ key }: Question): Promise<Process | null> => {
      const same = key.source === null ? withSource.filter(({ id }) => id === key.id) : [];
      return (await foundBy(same.map(read))) ?? read(key);
    };
    return batchByKey(answer)(questions);
  }

  const batches = new DataLoader<Question, Process | null>(readAll, { name: 'process', cache: false });

  return {
    load(key, level) {
      const before = asked.get(nameOf(key));
      if (before !== undefined && covers(before.level, level)) return before.reading;
      const reading = batches.load({ key, level });
      asked.set(nameOf(key), { level, reading });
      return reading;
    },
    clear(id) {
      for (const source of [null, ...PROCESS_SOURCES]) asked.delete(nameOf({ id, source }));
    },
  };
}
