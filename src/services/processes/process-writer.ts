import type { CallOptions } from '../../domain/call-options.ts';
import type { Person } from '../../domain/person.ts';
import { type DocumentNumber, validateContract } from '../../domain/process-creation.ts';
import type { ProcessId } from '../../domain/process-id.ts';
import type { ProcessSource } from '../../domain/process.ts';
import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import type { UserError } from '../../domain/user-error.ts';
import type { UnicoClient } from '../../upstream/unico/client.ts';
import type { Creation, CreationResult, IdempotentCreations } from '../creations/idempotent-creations.ts';
import type { ProcessCache } from './process-cache.ts';
import type { ProcessCompleter } from './process-completer.ts';

/** The value of a write, or the problems with its input; with problems, nothing was sent. */
export type WriteResult<T> = { ok: true; value: T } | { ok: false; problems: UserError[] };

/** What a process writer needs. */
export type ProcessWriterOptions = {
  unico: Pick<UnicoClient, 'setDocument' | 'validateDocumentNumber'>;
  cache: Pick<ProcessCache, 'put' | 'invalidate'>;
  completer: Pick<ProcessCompleter, 'completeCreated'>;
  creations: Pick<IdempotentCreations, 'create' | 'flush'>;
  /** The contracts in use; a write in another contract is refused. */
  contracts: readonly ProcessSource[];
};

/** Creates and changes processes. No request is sent twice. */
export class ProcessWriter {
  readonly #unico: ProcessWriterOptions['unico'];
  readonly #cache: ProcessWriterOptions['cache'];
  readonly #completer: ProcessWriterOptions['completer'];
  readonly #creations: ProcessWriterOptions['creations'];
  readonly #contracts: readonly ProcessSource[];
  readonly #running = new Set<Promise<unknown>>();

  constructor({ unico, cache, completer, creations, contracts }: ProcessWriterOptions) {
    this.#unico = unico;
    this.#cache = cache;
    this.#completer = completer;
    this.#creations = creations;
    this.#contracts = contracts;
  }

  /**
   * Creates a process, once for its key. Billable. Paths of input problems are below the input's form, such as
   * `['subject', 'code']`. Throws `UpstreamFailure`.
   */
  create(creation: Creation, callOptions: CallOptions): Promise<CreationResult> {
    return this.#track(this.#createAndCache(creation, callOptions));
  }

  /**
   * Sets the document of a journey (upstream.md §S3) and returns the person that Unico then reports. Paths of problems
   * are below the mutation's input. Throws `UpstreamFailure`.
   */
  async setDocument(
    id: ProcessId,
    document: DocumentNumber,
    callOptions: CallOptions,
  ): Promise<WriteResult<Person | null>> {
    const contractProblems = validateContract('IDCLOUD', this.#contracts);
    const problems = [...contractProblems, ...this.#unico.validateDocumentNumber(document)];
    if (problems.length > 0) return { ok: false, problems };
    return { ok: true, value: await this.#track(this.#setAndInvalidate(id, document, callOptions)) };
  }

  /** Resolves when every write has ended and every outcome of a creation is stored. */
  async flush(): Promise<void> {
    await Promise.allSettled(this.#running);
    await this.#creations.flush();
  }

  async #createAndCache(creation: Creation, callOptions: CallOptions): Promise<CreationResult> {
    const result = await this.#creations.create(creation, callOptions);
    if (result.kind !== 'created') return result;
    const process = await this.#completer.completeCreated(result.process, result.promise);
    await this.#cache.put(process);
    return { ...result, process };
  }

  async #setAndInvalidate(
    id: ProcessId,
    document: DocumentNumber,
    callOptions: CallOptions,
  ): Promise<Person | null> {
    try {
      const person = await this.#unico.setDocument(id, document, callOptions);
      await this.#cache.invalidate(id, 'IDCLOUD');
      return person;
    } catch (error) {
      const notSet = error instanceof UpstreamFailure && !error.mayHaveHappened;
      // Unico may have set the document all the same; the failure does not say which contract has the process.
      if (!notSet) await this.#cache.invalidate(id, null);
      throw error;
    }
  }

  async #track<T>(write: Promise<T>): Promise<T> {
    this.#running.add(write);
    try {
      return await write;
    } finally {
      this.#running.delete(write);
    }
  }
}
