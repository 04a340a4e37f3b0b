import { setTimeout as sleep } from 'node:timers/promises';
import { UpstreamFailure } from '../domain/failure.ts';
import { answers, greater, type Need } from '../domain/need.ts';
import type { Patience } from '../domain/patience.ts';
import type { ProcessId } from '../domain/process-id.ts';
import type { Process, ProcessKey, ProcessSource } from '../domain/process.ts';
import { unreachable } from '../domain/unreachable.ts';
import type { Unico } from '../unico/unico.ts';
import { createFlights, type Start } from './flights.ts';
import type { KeptProcesses, Known } from './kept-processes.ts';
import type { Leases } from './leases.ts';

/** A process, and what of it could not be read though it was needed: everything from a need on. */
export type Reading = { process: Process; lacks: Lack | null };
export type Lack = { from: Need; failure: UpstreamFailure };

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
    need: Need,
    ...start: Parameters<Start<void>>
  ) => Promise<Process | null>;

  const askAndKeep: Ask = async (source, id, _need, patience, isOpen) => {
    const process = await get(source, id, patience);
    if (isOpen()) await (process === null ? kept.keepAbsence(id, source) : kept.keep(process));
    return process;
  };

  /** Asks, unless another replica is asking: then its answer is waited for. */
  const askOrWait =
    (among: Leases): Ask =>
    async (source, id, need, patience, isOpen) => {
      while (!patience.signal.aborted) {
        const giveBack = await among.take(`${source} ${id}`);
        try {
          // Another replica may have found it, also between looking and taking the lease.
          const known = knownAnswer(await kept.known(id), source);
          if (known === 'absent') return null;
          const found = known === null ? null : await kept.whole(id, greater(need, 'personal'));
          if (found !== null) return found;
          if (giveBack !== null) return await askAndKeep(source, id, need, patience, isOpen);
        } finally {
          await giveBack?.();
        }
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
    const [shared, anew] = [sharedKey(source, id), anewKey(source, id)];
    // What is not kept can not be had from another replica; who needs less joins where that is being asked for.
    const alone = leases !== null && (need === 'sdk-token' || flights.isUnderWay(anew));
    const asking = leases === null || alone ? askAndKeep : askOrWait(leases);
    return flights.join(alone ? anew : shared, patience, (theirs, isOpen) =>
      asking(source, id, need, theirs, isOpen),
    );
  }

  /** Asks one contract after the other, as far as it is not known meanwhile. */
  async function find(
    sources: readonly ProcessSource[],
    id: ProcessId,
    need: Need,
    patience: Patience,
  ): Promise<Process | null> {
    for (const source of sources) {
      const known = knownAnswer(await kept.known(id), source);
      if (known === 'absent') continue;
      const process = (await enoughOf(known, need)) ?? (await ask(source, id, need, patience));
      if (process !== null) return process;
    }
    return null;
  }

  function sourceIn(known: Known | null, { source }: ProcessKey): ProcessSource | null {
    const only = contracts.length === 1 ? contracts[0] : undefined;
    return source ?? only ?? (known !== null && 'source' in known ? known.source : null);
  }

  /** What is kept of a process whose projection is known, where that is enough. */
  async function enoughOf(projection: Process | null, need: Need): Promise<Process | null> {
    if (projection === null || answers('projection', need)) return projection;
    return need === 'sdk-token' ? null : kept.whole(projection.id, need);
  }

  /** As much as is kept of a process that Unico can not be asked about. */
  async function withoutUnico(projection: Process, failure: UpstreamFailure): Promise<Reading> {
    for (const [had, from] of [
      ['signed-urls', 'sdk-token'],
      ['personal', 'signed-urls'],
    ] as const) {
      const process = await kept.whole(projection.id, had);
      if (process !== null) return { process, lacks: { from, failure } };
    }
    return { process: projection, lacks: { from: 'personal', failure } };
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
      const process = await enoughOf(projection, need);
      if (process !== null) {
        observe('kept');
        return { process, lacks: null };
      }
      try {
        const asked = await find(source === null ? contracts : [source], id, need, patience);
        observe(asked === null ? 'nowhere' : 'unico');
        // A verdict that was made stays, also when Unico has deleted what it was made of.
        const found = asked ?? projection;
        return found === null ? null : { process: found, lacks: null };
      } catch (error) {
        if (projection === null || !(error instanceof UpstreamFailure)) throw error;
        observe('kept');
        return withoutUnico(projection, error);
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
