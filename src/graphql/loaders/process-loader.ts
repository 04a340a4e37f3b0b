import DataLoader from 'dataloader';
import type { Operation } from '../../services/operation-budget.ts';
import type { ProcessReader, Reading } from '../../services/processes/process-reader.ts';
import { answers, greater, type Need } from '../../domain/fetch-level.ts';
import type { ProcessId } from '../../domain/process-id.ts';
import { PROCESS_SOURCES, type ProcessKey } from '../../domain/process.ts';
import { batchByKey } from './batch-by-key.ts';

/** By id and source, as far as needed; `null` where no contract knows the id. */
export type ProcessLoader = {
  load(key: ProcessKey, need: Need): Promise<Reading | null>;
  /** Forgets what was read of a process, because it was changed. */
  forget(id: ProcessId): void;
};

type Question = { key: ProcessKey; need: Need };

const nameOf = ({ id, source }: ProcessKey): string => (source === null ? id : `${id} ${source}`);

/** What one of these readings of the same process has found, or why one of them could not be made. */
async function foundBy(readings: Promise<Reading | null>[]): Promise<Reading | null> {
  const settled = await Promise.allSettled(readings);
  const found = settled.find((reading) => reading.status === 'fulfilled' && reading.value !== null);
  const outcome = found ?? settled.find((reading) => reading.status === 'rejected');
  if (outcome?.status === 'rejected') throw outcome.reason;
  return outcome?.value ?? null;
}

/** The greatest need of each process in a batch: one reading answers all. */
function greatestNeeds(questions: readonly Question[]): Map<ProcessId, Need> {
  const needs = new Map<ProcessId, Need>();
  for (const { key, need } of questions) needs.set(key.id, greater(needs.get(key.id) ?? need, need));
  return needs;
}

/**
 * Reads each process once for a request, however often it is asked for and whether with its source or without, as far
 * as the most demanding of the questions needs it. Where one batch has both, the question without a source waits for
 * the others.
 */
export function createProcessLoader(
  reader: Pick<ProcessReader, 'read'>,
  operation: Operation,
): ProcessLoader {
  /** What was asked for so far, by the name of its key. */
  const asked = new Map<string, { need: Need; reading: Promise<Reading | null> }>();

  /** What was found with a source is known without it too, and the other way round. */
  function know({ process }: Reading, need: Need, reading: Promise<Reading | null>): void {
    for (const source of [null, process.source]) {
      const name = nameOf({ id: process.id, source });
      if (!answers(asked.get(name)?.need ?? 'key', need)) asked.set(name, { need, reading });
    }
  }

  function readAll(questions: readonly Question[]): Promise<(Reading | null | Error)[]> {
    const needs = greatestNeeds(questions);
    const readings = new Map<string, Promise<Reading | null>>();

    function read(key: ProcessKey): Promise<Reading | null> {
      const name = nameOf(key);
      const before = readings.get(name);
      if (before !== undefined) return before;
      const need = needs.get(key.id) ?? 'projection';
      const reading = reader.read(key, need, operation.read());
      readings.set(name, reading);
      reading.then(
        (found) => found !== null && know(found, need, reading),
        () => {},
      );
      return reading;
    }
    const withSource = questions.map(({ key }) => key).filter(({ source }) => source !== null);
    const answer = async ({ key }: Question): Promise<Reading | null> => {
      const same = key.source === null ? withSource.filter(({ id }) => id === key.id) : [];
      return (await foundBy(same.map(read))) ?? read(key);
    };
    return batchByKey(answer)(questions);
  }

  const batches = new DataLoader<Question, Reading | null>(readAll, { name: 'process', cache: false });

  return {
    load(key, need) {
      const before = asked.get(nameOf(key));
      if (before !== undefined && answers(before.need, need)) return before.reading;
      const reading = batches.load({ key, need });
      asked.set(nameOf(key), { need, reading });
      return reading;
    },
    forget(id) {
      for (const source of [null, ...PROCESS_SOURCES]) asked.delete(nameOf({ id, source }));
    },
  };
}
