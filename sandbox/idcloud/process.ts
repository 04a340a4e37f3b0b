import { BoundedMap } from '../lib/bounded-map.ts';
import { identityFor } from '../identities/index.ts';
import type { Fault, Identity } from '../identities/identity.ts';

/** A process of client/v1: what was asked, by whom, and since when. What became of it follows from the clock. */
export type Journey = {
  id: string;
  flow: string;
  callbackUri: string;
  purpose?: string;
  clientReference?: string;
  useCase?: string;
  branchId: string;
  person: { duiType?: string; duiValue?: string; friendlyName?: string; channels: string[] };
  reference?: { processId: string; authenticationId: string };
  authenticationId: string;
  envelopeId: string;
  createdAt: number;
  expiresAt: number;
  /** Created without an identity document: it does not run before one is set (upstream.md §S3). */
  documentless: boolean;
  documentSetAt?: number;
  /** Seeded processes ended long ago, however long a journey takes. */
  finishedAt?: number;
  /** Strikes whoever reads a seeded process. */
  fault?: Fault;
  /** Replaces the representation, for the S0 sample. */
  literal?: (nowMs: number) => unknown;
};

export type Stage = 'awaiting' | 'created' | 'finished' | 'expired' | 'failed';

/** Whose journey it is: known by the number, by the name where there is no number yet. */
export function whoseJourney({ person }: Journey): Identity {
  return identityFor(person.duiValue, person.friendlyName);
}

/** Where a journey stands, and when it got to its end. */
export function stageOf(
  journey: Journey,
  nowMs: number,
  journeyMs: number,
): { stage: Stage; endedAt?: number } {
  const { ends } = whoseJourney(journey).outcome.journey ?? {};
  if (ends === 'failed') return { stage: 'failed' };
  const startedAt = journey.documentless ? journey.documentSetAt : journey.createdAt;
  const walkedAt = ends === 'never' || startedAt === undefined ? Infinity : startedAt + journeyMs;
  const endedAt = journey.finishedAt ?? Math.min(walkedAt, journey.expiresAt);
  if (endedAt <= nowMs) {
    const walked = ends !== 'expired' && (journey.finishedAt !== undefined || walkedAt <= journey.expiresAt);
    return { stage: walked ? 'finished' : 'expired', endedAt };
  }
  return { stage: startedAt === undefined ? 'awaiting' : 'created' };
}

export type Journeys = {
  get(id: string): Journey | undefined;
  add(journey: Journey): void;
  /** By `authenticationInfo.authenticationId`, which 1:1 references name (upstream.md §S2 `referenceProcessId`). */
  withAuthentication(authenticationId: string): Journey | undefined;
};

/** Seeded journeys stay; of the created ones the oldest goes when `limit` is passed. */
export function createJourneys(seeded: Journey[], limit: number): Journeys {
  const seeds = new Map(seeded.map((journey) => [journey.id, journey]));
  const created = new BoundedMap<Journey>(limit);
  return {
    get: (id) => seeds.get(id) ?? created.get(id),
    add: (journey) => created.set(journey.id, journey),
    withAuthentication(authenticationId) {
      for (const all of [seeds.values(), created.values()]) {
        for (const journey of all) if (journey.authenticationId === authenticationId) return journey;
      }
      return undefined;
    },
  };
}
