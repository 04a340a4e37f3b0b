import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import type { IdempotencyKey } from '../../domain/idempotency-key.ts';
import type { NewDocument, NewProcess } from '../../domain/process-creation.ts';
import type { Patience } from '../../domain/call-options.ts';
import type { Person } from '../../domain/person.ts';
import type { ProcessId } from '../../domain/process-id.ts';
import type { Process, ProcessSource } from '../../domain/process.ts';
import { userError, type UserError } from '../../domain/user-error.ts';
import { checkCaptureInput } from '../../upstream/unico/validation/capture.ts';
import { checkDocumentInput } from '../../upstream/unico/validation/document-number.ts';
import { checkJourneyInput } from '../../upstream/unico/validation/journey.ts';
import type { Unico } from '../../upstream/unico/client.ts';
import type { Created, Creations } from '../creations/idempotent-creations.ts';
import type { KeptProcesses } from './process-cache.ts';
import type { ProcessReader } from './process-reader.ts';

/** Done, or what the caller has to mend first; nothing was sent then. */
export type Written<T> = { ok: true; value: T } | { ok: false; problems: UserError[] };

/** A creation and the caller's name for it. */
export type Creation = { idempotencyKey: IdempotencyKey; input: NewProcess };

/** Creates and changes processes. Nothing is ever sent twice. Both methods throw `UpstreamFailure`. */
export type ProcessWriter = {
  /** Billable; once for each key. Paths of problems with the input are below its form, such as `['subject', 'code']`. */
  create(creation: Creation, patience: Patience): Promise<Created>;
  /** The person as Unico now knows them. Paths of problems are below the mutation's input. */
  setDocument(id: ProcessId, document: NewDocument, patience: Patience): Promise<Written<Person | null>>;
  /** Waits until everything that was being written has come to its end. */
  settled(): Promise<void>;
};

type Clients = Pick<Unico, 'idcloud' | 'processesV1'>;

function checkInput(input: NewProcess): UserError[] {
  return input.kind === 'journey' ? checkJourneyInput(input) : checkCaptureInput(input, Date.now());
}

function sourceOf(input: NewProcess): ProcessSource {
  return input.kind === 'journey' ? 'IDCLOUD' : 'PROCESSES_V1';
}

/** `contracts` are those in use; what would need another is refused. */
export function createProcessWriter(
  unico: Clients,
  kept: KeptProcesses,
  reader: Pick<ProcessReader, 'changed'>,
  creations: Creations,
  contracts: readonly ProcessSource[],
  observe: (kind: Created['kind'] | 'failed') => void = () => {},
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

  function send(input: NewProcess, patience: Patience): Promise<Process> {
    return input.kind === 'journey'
      ? unico.idcloud.createJourney(input, patience)
      : unico.processesV1.createProcess(input, patience);
  }

  async function createAndKeep(creation: Creation, patience: Patience): Promise<Created> {
    const { input } = creation;
    const created = await creations
      .create(
        creation,
        () => [...checkContract(sourceOf(input)), ...checkInput(input)],
        () => send(input, patience),
        patience,
      )
      .catch((error: unknown) => {
        observe('failed');
        throw error;
      });
    observe(created.kind);
    if (created.kind === 'created') await kept.keep(created.process);
    return created;
  }

  async function setAndOutdate(
    id: ProcessId,
    document: NewDocument,
    patience: Patience,
  ): Promise<Person | null> {
    try {
      const person = await unico.idcloud.setDocument(id, document, patience);
      await reader.changed(id, 'IDCLOUD');
      return person;
    } catch (error) {
      // It may be set all the same, and which contract holds the id was not said.
      const surelyNot = error instanceof UpstreamFailure && !error.mayHaveHappened;
      if (!surelyNot) await reader.changed(id, null);
      throw error;
    }
  }

  return {
    async settled() {
      await Promise.allSettled(running);
      await creations.settled();
    },

    create: (creation, patience) => track(createAndKeep(creation, patience)),

    async setDocument(id, document, patience) {
      const problems = [...checkContract('IDCLOUD'), ...checkDocumentInput(document)];
      if (problems.length > 0) return { ok: false, problems };
      return { ok: true, value: await track(setAndOutdate(id, document, patience)) };
    },
  };
}
