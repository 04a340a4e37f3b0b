import { documentsOf } from '../documents-v1/documents.ts';
import { IDENTITIES } from '../identities/index.ts';
import type { Identity } from '../identities/identity.ts';
import { settlesAt } from './process.ts';
import type { Process, ProcessDocument } from './process.ts';

const HOUR_MS = 3_600_000;

/** The process of the samples of upstream.md §S1 and §S2; it is about the approved person. */
const SAMPLE_PROCESS_ID = '80371b2a-3ac7-432e-866d-57fe37896ac6';

/** Processes that exist from the start: one for each row of the table, and the sample. */
export function seededProcesses(nowMs: number, processingMs: number): Process[] {
  return IDENTITIES.flatMap((row) => {
    const id = row.processesProcessId;
    if (id === null) return [];
    const process = processOf(row, id, { nowMs, processingMs });
    return row.scenario === 'approved' ? [process, { ...process, id: SAMPLE_PROCESS_ID }] : [process];
  });
}

/**
 * Created an hour before the start. A process that is pending at first is created at the start, so that a caller can
 * see both bodies.
 */
function processOf(
  identity: Identity,
  id: string,
  { nowMs, processingMs }: { nowMs: number; processingMs: number },
): Process {
  const { fault, processesV1 } = identity.outcome;
  const { useCase = 'onboarding', pending } = processesV1;
  const createdAt = pending ? nowMs : nowMs - HOUR_MS;
  return {
    id,
    useCase,
    identity,
    createdAt,
    settlesAt: settlesAt({ useCase, identity, createdAt }, processingMs),
    document: useCase === 'document' ? seededDocument(identity) : null,
    fault,
  };
}

function seededDocument(identity: Identity): ProcessDocument {
  const { scenario, code, name } = identity;
  const id = documentsOf(identity, 'BR_CNH')[0]?.id ?? `doc-${scenario}`;
  return { id, kind: 'BR_CNH', files: 2, code, name };
}
