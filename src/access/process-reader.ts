import type { ProcessId } from '../domain/process-id.ts';
import type { Process, ProcessKey, ProcessSource } from '../domain/process.ts';
import { unreachable } from '../domain/unreachable.ts';
import type { Store } from '../store/store.ts';
import type { Unico } from '../unico/unico.ts';

/** Reads processes of both contracts. */
export type ProcessReader = {
  /** The process, `null` where no contract knows it. Throws `UpstreamFailure`. */
  read(key: ProcessKey, signal: AbortSignal): Promise<Process | null>;
  /** The contract that holds a process, where that is known without asking. */
  knownSource(key: ProcessKey): ProcessSource | null;
};

type Clients = Pick<Unico, 'idcloud' | 'processesV1'>;

/**
 * `contracts` are those in use, in the order in which an id of unknown source is asked about; the others are never
 * asked. What is found is remembered, so that each id is looked for once.
 */
export function createProcessReader(
  unico: Clients,
  store: Store,
  contracts: readonly ProcessSource[],
): ProcessReader {
  function readFrom(source: ProcessSource, id: ProcessId, signal: AbortSignal): Promise<Process | null> {
    switch (source) {
      case 'IDCLOUD':
        return unico.idcloud.getProcess(id, signal);
      case 'PROCESSES_V1':
        return unico.processesV1.getProcess(id, signal);
      default:
        return unreachable(source, 'contract');
    }
  }

  function knownSource({ id, source }: ProcessKey): ProcessSource | null {
    const only = contracts.length === 1 ? contracts[0] : undefined;
    return source ?? only ?? store.sourceOf(id);
  }

  return {
    knownSource,
    async read(key, signal) {
      const known = knownSource(key);
      for (const source of known === null ? contracts : [known]) {
        const process = await readFrom(source, key.id, signal);
        if (process !== null) {
          store.rememberSource(key.id, source);
          return process;
        }
      }
      return null;
    },
  };
}
