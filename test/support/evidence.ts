import type { Document, DocumentContents } from '../../src/domain/document.ts';
import type { ProcessState } from '../../src/domain/process.ts';
import {
  NO_SIGNALS,
  riskBand,
  type AgeOutcome,
  type FraudRisk,
  type Liveness,
  type Match,
  type Orchestration,
  type ProcessResult,
  type RiskScore,
  type SerproStatus,
  type Signals,
} from '../../src/domain/signals.ts';
import type { SignalPromise } from '../../src/domain/capability.ts';
import type { Evidence } from '../../src/domain/verdict/evidence.ts';
import { decide, type Outcome } from '../../src/domain/verdict/policy.ts';
import { verdictReason, type VerdictReason } from '../../src/domain/verdict/reasons.ts';

/** What a verdict is made of, in one flat list: easy to write down, and to enumerate. */
export type Facts = Signals & Omit<Evidence, 'signals'> & { promise: SignalPromise | null };

const NO_CONTENTS: DocumentContents = {
  data: null,
  number: null,
  holderName: null,
  cpf: null,
  birthDate: null,
  expiresOn: null,
  category: null,
};

const EMPTY_DOCUMENT: Document = {
  id: null,
  code: null,
  version: null,
  typified: null,
  cpfMatch: null,
  faceMatch: null,
  validated: null,
  reused: null,
  contents: NO_CONTENTS,
  files: { urls: [], expiresAt: null },
};

/** A document with these properties; the others are empty. */
export function document(properties: Partial<Document>): Document {
  return { ...EMPTY_DOCUMENT, ...properties };
}

/** Contents of a document with these fields; the others are empty. */
export function contents(fields: Partial<DocumentContents>): DocumentContents {
  return { ...NO_CONTENTS, ...fields };
}

export function score(value: number): RiskScore {
  return { value, band: riskBand(value) };
}

/** The evidence of a finished process of which only `facts` are known: of processes/v1, or of idcloud with result OK. */
export function evidence(facts: Partial<Facts> = {}): Evidence {
  const { source = 'PROCESSES_V1' } = facts;
  const finished = { state: 'FINISHED', flow: null, referenceApproved: null } as const;
  const overall = source === 'IDCLOUD' ? ({ result: 'OK' } as const) : {};
  const {
    source: _source,
    state,
    flow,
    documents,
    referenceApproved,
    promise: _promise,
    ...signals
  } = {
    ...NO_SIGNALS,
    ...finished,
    ...overall,
    documents: [],
    promise: null,
    ...facts,
  };
  return { source, state, flow, documents, referenceApproved, signals };
}

/** What the policy makes of `facts`. */
export function decided(facts: Partial<Facts>): Outcome & { row: number } {
  return decide(evidence(facts), facts.promise ?? null);
}

/** The members of a union; the compiler asks for each. */
function all<Word extends string>(words: Record<Word, true>): Word[] {
  return Object.keys(words) as Word[];
}

export const STATES = all<ProcessState>({
  CREATED: true,
  AWAITING_DOCUMENT: true,
  PROCESSING: true,
  DIVERGENT: true,
  FINISHED: true,
  CANCELED: true,
  FAILED: true,
  UNKNOWN: true,
});
export const LIVENESS = all<Liveness>({ LIVE: true, NOT_LIVE: true, UNKNOWN: true });
export const MATCHES = all<Match>({ POSITIVE: true, NEGATIVE: true, INCONCLUSIVE: true, UNKNOWN: true });
export const FRAUD_RISKS = all<FraudRisk>({ SIGNS_FOUND: true, NO_SIGNS_FOUND: true, UNKNOWN: true });
export const AGES = all<AgeOutcome>({ ADULT: true, MINOR: true, INCONCLUSIVE: true, UNKNOWN: true });
export const SERPRO_STATUSES = all<SerproStatus>({
  COMPARED: true,
  NO_FACE_ON_FILE: true,
  INTEGRATION_ERROR: true,
  UNKNOWN: true,
});
const RESULTS = all<ProcessResult>({
  OK: true,
  INVALID_IDENTITY: true,
  ERROR: true,
  EXPIRED: true,
  UNKNOWN: true,
});
const ORCHESTRATIONS = all<Orchestration>({
  APPROVED: true,
  DENIED: true,
  REVIEW: true,
  RETRY: true,
  UNKNOWN: true,
});

type FactName = Exclude<keyof Facts, 'upstreamResult'>;

/** A promise of each kind: those of flows, of forms, and of APIKEYs with configured capabilities. */
export const PROMISES: readonly SignalPromise[] = [
  ['liveness'],
  ['liveness', 'identity'],
  ['liveness', 'identity', 'risk-score'],
  ['liveness', 'identity', 'document'],
  ['identity', 'orchestrated'],
  ['liveness', 'face-match'],
  ['face-match'],
  ['any-face'],
  ['revalidation'],
  ['liveness', 'age'],
  ['age'],
  ['liveness', 'identity', 'age'],
  ['document'],
  ['reused-document'],
  ['fraud-risk'],
  ['liveness', 'fraud-risk'],
  ['risk-score'],
];

/** Every value of every fact, one of each kind where there are endlessly many. `null` and `[]` go without saying. */
export const VALUES: { [One in FactName]: readonly Facts[One][] } = {
  state: STATES,
  result: RESULTS,
  liveness: LIVENESS,
  identity: MATCHES,
  fraudRisk: FRAUD_RISKS,
  faceMatch: MATCHES,
  smartRevalidation: MATCHES,
  age: AGES,
  riskScore: [...[-100, -0.5, 0, 0.5, 49.5, 50, 101].map(score), { value: null, band: null }],
  serpro: SERPRO_STATUSES.map((status) => ({ similarity: status === 'COMPARED' ? 1 : null, status })),
  orchestration: ORCHESTRATIONS,
  riskLevel: ORCHESTRATIONS,
  unknownEvidence: [true],
  source: ['IDCLOUD'],
  flow: ['iddocs', 'creditoconsignado'],
  referenceApproved: [true, false],
  promise: PROMISES,
  documents: [
    [document({})],
    [document({ cpfMatch: true, faceMatch: true, validated: true })],
    [document({ cpfMatch: true, faceMatch: true }), document({ cpfMatch: true })],
    [document({ cpfMatch: true, reused: true })],
    [document({ cpfMatch: true, faceMatch: true, typified: false })],
    [document({ cpfMatch: true, faceMatch: false })],
    [document({ validated: true }), document({ cpfMatch: false })],
    [document({ cpfMatch: true, validated: 'UNKNOWN' })],
  ],
};

export const NAMES = Object.keys(VALUES) as FactName[];

/** All that can be known of a process by at most so many of `VALUES`. */
export function combinations(most: number, names: readonly FactName[] = NAMES): Partial<Facts>[] {
  if (most === 0) return [{}];
  const larger = names.flatMap((name, i) => {
    const others = combinations(most - 1, names.slice(i + 1));
    return VALUES[name].flatMap((value) => others.map((other) => ({ [name]: value, ...other })));
  });
  return [{}, ...larger];
}

/** Every reason that the policy gives, with each decision that it gives it for. */
export function reasonsGiven(): VerdictReason[] {
  const given = new Map<string, VerdictReason>();
  for (const known of combinations(3)) {
    const { decision, reasons } = decided(known);
    reasons.forEach((code) => given.set(`${decision} ${code}`, verdictReason(code, decision)));
  }
  return [...given.values()];
}
