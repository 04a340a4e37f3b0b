import { heldDocuments } from '../documents-v1/documents.ts';
import { identities } from '../identities/index.ts';
import type { Identity } from '../identities/identity.ts';
import { settlesAt } from './process.ts';
import type { Analysis } from './process.ts';

const hourMs = 3_600_000;

/** The process of the S1 and S2 samples; it is the approved person's. */
export const sampleProcessId = '80371b2a-3ac7-432e-866d-57fe37896ac6';

/** Processes that exist from the start: one for each row of the table, and the sample. */
export function seededAnalyses(nowMs: number, journeyMs: number): Analysis[] {
  return identities.flatMap((row) => {
    const { processesProcessId: id } = row;
    if (id === undefined) return [];
    const analysis = seed(row, id, nowMs, journeyMs);
    return row.scenario === 'approved' ? [analysis, { ...analysis, id: sampleProcessId }] : [analysis];
  });
}

/** Done an hour before the start; what settles by itself begins at the start, so that both answers can be seen. */
function seed(row: Identity, id: string, nowMs: number, journeyMs: number): Analysis {
  const { kind = 'onboarding', pending } = row.outcome.analysis ?? {};
  const createdAt = pending ? nowMs : nowMs - hourMs;
  const documentId = heldDocuments(row, 'BR_CNH')[0]?.id ?? `doc-${row.scenario}`;
  const { fault } = row.outcome;
  return {
    id,
    kind,
    identity: row,
    createdAt,
    settlesAt: settlesAt(kind, row, createdAt, journeyMs),
    ...(kind === 'document'
      ? { document: { id: documentId, kind: 'BR_CNH', files: 2, code: row.code, name: row.name } }
      : {}),
    ...(fault === undefined ? {} : { fault }),
  };
}
