import type { ProcessId } from './process-id.ts';
import type { Process, ProcessSource } from './process.ts';
import { NO_SIGNALS } from './signals.ts';

/** A process of which nothing but the key is known. */
export function emptyProcess(id: ProcessId, source: ProcessSource): Process {
  return {
    id,
    source,
    state: 'UNKNOWN',
    upstreamState: null,
    signals: NO_SIGNALS,
    flow: null,
    purpose: null,
    useCase: null,
    clientReference: null,
    capacities: [],
    createdAt: null,
    finishedAt: null,
    expiresAt: null,
    callbackUri: null,
    userRedirectUrl: null,
    sdkToken: null,
    person: null,
    company: null,
    reference: null,
    services: [],
    documents: [],
    authenticationId: null,
  };
}
