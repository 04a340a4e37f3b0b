import { cpf } from '../lib/check-digits.ts';

/**
 * What Unico finds out about a person, capability by capability; `none` means not evaluated. A flow or an APIKEY
 * shows only the capabilities that it has.
 */
export type Signals = {
  liveness: 'live' | 'not-live' | 'none';
  identity: 'positive' | 'negative' | 'inconclusive' | 'none';
  fraud: 'yes' | 'inconclusive' | 'none';
  /** -100 to 100 (upstream.md §5.3). */
  score: number | 'none';
  /** 0 to 100, or -1 (no face on file) or -2 (integration error). */
  serpro: number | 'none';
  faceMatch: 'positive' | 'negative' | 'none';
  revalidation: 'positive' | 'negative' | 'none';
  age: 'positive' | 'negative' | 'inconclusive' | 'none';
  document: DocumentSignals;
};

/** What Unico finds out about a captured document (upstream.md §S0 `documents[]`). */
export type DocumentSignals = {
  kind: DocumentKind;
  typified: boolean;
  cpfMatch: boolean;
  faceMatch: boolean;
  validated: boolean;
  reused: boolean;
  /** Whether the person agreed to share the data: of the whole service. */
  consentGranted: boolean;
};

/** How a request about this person fails on its way, whatever the process contains. */
export type Fault =
  | { kind: 'quota'; retryAfter: 'seconds' | 'http-date' | 'absent' | 'now'; everyOther?: true }
  | { kind: 'internal'; everyOther?: true }
  | { kind: 'slow' }
  | { kind: 'drop'; when: 'before-response' | 'mid-body' }
  | { kind: 'html'; status: 200 | 502 };

/** How a process of client/v1 differs from what follows from the signals. */
export type IdcloudOutcome = {
  /** The flow of the seeded process. */
  flow?: string;
  ends?: 'never' | 'expired' | 'failed';
  /** No person has the number: creation is refused. */
  unknownNumber?: true;
  /** Literal properties that replace what follows from the signals, for values that no document lists. */
  state?: string;
  result?: string;
  authenticationInfo?: Record<string, unknown>;
  /** Rewrites the whole finished process, for bodies without promised properties. */
  reshape?: (process: Record<string, unknown>) => unknown;
};

/** The APIKEY decides the use case of processes/v1 (upstream.md §S2, upstream.md §5.2). */
export type UseCase = 'onboarding' | 'transactional' | 'document' | 'age';

/** How a process of processes/v1 differs from what follows from the signals. */
export type ProcessesV1Outcome = {
  /** The use case of the seeded process. */
  useCase?: UseCase;
  /** The onboarding body without its id, where the documents show one that does not follow from the signals. */
  onboarding?: Record<string, unknown>;
  /** The onboarding body before the process settles: after the processing time, or never. */
  pending?: Record<string, unknown>;
  settles?: 'never';
  /** Every use case ends in status 5: the POST is a 200, the GET a 410 (upstream.md §S1). */
  failed?: true;
  /** The error code of upstream.md §S2 that refuses the POST. */
  refusedWith?: string;
};

/** The types of GET documents/v1 (upstream.md §S4). */
export type DocumentKind = 'BR_CNH' | 'BR_RG' | 'BR_CIN' | 'BR_PASSPORT';

/** The response of GET documents/v1 (upstream.md §S4): document kinds, the legacy empty item, or an error code. */
export type ReusableDocuments = DocumentKind[] | 'empty-item' | '30020' | '50001' | '99987';

/** Everything that the sandbox does for one person. */
export type Outcome = {
  signals: Partial<Omit<Signals, 'document'>> & { document?: Partial<DocumentSignals> };
  idcloud: IdcloudOutcome;
  processesV1: ProcessesV1Outcome;
  /** `null`: no reusable documents. */
  reusable: ReusableDocuments | null;
  fault: Fault | null;
};

/** One test identity: a row of the table in README.md. */
export type Identity = {
  /** A slug that is unique in the table. */
  scenario: string;
  /** A CPF or a CURP, unique in the table. */
  code: string;
  name: string;
  /** What this identity shows, in one line. */
  description: string;
  /** The process of this person on client/v1 that exists from the start. */
  idcloudProcessId: string | null;
  /** The process of this person on processes/v1 that exists from the start. */
  processesProcessId: string | null;
  outcome: Outcome;
};

/** The input of `identity`. */
export type IdentityRow = Pick<Identity, 'scenario' | 'name' | 'description'> & {
  /** 0 to 99: the process ids end in it. */
  row: number;
  /** Instead of the CPF that the row number gives. */
  code?: string;
  /** The contracts that have a process of this person from the start; both when absent. */
  seeded?: 'idcloud' | 'processes-v1' | 'none';
} & { [Property in keyof Outcome]?: NonNullable<Outcome[Property]> };

/**
 * A test identity. Row number 7 has the CPF base 900000007 and process ids that end in 7, so that the number of a row
 * identifies its processes.
 */
export function identity(options: IdentityRow): Identity {
  const { row, scenario, name, description, seeded } = options;
  const { code = cpf(String(900_000_000 + row)) } = options;
  const { signals = {}, idcloud = {}, processesV1 = {}, reusable = null, fault = null } = options;
  const tail = String(row).padStart(12, '0');
  const isSeededOn = (contract: 'idcloud' | 'processes-v1') => seeded === undefined || seeded === contract;
  return {
    scenario,
    code,
    name,
    description,
    outcome: { signals, idcloud, processesV1, reusable, fault },
    idcloudProcessId: isSeededOn('idcloud') ? `1dc10d00-0000-4000-8000-${tail}` : null,
    processesProcessId: isSeededOn('processes-v1') ? `a9100000-0000-4000-8000-${tail}` : null,
  };
}
