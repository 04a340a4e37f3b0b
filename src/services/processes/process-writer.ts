import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import type { IdempotencyKey } from '../../domain/idempotency-key.ts';
import {
  sourceOfCreation,
  type DocumentNumber,
  type ProcessCreation,
} from '../../domain/process-creation.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import type { Person } from '../../domain/person.ts';
import type { ProcessId } from '../../domain/process-id.ts';
import type { ProcessSource } from '../../domain/process.ts';
import { userError, type UserError } from '../../domain/user-error.ts';
import type { UnicoClient } from '../../upstream/unico/client.ts';
import type { CreationResult, IdempotentCreations } from '../creations/idempotent-creations.ts';
import type { ProcessCache } from './process-cache.ts';

/** Done, or what the caller has to mend first; nothing was sent then. */
export type Written<T> = { ok: true; value: T } | { ok: false; problems: UserError[] };

/** A creation and the caller's name for it. */
export type Creation = { idempotencyKey: IdempotencyKey; input: ProcessCreation };

/** Creates and changes processes. Nothing is ever sent twice. Both methods throw `UpstreamFailure`. */
export type ProcessWriter = {
  /** Billable; once for each key. Paths of problems with the input are below its form, such as `['subject', 'code']`. */
  create(creation: Creation, callOptions: CallOptions): Promise<CreationResult>;
  /** The person as Unico now knows them. Paths of problems are below the mutation's input. */
  setDocument(
    id: ProcessId,
    document: DocumentNumber,
    callOptions: CallOptions,
  ): Promise<Written<Person | null>>;
  /** Waits until everything that was being written has come to its end. */
  flush(): Promise<void>;
};

type Client = Pick<
  UnicoClient,
  'createProcess' | 'setDocument' | 'validateCreation' | 'validateDocumentNumber'
>;

/** `contracts` are those in use; what would need another is refused. */
export function createProcessWriter(
  unico: Client,
  cache: ProcessCache,
  creations: IdempotentCreations,
  contracts: readonly ProcessSource[],
  observe: (kind: CreationResult['kind'] | 'failed') => void = () => {},
): ProcessWriter {
  function checkContract(source: ProcessSource): UserError[] {
    if (contracts.includes(source)) return [];
    const message = `this needs ${source}, and only ${contracts.join(', ')} is in use here`;
    return [userError('TENANT_NOT_CONFIGURED', message)];
  }

  const running = new Set<Promise<unknown>>();

  async function track<T>(writing: Promise<T>): Promise<T> {
    running.add(writing);
    try {
      return await writing;
    } finally {
      running.delete(writing);
    }
  }

  async function createAndKeep(creation: Creation, callOptions: CallOptions): Promise<CreationResult> {
    const { input } = creation;
    const created = await creations
      .create(
        creation,
        () => [...checkContract(sourceOfCreation(input)), ...unico.validateCreation(input)],
        () => unico.createProcess(input, callOptions),
        callOptions,
      )
      .catch((error: unknown) => {
        observe('failed');
        throw error;
      });
    observe(created.kind);
    if (created.kind === 'created') await cache.put(created.process);
    return created;
  }

  async function setAndOutdate(
    id: ProcessId,
    document: DocumentNumber,
    callOptions: CallOptions,
  ): Promise<Person | null> {
    try {
      const person = await unico.setDocument(id, document, callOptions);
      await cache.invalidate(id, 'IDCLOUD');
      return person;
    } catch (error) {
      // It may be set all the same, and which contract holds the id was not said.
      const surelyNot = error instanceof UpstreamFailure && !error.mayHaveHappened;
      if (!surelyNot) await cache.invalidate(id, null);
      throw error;
    }
  }

  return {
    async flush() {
      await Promise.allSettled(running);
      await creations.flush();
    },

    create: (creation, callOptions) => track(createAndKeep(creation, callOptions)),

    async setDocument(id, document, callOptions) {
      const problems = [...checkContract('IDCLOUD'), ...unico.validateDocumentNumber(document)];
      if (problems.length > 0) return { ok: false, problems };
      return { ok: true, value: await track(setAndOutdate(id, document, callOptions)) };
    },
  };
}
