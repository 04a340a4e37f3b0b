import { cpf } from '../lib/check-digits.ts';

/**
 * What Unico would find out about a person, capability by capability; `none` means not evaluated. A flow or an APIKEY
 * shows only the capabilities that it has.
 */
export type Signals = {
  liveness: 'live' | 'not-live' | 'none';
  identity: 'positive' | 'negative' | 'inconclusive' | 'none';
  fraud: 'yes' | 'inconclusive' | 'none';
  score: number | 'none';
  serpro: number | 'none';
  faceMatch: 'positive' | 'negative' | 'none';
  revalidation: 'positive' | 'negative' | 'none';
  age: 'positive' | 'negative' | 'inconclusive' | 'none';
  document: 'passes' | 'fails';
};

/** How a request about this person goes wrong on its way, whatever the process holds. */
export type Fault =
  | { kind: 'quota'; retryAfter: 'seconds' | 'http-date' | 'absent' }
  | { kind: 'internal'; everyOther?: true }
  | { kind: 'slow' }
  | { kind: 'drop'; when: 'before-answer' | 'mid-body' }
  | { kind: 'html'; status: 200 | 502 };

/** What a journey (client/v1) does that does not follow from the signals. */
export type JourneyOutcome = {
  /** The flow of the seeded process. */
  flow?: string;
  ends?: 'never' | 'expired' | 'failed';
  /** The number belongs to nobody: creation is refused. */
  unknownNumber?: true;
  /** Literal members that replace what the signals give, for words that no document lists. */
  state?: string;
  result?: string;
  authenticationInfo?: Record<string, unknown>;
  /** Rewrites the whole finished process, for bodies that lack what is promised. */
  reshape?: (process: Record<string, unknown>) => unknown;
};

export type AnalysisKind = 'onboarding' | 'transactional' | 'document' | 'age';

/** What an analysis (processes/v1) answers that does not follow from the signals. */
export type AnalysisOutcome = {
  /** The use case of the seeded process. */
  kind?: AnalysisKind;
  /** The onboarding answer without its id, where the documents show one that the signals would not give. */
  onboarding?: Record<string, unknown>;
  /** The onboarding answer before it settles; it settles after the journey time, or never. */
  pending?: Record<string, unknown>;
  settles?: 'never';
  /** Every use case ends in status 5: the POST is a 200, the GET a 410 (upstream.md §S1). */
  failed?: true;
  /** An error code of S2 that the POST is refused with. */
  refusedWith?: string;
};

/** The answer of GET documents/v1 (upstream.md §S4): document kinds, the legacy empty item, or an error code of S4. */
export type Reusable = DocumentKind[] | 'empty-item' | '30020' | '50001' | '99987';

export type DocumentKind = 'BR_CNH' | 'BR_RG' | 'BR_CIN' | 'BR_PASSPORT';

export type Outcome = {
  signals?: Partial<Signals>;
  journey?: JourneyOutcome;
  analysis?: AnalysisOutcome;
  reusable?: Reusable;
  fault?: Fault;
  /** On which contracts a process is seeded at start; both when absent. */
  seeded?: 'idcloud' | 'processes' | 'none';
  /** Instead of the CPF that the row number gives. */
  code?: string;
};

export type Identity = {
  scenario: string;
  code: string;
  name: string;
  /** One line: what this identity shows. */
  what: string;
  /** A process of this person on client/v1 that exists from the start. */
  idcloudProcessId?: string;
  /** The same on processes/v1. */
  processesProcessId?: string;
  outcome: Outcome;
};

/** Row number 7 has the CPF base 900000007 and ids that end in 7, so a table row tells its ids by its number. */
export function identity(
  row: number,
  scenario: string,
  name: string,
  what: string,
  outcome: Outcome,
): Identity {
  const tail = String(row).padStart(12, '0');
  const { seeded, code = cpf(String(900_000_000 + row)) } = outcome;
  return {
    scenario,
    code,
    name,
    what,
    outcome,
    ...(seeded === undefined || seeded === 'idcloud'
      ? { idcloudProcessId: `1dc10d00-0000-4000-8000-${tail}` }
      : {}),
    ...(seeded === undefined || seeded === 'processes'
      ? { processesProcessId: `a9100000-0000-4000-8000-${tail}` }
      : {}),
  };
}
