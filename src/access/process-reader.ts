import { setTimeout as sleep } from 'node:timers/promises';
import { UpstreamFailure } from '../domain/failure.ts';
import { answers, type Need } from '../domain/need.ts';
import type { Patience } from '../domain/patience.ts';
import type { ProcessId } from '../domain/process-id.ts';
import type { Process, ProcessKey, ProcessSource } from '../domain/process.ts';
import { unreachable } from '../domain/unreachable.ts';
import type { Unico } from '../unico/unico.ts';
import { createFlights, type Start } from './flights.ts';
import type { KeptProcesses, Known } from './kept-processes.ts';
import type { Leases } from './leases.ts';

/** A process, and why its personal part is not there where it was needed and could not be read. */
export type Reading = { process: Process; lacks: UpstreamFailure | null };

/** Reads processes of both contracts, and asks Unico only for what is not known yet. */
export type ProcessReader = {
  /** The process as far as it is needed, `null` where no contract knows it. Throws `UpstreamFailure`. */
  read(key: ProcessKey, need: Need, patience: Patience): Promise<Reading | null>;
  /** The contract that holds a process, where that is known without asking. */
  knownSource(key: ProcessKey): Promise<ProcessSource | null>;
  /** To be told when a process was changed, or may be: what was known and asked before holds no longer. */
  changed(id: ProcessId, source: ProcessSource | null): Promise<void>;
};

/** Where an answer came from: what was kept, Unico, or nowhere, because no contract knows the id. */
export type ReadFrom = 'kept' | 'unico' | 'nowhere';

type Clients = Pick<Unico, 'idcloud' | 'processesV1'>;

/** How often a replica looks whether another one has found what both are asked for; a read takes some 260 ms (facts 2). */
const LOOK_MS = 20;

/** Names of work under way: what may come from another replica, and what only Unico can answer. */
const sharedKey = (source: ProcessSource, id: ProcessId): string => `${source} ${id}`;
const anewKey = (source: ProcessSource, id: ProcessId): string => `${source} ${id} anew`;

/** What to make of what is known, for a question to one contract. */
function knownAnswer(known: Known | null, source: ProcessSource): Process | 'absent' | null {
  if (known === null) return null;
  // Which contract holds a process never changes, whatever else does.
  if ('source' in known && known.source !== source) return 'absent';
  if (known.until <= Date.now()) return null;
  if ('source' in known) return known.projection;
  return known.absentFrom.includes(source) ? 'absent' : null;
}

/**
 * `contracts` are those in use, in the order in which an id of unknown source is asked about; the others are never
 * asked. `leases` are those of replicas that share what is kept; `null` where there is one replica alone.
 */
export function createProcessReader(
  unico: Clients,
  kept: KeptProcesses,
  leases: Leases | null,
  contracts: readonly ProcessSource[],
  observe: (from: ReadFrom) => void = () => {},
): ProcessReader {
  const flights = createFlights<Process | null>();

  function get(source: ProcessSource, id: ProcessId, patience: Patience): Promise<Process | null> {
    switch (source) {
      case 'IDCLOUD':
        return unico.idcloud.getProcess(id, patience);
      case 'PROCESSES_V1':
        return unico.processesV1.getProcess(id, patience);
      default:
        return unreachable(source, 'contract');
    }
  }

  type Ask = (
    source: ProcessSource,
    id: ProcessId,
    ...start: Parameters<Start<void>>
  ) => Promise<Process | null>;

  const askAndKeep: Ask = async (source, id, patience, isOpen) => {
    const process = await get(source, id, patience);
    if (isOpen()) await (process === null ? kept.keepAbsence(id, source) : kept.keep(process));
    return process;
  };

  /** Asks, unless another replica is asking: then its answer is waited for. */
  const askOrWait =
    (among: Leases): Ask =>
    async (source, id, patience, isOpen) => {
      while (!patience.signal.aborted) {
        const giveBack = await among.take(`${source} ${id}`);
        const known = knownAnswer(await kept.known(id), source);
        const found = known === 'absent' || known === null ? null : await kept.whole(id, 'personal');
        if (giveBack !== null) {
          try {
            // It may have been found between looking and taking the lease.
            if (known === 'absent') return null;
            return found ?? (await askAndKeep(source, id, patience, isOpen));
          } finally {
            await giveBack();
          }
        }
        if (known === 'absent') return null;
        if (found !== null) return found;
        await sleep(LOOK_MS);
      }
      throw new UpstreamFailure('unavailable', 'another replica got no answer in time', {
        mayHaveHappened: false,
      });
    };

  function ask(
    source: ProcessSource,
    id: ProcessId,
    need: Need,
    patience: Patience,
  ): Promise<Process | null> {
    // What is not kept can not be had from another replica.
    const among = answers('personal', need) ? leases : null;
    const asking = among === null ? askAndKeep : askOrWait(among);
    const key = leases !== null && among === null ? anewKey(source, id) : sharedKey(source, id);
    return flights.join(key, patience, (shared, isOpen) => asking(source, id, shared, isOpen));
  }

  async function find(
    sources: readonly ProcessSource[],
    id: ProcessId,
    known: Known | null,
    need: Need,
    patience: Patience,
  ): Promise<Process | null> {
    for (const source of sources) {
      if (knownAnswer(known, source) === 'absent') continue;
      const process = await ask(source, id, need, patience);
      if (process !== null) return process;
    }
    return null;
  }

  function sourceIn(known: Known | null, { source }: ProcessKey): ProcessSource | null {
    const only = contracts.length === 1 ? contracts[0] : undefined;
    return source ?? only ?? (known !== null && 'source' in known ? known.source : null);
  }

  /** What is kept of a process whose projection is known, where that is enough. */
  async function enoughOf(projection: Process, need: Need): Promise<Process | null> {
    if (answers('projection', need)) return projection;
    return need === 'sdk-token' ? null : kept.whole(projection.id, need);
  }

  return {
    async knownSource(key) {
      const unasked = sourceIn(null, key);
      return unasked ?? sourceIn(await kept.known(key.id), key);
    },

    async read(key, need, patience) {
      const { id } = key;
      const known = await kept.known(id);
      const source = sourceIn(known, key);
      const answer = source === null ? null : knownAnswer(known, source);
      const projection = answer === 'absent' ? null : answer;
      const process = projection === null ? null : await enoughOf(projection, need);
      if (process !== null) {
        observe('kept');
        return { process, lacks: null };
      }
      try {
        const asked = await find(source === null ? contracts : [source], id, known, need, patience);
        observe(asked === null ? 'nowhere' : 'unico');
        return asked === null ? null : { process: asked, lacks: null };
      } catch (error) {
        if (projection === null || !(error instanceof UpstreamFailure)) throw error;
        // A verdict that is known does not get lost with the personal part.
        observe('kept');
        return { process: projection, lacks: error };
      }
    },

    async changed(id, source) {
      for (const each of contracts) {
        flights.close(sharedKey(each, id));
        flights.close(anewKey(each, id));
      }
      await kept.outdate(id, source);
    },
  };
}
