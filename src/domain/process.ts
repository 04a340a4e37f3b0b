import type { Document } from './document.ts';
import type { Person } from './person.ts';
import type { ProcessId } from './process-id.ts';
import { NO_SIGNALS, type Signals } from './signals.ts';

/** The contracts of Unico: client/v1/process (IDCLOUD) and processes/v1 (PROCESSES_V1). */
export const PROCESS_SOURCES = ['IDCLOUD', 'PROCESSES_V1'] as const;
export type ProcessSource = (typeof PROCESS_SOURCES)[number];

/** How far a process is, in one vocabulary for both contracts. */
export type ProcessState =
  | 'CREATED'
  | 'AWAITING_DOCUMENT'
  | 'PROCESSING'
  | 'DIVERGENT'
  | 'FINISHED'
  | 'CANCELED'
  | 'FAILED'
  | 'UNKNOWN';

/** Whether a process will never change again: nothing more follows, and its verdict stands. An unknown state may still change. */
export function isFinal(state: ProcessState): boolean {
  return state === 'FINISHED' || state === 'CANCELED' || state === 'FAILED';
}

/** The branch and country of the company that asked (upstream.md §S0 `companyData`). */
export type Company = { branchId: string | null; countryCode: string | null };

/** What a 1:1 or smart revalidation process was compared with (upstream.md §S0 `bioTokenData`). */
export type ProcessReference = { processId: ProcessId | null; authenticationId: string | null };

/** One service of a journey (upstream.md §S0 `services`): an envelope that was signed, and the documents captured for it. */
export type Service = {
  envelopeId: string | null;
  documentIds: string[];
  consentGranted: boolean | null;
  documents: Document[];
};

/**
 * One identity verification, the same shape for both contracts. What a contract does not report is `null` or empty.
 * Instants are ISO 8601 strings in UTC with milliseconds.
 */
export type Process = {
  id: ProcessId;
  source: ProcessSource;
  state: ProcessState;
  upstreamState: string | null;
  signals: Signals;
  flow: string | null;
  purpose: string | null;
  useCase: string | null;
  clientReference: string | null;
  capacities: string[];
  createdAt: string | null;
  finishedAt: string | null;
  expiresAt: string | null;
  callbackUri: string | null;
  userRedirectUrl: string | null;
  sdkToken: string | null;
  person: Person | null;
  company: Company | null;
  reference: ProcessReference | null;
  services: Service[];
  /** The documents of all services, or those of a processes/v1 document check. */
  documents: Document[];
  authenticationId: string | null;
};

/** Names a process. The source is `null` while nobody knows which contract holds it. */
export type ProcessKey = { id: ProcessId; source: ProcessSource | null };

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
