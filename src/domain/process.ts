import type { SignalPromise } from './capability.ts';
import type { Document } from './document.ts';
import type { FetchLevel } from './fetch-level.ts';
import { isPresent, type Part } from './part.ts';
import type { Person } from './person.ts';
import type { ProcessId } from './process-id.ts';
import { NO_SIGNALS, type Signals } from './signals.ts';
import type { UpstreamFailure } from './upstream-failure.ts';

/** The contracts of Unico: client/v1/process (IDCLOUD) and processes/v1 (PROCESSES_V1). */
export const PROCESS_SOURCES = ['IDCLOUD', 'PROCESSES_V1'] as const;
/** The contract that holds a process. */
export type ProcessSource = (typeof PROCESS_SOURCES)[number];

/** The state of a process, in one vocabulary for both contracts. */
export type ProcessState =
  | 'CREATED'
  | 'AWAITING_DOCUMENT'
  | 'PROCESSING'
  | 'DIVERGENT'
  | 'FINISHED'
  | 'CANCELED'
  | 'FAILED'
  | 'UNKNOWN';

/** The properties that show whether a process is final. */
type FinalProperties = Pick<Process, 'source' | 'state' | 'signals'> & Partial<Pick<Process, 'promise'>>;

/**
 * Whether a process never changes again, so that its verdict is final. An unknown state may still change, and a finished
 * process of idcloud without a result is not completed (upstream.md §S0, PROCESS_RESULT_UNSPECIFIED).
 */
export function isFinal({ source, state, signals, promise }: FinalProperties): boolean {
  // A later read may decide otherwise.
  if (promise === 'UNREADABLE') return false;
  if (state === 'FINISHED') return source === 'PROCESSES_V1' || signals.result !== null;
  return state === 'CANCELED' || state === 'FAILED';
}

/** The branch and country of the company that requested the process (upstream.md §S0 `companyData`). */
export type Company = { branchId: string | null; countryCode: string | null };

/**
 * What a 1:1 or smart revalidation process was compared with (upstream.md §S0 `bioTokenData`). `processId` is Unico's own
 * value, which need not be a UUID (that of §S0's sample is not); a UUID is in lower case, as the id of its process is.
 */
export type ProcessReference = { processId: string | null; authenticationId: string | null };

/** The addresses of a journey (upstream.md §S0). They can contain personal data or grant access to their bearer. */
export type JourneyLinks = {
  /** Where the person's browser or app returns to after the journey. */
  callbackUri: string | null;
  /** Where the person goes for the journey. */
  userRedirectUrl: string | null;
};

/** One service of a journey (upstream.md §S0 `services`): a signed envelope, and the documents captured for it. */
export type Service = {
  envelopeId: string | null;
  documentIds: string[];
  consentGranted: boolean | null;
  documents: Document[];
};

/**
 * One identity verification, the same shape for both contracts. What a contract does not report is `null` or empty.
 * Instants are ISO 8601 strings in UTC with milliseconds. Personal data and secrets are in parts (`links`, `sdkToken`,
 * and those of the person and the documents); everything else is the summary.
 */
export type Process = {
  id: ProcessId;
  source: ProcessSource;
  state: ProcessState;
  /** The state as Unico's own value. */
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
  links: Part<JourneyLinks>;
  /** The token (JWT) that starts the journey in Unico's SDK. */
  sdkToken: Part<string>;
  person: Person | null;
  company: Company | null;
  reference: ProcessReference | null;
  services: Service[];
  /** The documents of all services, or those of a processes/v1 document check. */
  documents: Document[];
  authenticationId: string | null;
  /**
   * What the process was to establish, as recorded with its creation here; `null` for a process made elsewhere, and
   * `UNREADABLE` while the store cannot be read.
   */
  promise: SignalPromise | 'UNREADABLE' | null;
  /**
   * Whether the earlier processes that it refers to have approved verdicts here, when it was read; `null` where none of
   * them has a final verdict here.
   */
  referenceApproved: boolean | null;
};

/** Identifies a process. The source is `null` while it is unknown which contract holds it. */
export type ProcessKey = { id: ProcessId; source: ProcessSource | null };

/** A process of which Unico reports nothing but the key. */
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
    links: { callbackUri: null, userRedirectUrl: null },
    sdkToken: null,
    person: null,
    company: null,
    reference: null,
    services: [],
    documents: [],
    authenticationId: null,
    promise: null,
    referenceApproved: null,
  };
}

/** The fetch levels that add parts to the summary of a process. */
export type PartLevel = Exclude<FetchLevel, 'key' | 'source' | 'summary'>;

/**
 * A copy of a process without the parts of a level and of the levels above it. In their place is `reason`: the failure
 * because of which they could not be read, or `null` where they are left out on purpose. No other code lists the parts
 * of a level.
 */
export function withoutParts(process: Process, from: PartLevel, reason: UpstreamFailure | null): Process {
  if (from === 'sdk-token') return { ...process, sdkToken: reason };
  const personal = from === 'personal' ? { contents: reason } : null;
  const stripDocument = (document: Document): Document => ({ ...document, ...personal, files: reason });
  return {
    ...process,
    ...(from === 'personal' && { links: reason, person: process.person && { details: reason } }),
    sdkToken: reason,
    services: process.services.map((service) => ({
      ...service,
      documents: service.documents.map(stripDocument),
    })),
    documents: process.documents.map(stripDocument),
  };
}

/**
 * What may be cached of a process for days: everything that a verdict depends on, and nothing of the person, of the
 * contents of documents, or of addresses and tokens that grant access to their bearer. Whether there is a person stays:
 * it is not personal, and a field of the person that the caller may not see is then denied without a call.
 */
export function summaryOf(process: Process): Process {
  return withoutParts(process, 'personal', null);
}

/** When the first of the signed URLs expires, in milliseconds since the epoch; `Infinity` without any. */
export function signedUrlsLiveUntil({ documents }: Process): number {
  const ends = documents.flatMap(({ files }) =>
    isPresent(files) && files.expiresAt !== null ? [Date.parse(files.expiresAt)] : [],
  );
  return Math.min(...ends, Infinity);
}
