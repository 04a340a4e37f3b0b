import DataLoader from 'dataloader';
import { covers, maxLevel, type FetchLevel } from '../../domain/fetch-level.ts';
import type { ProcessId } from '../../domain/process-id.ts';
import { PROCESS_SOURCES, type Process, type ProcessKey, type ProcessSource } from '../../domain/process.ts';
import type { OperationBudget } from '../../services/operation-budget.ts';
import { askingOrder, type CacheEntry } from '../../services/processes/process-cache.ts';
import type { ProcessReader } from '../../services/processes/process-reader.ts';
import { batchByKey } from './batch-by-key.ts';

type LoaderReader = Pick<ProcessReader, 'peek' | 'lookupSource' | 'lookup' | 'read'>;

/** A process that is not in memory. */
type LoadRequest = { key: ProcessKey; level: FetchLevel };

/** Identifies a key within a request. */
const nameOf = ({ id, source }: ProcessKey): string => (source === null ? id : `${id} ${source}`);

/**
 * The process that any of these reads of the same id found, else the failure of one of them; `null` where none failed
 * either.
 */
async function firstFound(reads: Promise<Process | null>[]): Promise<Process | null> {
  const settled = await Promise.allSettled(reads);
  const found = settled.find((read) => read.status === 'fulfilled' && read.value !== null);
  const outcome = found ?? settled.find((read) => read.status === 'rejected');
  if (outcome?.status === 'rejected') throw outcome.reason;
  return outcome?.value ?? null;
}

/** The highest level of each process in a batch: one read serves all requests for it. */
function highestLevels(requests: readonly LoadRequest[]): Map<ProcessId, FetchLevel> {
  const levels = new Map<ProcessId, FetchLevel>();
  for (const { key, level } of requests) levels.set(key.id, maxLevel(levels.get(key.id) ?? level, level));
  return levels;
}

/**
 * Reads each process once in a request, however often it is requested and whether with its source or without, up to the
 * highest level that is requested of it. Where one batch has both, the request without a source waits for the others.
 * What is cached of all processes is looked up first: it decides for which of them Unico is asked first.
 */
export class ProcessLoader {
  readonly #reader: LoaderReader;
  readonly #budget: OperationBudget;
  /**
   * The reads of this request, by the name of their key. Created with the first process that is not in memory: most
   * requests have none.
   */
  #reads: Map<string, { level: FetchLevel; process: Promise<Process | null> }> | null = null;
  /** Created together with `#reads`. */
  #batches: DataLoader<LoadRequest, Process | null> | null = null;

  constructor(reader: LoaderReader, budget: OperationBudget) {
    this.#reader = reader;
    this.#budget = budget;
  }

  /**
   * The process with a key up to a level, `null` where no contract knows it: synchronous where that is in memory.
   * Throws `UpstreamFailure`.
   */
  load(key: ProcessKey, level: FetchLevel): Process | Promise<Process | null> {
    return this.#reader.peek(key, level) ?? this.#readOnce(key, level);
  }

  /** The contract that holds a process; `null` where that is not known without a call to Unico. */
  source(key: ProcessKey): ProcessSource | Promise<ProcessSource | null> {
    return this.#reader.peek(key, 'source')?.source ?? this.#reader.lookupSource(key);
  }

  /** Discards what was read of a process, because the process was changed. */
  clear(id: ProcessId): void {
    for (const source of [null, ...PROCESS_SOURCES]) this.#reads?.delete(nameOf({ id, source }));
  }

  #readOnce(key: ProcessKey, level: FetchLevel): Promise<Process | null> {
    const name = nameOf(key);
    this.#reads ??= new Map();
    const before = this.#reads.get(name);
    if (before !== undefined && covers(before.level, level)) return before.process;
    this.#batches ??= new DataLoader((requests) => this.#readBatch(requests), {
      name: 'process',
      cache: false,
    });
    const process = this.#batches.load({ key, level });
    this.#reads.set(name, { level, process });
    return process;
  }

  async #readBatch(requests: readonly LoadRequest[]): Promise<(Process | null | Error)[]> {
    const levels = highestLevels(requests);
    const entries = await this.#reader.lookup([...levels.keys()]);
    const reads = new Map<string, Promise<Process | null>>();
    const read = (key: ProcessKey): Promise<Process | null> => {
      const name = nameOf(key);
      const before = reads.get(name);
      if (before !== undefined) return before;
      const started = this.#read(key, levels.get(key.id) ?? 'summary', entries.get(key.id) ?? null);
      reads.set(name, started);
      return started;
    };
    const withSource = requests.map(({ key }) => key).filter(({ source }) => source !== null);
    const readRequest = async ({ key }: LoadRequest): Promise<Process | null> => {
      const sameId = key.source === null ? withSource.filter(({ id }) => id === key.id) : [];
      if (sameId.length === 0) return read(key);
      const found = await firstFound(sameId.map(read));
      if (found !== null) return found;
      // The reads with a source have cached that their contracts do not know the id.
      const entry = (await this.#reader.lookup([key.id])).get(key.id);
      if (entry === undefined) entries.delete(key.id);
      else entries.set(key.id, entry);
      return read(key);
    };
    const orderOf = ({ key }: LoadRequest): number => askingOrder(entries.get(key.id) ?? null);
    const ordered = requests.toSorted((one, other) => orderOf(one) - orderOf(other));
    const results = await batchByKey(readRequest)(ordered);
    const byRequest = new Map(ordered.map((request, i) => [request, results[i]]));
    return requests.map((request) => byRequest.get(request) ?? null);
  }

  #read(key: ProcessKey, level: FetchLevel, entry: CacheEntry | null): Promise<Process | null> {
    const read = this.#reader.read({ key, level, entry }, this.#budget);
    read.then(
      (process) => process !== null && this.#shareBetweenKeys(process, level, read),
      () => {},
    );
    return read;
  }

  /** Makes a process that was found with its source available without it too, and the other way round. */
  #shareBetweenKeys({ id, source }: Process, level: FetchLevel, process: Promise<Process | null>): void {
    for (const known of [null, source]) {
      const name = nameOf({ id, source: known });
      if (!covers(this.#reads?.get(name)?.level ?? 'key', level)) this.#reads?.set(name, { level, process });
    }
  }
}
