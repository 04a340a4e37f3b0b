import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import { answers, type Need } from '../../domain/fetch-level.ts';
import type { Patience } from '../../domain/call-options.ts';
import type { ProcessId } from '../../domain/process-id.ts';
import type { Process, ProcessKey, ProcessSource } from '../../domain/process.ts';
import { knownAnswer, type KeptProcesses, type Known } from './process-cache.ts';
import type { ProcessAsker } from './process-fetcher.ts';

/** A process, and what of it is lacking though it was needed. */
export type Reading = { process: Process; lacks: Lack | null };
/** Everything from a need on, and why it could not be read. */
export type Lack = { from: Need; failure: UpstreamFailure };

/** Reads processes of both contracts, and asks Unico only for what is not known yet. */
export type ProcessReader = {
  /**
   * What `read` would answer, where it is at hand and enough: at once, because a page of known processes would otherwise wait
   * some hundreds of times for nothing. `null` says nothing: then it has to be read.
   */
  readAtHand(key: ProcessKey, need: Need): Process | null;
  /** The process as far as it is needed, `null` where no contract knows it. Throws `UpstreamFailure`. */
  read(key: ProcessKey, need: Need, patience: Patience): Promise<Reading | null>;
  /** The contract that holds a process, where that is known without asking. */
  knownSource(key: ProcessKey): Promise<ProcessSource | null>;
  /** To be told when a process was changed, or may be: what was known and asked before holds no longer. */
  changed(id: ProcessId, source: ProcessSource | null): Promise<void>;
  /** Resolves when all that was read is kept. */
  settled(): Promise<void>;
};

/** Where an answer came from: what was kept, Unico, or nowhere, because no contract knows the id. */
export type ReadFrom = 'kept' | 'unico' | 'nowhere';

/**
 * `contracts` are those in use, in the order in which an id of unknown source is asked about; the others are never
 * asked.
 */
export function createProcessReader(
  asker: ProcessAsker,
  kept: KeptProcesses,
  contracts: readonly ProcessSource[],
  observe: (from: ReadFrom) => void = () => {},
): ProcessReader {
  /** Asks one contract after the other; what came to be known while one was asked need not be asked of the next. */
  async function find(
    sources: readonly ProcessSource[],
    id: ProcessId,
    known: Known | null,
    need: Need,
    patience: Patience,
  ): Promise<Process | null> {
    let latest = known;
    for (const source of sources) {
      const answer = knownAnswer(latest, source);
      if (answer === 'absent') continue;
      const process = (await enoughOf(answer, need)) ?? (await asker.ask(source, id, need, patience));
      if (process !== null) return process;
      latest = await kept.known(id);
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
    readAtHand({ id, source }, need) {
      if (!answers('projection', need)) return null;
      const process = kept.atHand(id);
      if (process === null || !contracts.includes(process.source)) return null;
      if (source !== null && source !== process.source) return null;
      observe('kept');
      return process;
    },

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
        const asked = await find(source === null ? contracts : [source], id, known, need, patience);
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
      asker.disregard(id);
      await kept.outdate(id, source);
    },

    settled: () => asker.settled(),
  };
}
