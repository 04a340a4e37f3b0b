import { DOCUMENT_KINDS, MISMATCHED_CPF, ocrFields } from '../documents-v1/documents.ts';
import { signalsOf } from '../identities/index.ts';
import type { DocumentKind, Fault, Identity, Signals, UseCase } from '../identities/identity.ts';
import { signedUrl } from '../lib/signed-url.ts';

/** The document of a document process: `code` and `name` are the subject's. */
export type ProcessDocument = { id: string; kind: DocumentKind; files: number; code: string; name: string };

/** A process of processes/v1. All times are milliseconds since the epoch. */
export type Process = {
  id: string;
  useCase: UseCase;
  identity: Identity;
  createdAt: number;
  /** `createdAt` for a synchronous process, `Infinity` for a process that stays pending. */
  settlesAt: number;
  /** `null` in the other use cases. */
  document: ProcessDocument | null;
  /** Applies to reads of a seeded process. */
  fault: Fault | null;
};

/**
 * When a process settles. Only onboardings may be pending: they alone are orchestrated with the risk score, the other
 * use cases are synchronous (upstream.md §S2).
 */
export function settlesAt(
  { useCase, identity, createdAt }: Pick<Process, 'useCase' | 'identity' | 'createdAt'>,
  processingMs: number,
): number {
  const { pending, settles } = identity.outcome.processesV1;
  if (useCase !== 'onboarding' || !pending) return createdAt;
  return settles === 'never' ? Infinity : createdAt + processingMs;
}

/** The body of POST and GET, which are the same (upstream.md §S1, S2). */
export function processBody(process: Process, nowMs: number): Record<string, unknown> {
  const { id, identity, useCase } = process;
  const { failed, pending, onboarding } = identity.outcome.processesV1;
  if (failed) return { id, status: 5 };
  if (useCase === 'onboarding' && nowMs < process.settlesAt) return { id, ...pending };
  const signals = signalsOf(identity);
  switch (useCase) {
    case 'onboarding':
      return { id, ...(onboarding ?? { status: 3, ...onboardingResult(signals) }) };
    case 'transactional':
      return { id, status: 3, ...transactionalResult(signals) };
    case 'document':
      return { id, status: 3, ...documentResult(process.document, signals, nowMs) };
    case 'age':
      return { id, status: 3, ...ageResult(signals) };
  }
}

const YES_OR_NO = { positive: 'yes', negative: 'no', inconclusive: 'inconclusive' };

function livenessResult({ liveness }: Signals): Record<string, unknown> {
  return liveness === 'none' ? {} : { liveness: liveness === 'live' ? 1 : 2 };
}

/**
 * The field tables of upstream.md §S1 and §S2. The score appears only next to an inconclusive identity, and is an
 * integer here (upstream.md §S1).
 */
function onboardingResult(signals: Signals): Record<string, unknown> {
  const { identity, fraud, serpro, score } = signals;
  return {
    ...(identity === 'none' ? {} : { unicoId: { result: YES_OR_NO[identity] } }),
    ...(fraud === 'none' ? {} : { identityFraudsters: { result: fraud } }),
    ...(serpro === 'none' ? {} : { government: { serpro } }),
    ...livenessResult(signals),
    ...(identity === 'inconclusive' && score !== 'none' ? { score: Math.trunc(score) } : {}),
  };
}

/**
 * upstream.md §5.3 `authenticated`: upstream.md §S2 does not show the property, an older page of the same path does.
 */
function transactionalResult(signals: Signals): Record<string, unknown> {
  const { faceMatch } = signals;
  return {
    ...(faceMatch === 'none' ? {} : { authenticated: faceMatch === 'positive' }),
    ...livenessResult(signals),
  };
}

/** No page shows the name of this property (upstream.md §5.2); `idAge` follows the pattern of the others. */
function ageResult(signals: Signals): Record<string, unknown> {
  return {
    ...livenessResult(signals),
    ...(signals.age === 'none' ? {} : { idAge: { result: YES_OR_NO[signals.age] } }),
  };
}

/** The document response of upstream.md §5.2. */
function documentResult(
  document: ProcessDocument | null,
  signals: Signals,
  nowMs: number,
): Record<string, unknown> {
  if (!document) return {};
  const { id, kind, files, code, name } = document;
  const { cpfMatch, faceMatch } = signals.document;
  const fileUrls = Array.from({ length: files }, (_, page) =>
    signedUrl(`https://documents.example.com/${id}-${page + 1}.jpeg`, nowMs),
  );
  return {
    document: {
      id,
      type: DOCUMENT_KINDS[kind].registryType,
      cpfMatch,
      faceMatch,
      content: ocrFields(kind, name, cpfMatch ? code : MISMATCHED_CPF),
      fileUrls,
    },
  };
}
