import type { Person } from '../../domain/person.ts';
import type { Process, ProcessKey } from '../../domain/process.ts';

/**
 * A process that was not read: its key, and the person where a mutation returned it. A property that could not be read
 * is the failure, which graphql-js reports for each selected field; an absent property is `null` in the response.
 */
export type UnreadProcess = ProcessKey & { readonly person?: Person | Error } & {
  readonly [Property in Exclude<keyof Process, keyof ProcessKey | 'person' | InternalProperty>]?: Error;
};

/** What only the verdict policy reads. */
type InternalProperty = 'promise' | 'referenceApproved';

/** What a resolver of type `Process` returns. */
export type ResolvedProcess = Process | UnreadProcess;

/** Whether a process was read: then it has all that a verdict depends on. */
export function isRead(process: ResolvedProcess): process is Process {
  return process.signals !== undefined && !(process.signals instanceof Error);
}

/** A process of which everything but the key could not be read, because of `failure`. */
export function unreadableProcess({ id, source }: ProcessKey, failure: Error): UnreadProcess {
  return {
    id,
    source,
    state: failure,
    upstreamState: failure,
    signals: failure,
    flow: failure,
    purpose: failure,
    useCase: failure,
    clientReference: failure,
    capacities: failure,
    createdAt: failure,
    finishedAt: failure,
    expiresAt: failure,
    links: failure,
    sdkToken: failure,
    person: failure,
    company: failure,
    reference: failure,
    services: failure,
    documents: failure,
    authenticationId: failure,
  } satisfies Required<UnreadProcess>;
}
