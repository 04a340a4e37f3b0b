import { parseProcessId, type ProcessId } from '../../domain/process-id.ts';
import { isFinal, type Process } from '../../domain/process.ts';
import type { VerdictPolicy } from '../../domain/verdict/verdict.ts';
import type { CreationPromise, RecordedPromises } from '../creations/recorded-promises.ts';
import { StoreUnavailable } from '../../storage/store.ts';
import type { ProcessCache } from './process-cache.ts';

/** What a process completer needs. */
export type ProcessCompleterOptions = {
  promises: Pick<RecordedPromises, 'find'>;
  cache: Pick<ProcessCache, 'lookup'>;
  verdictPolicy: Pick<VerdictPolicy, 'verdictOf'>;
};

/**
 * Adds to a process what Unico does not report and its verdict depends on: what it was to establish, and whether the
 * earlier processes that it refers to were approved here.
 */
export class ProcessCompleter {
  readonly #promises: ProcessCompleterOptions['promises'];
  readonly #cache: ProcessCompleterOptions['cache'];
  readonly #verdictPolicy: ProcessCompleterOptions['verdictPolicy'];

  constructor({ promises, cache, verdictPolicy }: ProcessCompleterOptions) {
    this.#promises = promises;
    this.#cache = cache;
    this.#verdictPolicy = verdictPolicy;
  }

  /** A process that was read from Unico, with the promise that was recorded with its creation. */
  async completeRead(process: Process): Promise<Process> {
    try {
      const recorded = await this.#promises.find(process.id);
      return await this.completeCreated(process, recorded ?? { promise: null, references: [] });
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      // Without the store it is unknown whether the process was created here, which is not the same as elsewhere.
      return { ...process, promise: 'UNREADABLE', referenceApproved: null };
    }
  }

  /** A process with the promise of its creation. */
  async completeCreated(process: Process, { promise, references }: CreationPromise): Promise<Process> {
    const reported = parseProcessId(process.reference?.processId);
    const ids = reported === null ? references : [...references, reported];
    return { ...process, promise, referenceApproved: await this.#areApproved([...new Set(ids)]) };
  }

  /** Whether every process with a final verdict here is approved as a person; `null` where there is none of them. */
  async #areApproved(ids: readonly ProcessId[]): Promise<boolean | null> {
    const approvals = await Promise.all(ids.map((id) => this.#isApproved(id)));
    const known = approvals.filter((approved) => approved !== null);
    return known.length === 0 ? null : known.every(Boolean);
  }

  async #isApproved(id: ProcessId): Promise<boolean | null> {
    const entry = await this.#cache.lookup(id);
    const process = entry !== null && 'source' in entry ? entry.summary : null;
    if (process === null || !isFinal(process)) return null;
    const { confirms } = this.#verdictPolicy.verdictOf(process);
    return confirms.includes('IDENTITY') || confirms.includes('SAME_PERSON');
  }
}
