import type { IdempotencyKey } from '../domain/idempotency-key.ts';
import type { NewDocument, NewProcess } from '../domain/new-process.ts';
import type { Person } from '../domain/person.ts';
import type { ProcessId } from '../domain/process-id.ts';
import type { Process, ProcessSource } from '../domain/process.ts';
import { userError, type UserError } from '../domain/user-error.ts';
import type { Store } from '../store/store.ts';
import { checkCaptureInput } from '../unico/checks/capture.ts';
import { checkDocumentInput } from '../unico/checks/set-document.ts';
import { checkJourneyInput } from '../unico/checks/journey.ts';
import type { Unico } from '../unico/unico.ts';

/** Done, or what the caller has to mend first; nothing was sent then. */
export type Written<T> = { ok: true; value: T } | { ok: false; problems: UserError[] };

/** A creation and the caller's name for it. */
export type Creation = { idempotencyKey: IdempotencyKey; input: NewProcess };

/** Creates and changes processes. Nothing is ever sent twice. Both methods throw `UpstreamFailure`. */
export type ProcessWriter = {
  /** Billable. Paths of problems are below the form's own input, such as `['subject', 'code']`. */
  create(creation: Creation, signal: AbortSignal): Promise<Written<Process>>;
  /** The person as Unico now knows them. Paths of problems are below the mutation's input. */
  setDocument(id: ProcessId, document: NewDocument, signal: AbortSignal): Promise<Written<Person | null>>;
  /** Waits until everything that was being written has come to its end. */
  settled(): Promise<void>;
};

type Clients = Pick<Unico, 'idcloud' | 'processesV1'>;

function checkInput(input: NewProcess): UserError[] {
  return input.kind === 'journey' ? checkJourneyInput(input) : checkCaptureInput(input, Date.now());
}

function refused<T>(problems: UserError[]): Written<T> {
  return { ok: false, problems };
}

/** `contracts` are those in use; what would need another is refused. */
export function createProcessWriter(
  unico: Clients,
  store: Store,
  contracts: readonly ProcessSource[],
): ProcessWriter {
  function checkContract(source: ProcessSource): UserError[] {
    if (contracts.includes(source)) return [];
    return [
      userError(
        'TENANT_NOT_CONFIGURED',
        `this needs ${source}, and only ${contracts.join(', ')} is in use here`,
      ),
    ];
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

  return {
    async settled() {
      await Promise.allSettled(running);
    },

    async create({ input }, signal) {
      const source = input.kind === 'journey' ? 'IDCLOUD' : 'PROCESSES_V1';
      const problems = [...checkContract(source), ...checkInput(input)];
      if (problems.length > 0) return refused(problems);
      const process = await track(
        input.kind === 'journey'
          ? unico.idcloud.createJourney(input, signal)
          : unico.processesV1.createProcess(input, signal),
      );
      store.rememberSource(process.id, source);
      return { ok: true, value: process };
    },

    async setDocument(id, document, signal) {
      const problems = [...checkContract('IDCLOUD'), ...checkDocumentInput(document)];
      if (problems.length > 0) return refused(problems);
      const person = await track(unico.idcloud.setDocument(id, document, signal));
      store.rememberSource(id, 'IDCLOUD');
      return { ok: true, value: person };
    },
  };
}
