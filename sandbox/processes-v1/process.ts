import { BoundedMap } from '../lib/bounded-map.ts';
import { anotherCpf, documentKinds, ocr } from '../documents-v1/documents.ts';
import { signalsOf } from '../identities/index.ts';
import type { AnalysisKind, DocumentKind, Fault, Identity, Signals } from '../identities/identity.ts';
import { signedUrl } from '../lib/signed-url.ts';

/** A process of processes/v1: whom it is about, which use case, and when an asynchronous one settles. */
export type Analysis = {
  id: string;
  kind: AnalysisKind;
  identity: Identity;
  createdAt: number;
  settlesAt: number;
  /** The document of a document process. */
  document?: { id: string; kind: DocumentKind; files: number; code: string; name: string };
  /** Strikes whoever reads a seeded process. */
  fault?: Fault;
};

/** Which onboardings wait: only they are orchestrated with the risk score, the other use cases are synchronous (upstream.md §S2). */
export function settlesAt(
  kind: AnalysisKind,
  { outcome }: Identity,
  createdAt: number,
  journeyMs: number,
): number {
  if (kind !== 'onboarding' || !outcome.analysis?.pending) return createdAt;
  return outcome.analysis.settles === 'never' ? Infinity : createdAt + journeyMs;
}

/** The body of POST and GET, which are the same (upstream.md §S1, S2). */
export function analysisBody(analysis: Analysis, nowMs: number): Record<string, unknown> {
  const { id, identity, kind } = analysis;
  const special = identity.outcome.analysis ?? {};
  if (special.failed) return { id, status: 5 };
  if (kind === 'onboarding' && nowMs < analysis.settlesAt) return { id, ...special.pending };
  const signals = signalsOf(identity);
  if (kind === 'transactional') return { id, status: 3, ...transactional(signals) };
  if (kind === 'age') return { id, status: 3, ...age(signals) };
  if (kind === 'document') return { id, status: 3, ...document(analysis, signals, nowMs) };
  return { id, ...(special.onboarding ?? { status: 3, ...onboarding(signals) }) };
}

const yesOrNo = { positive: 'yes', negative: 'no', inconclusive: 'inconclusive' };

function liveness(signals: Signals): Record<string, unknown> {
  return signals.liveness === 'none' ? {} : { liveness: signals.liveness === 'live' ? 1 : 2 };
}

/** S1, S2 field tables. The score appears only beside an inconclusive identity, and is an integer here (upstream.md §S1). */
function onboarding(signals: Signals): Record<string, unknown> {
  const { identity, fraud, serpro, score } = signals;
  return {
    ...(identity === 'none' ? {} : { unicoId: { result: yesOrNo[identity] } }),
    ...(fraud === 'none' ? {} : { identityFraudsters: { result: fraud } }),
    ...(serpro === 'none' ? {} : { government: { serpro } }),
    ...liveness(signals),
    ...(identity === 'inconclusive' && score !== 'none' ? { score: Math.trunc(score) } : {}),
  };
}

/** upstream.md §5.3 `authenticated`: S2 does not show the member, an older page of the same path does. */
function transactional(signals: Signals): Record<string, unknown> {
  const { faceMatch } = signals;
  return {
    ...(faceMatch === 'none' ? {} : { authenticated: faceMatch === 'positive' }),
    ...liveness(signals),
  };
}

/** upstream.md §5.2: the member's name was never seen; `idAge` is what the others suggest. */
function age(signals: Signals): Record<string, unknown> {
  return {
    ...liveness(signals),
    ...(signals.age === 'none' ? {} : { idAge: { result: yesOrNo[signals.age] } }),
  };
}

/** upstream.md §5.2, Document response. */
function document({ document: held }: Analysis, signals: Signals, nowMs: number): Record<string, unknown> {
  if (!held) return {};
  const passes = signals.document === 'passes';
  const fileUrls = Array.from({ length: held.files }, (_, page) =>
    signedUrl(`https://documents.example.com/${held.id}-${page + 1}.jpeg`, nowMs),
  );
  return {
    document: {
      id: held.id,
      type: documentKinds[held.kind].registryType,
      cpfMatch: passes,
      faceMatch: true,
      content: ocr(held.kind, held.name, passes ? held.code : anotherCpf),
      fileUrls,
    },
  };
}

export type Analyses = {
  get(id: string): Analysis | undefined;
  add(analysis: Analysis): void;
};

/** Seeded processes stay; of the created ones the oldest goes when `limit` is passed. */
export function createAnalyses(seeded: Analysis[], limit: number): Analyses {
  const seeds = new Map(seeded.map((analysis) => [analysis.id, analysis]));
  const created = new BoundedMap<Analysis>(limit);
  return {
    get: (id) => seeds.get(id) ?? created.get(id),
    add: (analysis) => created.set(analysis.id, analysis),
  };
}
