import { setImmediate as afterThisTurn, setTimeout as sleep } from 'node:timers/promises';
import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import { greater, type Need } from '../../domain/fetch-level.ts';
import type { Patience } from '../../domain/call-options.ts';
import type { ProcessId } from '../../domain/process-id.ts';
import { PROCESS_SOURCES, type Process, type ProcessSource } from '../../domain/process.ts';
import type { Unico } from '../../upstream/unico/client.ts';
import { createFlights, type Start } from '../concurrency/single-flight.ts';
import { getProcess } from '../../upstream/unico/get-process.ts';
import { knownAnswer, type KeptProcesses } from './process-cache.ts';
import type { Leases } from '../concurrency/leases.ts';

/** Asks a contract about a process, once for all who want to know at the same time, and keeps what it answers. */
export type ProcessAsker = {
  /** `null` where the contract does not know the process. Throws `UpstreamFailure`. */
  ask(source: ProcessSource, id: ProcessId, need: Need, patience: Patience): Promise<Process | null>;
  /** What is being asked just now holds no longer: nobody joins it, and it is not kept. */
  disregard(id: ProcessId): void;
  /** Resolves when all that was answered is kept, as far as it may be. */
  settled(): Promise<void>;
};

/** How often a replica looks whether another one has found what both are asked for; a read takes some 260 ms (facts 2). */
const LOOK_MS = 20;

/** Names of work under way: what may come from another replica, and what only Unico can answer. */
const sharedKey = (source: ProcessSource, id: ProcessId): string => `${source} ${id}`;
const anewKey = (source: ProcessSource, id: ProcessId): string => `${source} ${id} anew`;

type Ask = (
  source: ProcessSource,
  id: ProcessId,
  need: Need,
  ...start: Parameters<Start<void>>
) => Promise<Process | null>;

/** `leases` are those of replicas that share what is kept; `null` where there is one replica alone. */
export function createProcessAsker(
  unico: Pick<Unico, 'idcloud' | 'processesV1'>,
  kept: KeptProcesses,
  leases: Leases | null,
): ProcessAsker {
  const flights = createFlights<Process | null>();
  const keeping = new Set<Promise<void>>();

  /** Keeps what was answered once the answer is on its way: sealing it takes longer than all else that is done with it. */
  function keepSoon(process: Process, askedAt: number, isOpen: () => boolean): Promise<void> {
    kept.takeInHand(process);
    const keep = async (): Promise<void> => {
      await afterThisTurn();
      if (isOpen()) await kept.keep(process, askedAt);
    };
    const done = keep();
    keeping.add(done);
    const over = (): void => void keeping.delete(done);
    done.then(over, over);
    return done;
  }

  const askAndKeep: Ask = async (source, id, _need, patience, isOpen, linger) => {
    const askedAt = Date.now();
    const process = await getProcess(unico, source, id, patience);
    if (!isOpen()) return process;
    if (process === null) await kept.keepAbsence(id, source);
    else linger(keepSoon(process, askedAt, isOpen));
    return process;
  };

  /** Asks, unless another replica is asking: then its answer is waited for. */
  const askOrWait =
    (among: Leases): Ask =>
    async (source, id, need, patience, isOpen, linger) => {
      while (!patience.signal.aborted) {
        const giveBack = await among.take(`${source} ${id}`);
        const lasting: Promise<unknown>[] = [];
        try {
          // Another replica may have found it, also between looking and taking the lease.
          const known = knownAnswer(await kept.known(id), source);
          if (known === 'absent') return null;
          const found = known === null ? null : await kept.whole(id, greater(need, 'personal'));
          if (found !== null) return found;
          if (giveBack !== null)
            return await askAndKeep(source, id, need, patience, isOpen, (until) => void lasting.push(until));
        } finally {
          // Others look for what is kept as soon as nobody asks any more.
          const givenBack = Promise.allSettled(lasting).then(() => giveBack?.());
          if (lasting.length > 0) linger(givenBack);
          else await givenBack;
        }
        await sleep(LOOK_MS);
      }
      throw new UpstreamFailure('unavailable', 'another replica got no answer in time', {
        mayHaveHappened: false,
      });
    };

  return {
    ask(source, id, need, patience) {
      const [shared, anew] = [sharedKey(source, id), anewKey(source, id)];
      // What is not kept can not be had from another replica; who needs less joins where that is being asked for.
      const alone = leases !== null && (need === 'sdk-token' || flights.isUnderWay(anew));
      const asking = leases === null || alone ? askAndKeep : askOrWait(leases);
      return flights.join(alone ? anew : shared, patience, (theirs, isOpen, linger) =>
        asking(source, id, need, theirs, isOpen, linger),
      );
    },
    disregard(id) {
      for (const source of PROCESS_SOURCES) {
        flights.close(sharedKey(source, id));
        flights.close(anewKey(source, id));
      }
    },
    async settled() {
      await Promise.allSettled(keeping);
    },
  };
}
