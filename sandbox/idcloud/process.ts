import { identityFor } from '../identities/index.ts';
import type { Fault, Identity } from '../identities/identity.ts';

/** `null`: not given. */
export type Person = {
  duiType: string | null;
  duiValue: string | null;
  friendlyName: string | null;
  /** NOTIFICATION_CHANNEL_* values. */
  channels: string[];
};

/** The process that a 1:1 comparison or a smart revalidation refers to. */
export type Reference = { processId: string; authenticationId: string };

/**
 * A process of client/v1: the creation request, and the times that determine its stage. All times are milliseconds
 * since the epoch; `null` means not given, or not yet.
 */
export type Process = {
  id: string;
  flow: string;
  callbackUri: string;
  purpose: string | null;
  clientReference: string | null;
  useCase: string | null;
  branchId: string;
  person: Person;
  reference: Reference | null;
  authenticationId: string;
  envelopeId: string;
  createdAt: number;
  expiresAt: number;
  /** Created without an identity document: it does not start before one is set (upstream.md §S3). */
  isDocumentless: boolean;
  documentSetAt: number | null;
  /** Seeded processes finished before the start, independently of the processing time. */
  finishedAt: number | null;
  /** Applies to reads of a seeded process. */
  fault: Fault | null;
  /** The whole response to a GET as text, for the sample of upstream.md §S0. */
  literalResponse: string | null;
};

/** `created`: the person has not completed the journey yet. */
export type Stage = 'awaiting-document' | 'created' | 'finished' | 'expired' | 'failed';

/** The identity that a process is about: by the number, or by the name while there is no number. */
export function identityOf({ person }: Process): Identity {
  return identityFor(person.duiValue, person.friendlyName);
}

/** The stage of a process now, and when it ended (`null` while it has not, and for a failed creation). */
export function stageOf(
  process: Process,
  nowMs: number,
  processingMs: number,
): { stage: Stage; endedAt: number | null } {
  const { ends } = identityOf(process).outcome.idcloud;
  if (ends === 'failed') return { stage: 'failed', endedAt: null };
  const startedAt = process.isDocumentless ? process.documentSetAt : process.createdAt;
  const completedAt = ends === 'never' || startedAt === null ? Infinity : startedAt + processingMs;
  const endedAt = process.finishedAt ?? Math.min(completedAt, process.expiresAt);
  if (endedAt > nowMs) {
    return { stage: startedAt === null ? 'awaiting-document' : 'created', endedAt: null };
  }
  const isInTime = process.finishedAt !== null || completedAt <= process.expiresAt;
  return { stage: ends !== 'expired' && isInTime ? 'finished' : 'expired', endedAt };
}
