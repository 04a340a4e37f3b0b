import { isUuid } from '../lib/check-digits.ts';
import { documentById } from '../documents-v1/documents.ts';
import { isJsonObject, textProperty } from '../http/json-body.ts';
import type { JsonObject } from '../http/json-body.ts';
import type { SandboxState } from '../state.ts';
import { captureDefect } from './capture.ts';
import { processBody } from './process.ts';
import { hasUsableFace, resultIn } from './references.ts';

/** The list of upstream.md §S4: not the purposes of the idcloud contract. */
const PURPOSES = new Set(['creditprocess', 'carpurchase', 'paybypaycheck', 'onboarding', 'fgts']);

/** The biometric process must have been completed in the last day (upstream.md §5.2). */
const MAX_PROCESS_AGE_MS = 24 * 3_600_000;

/** From this score on, a document may be reused without an identity `yes` (upstream.md §5.2). */
const MIN_REUSE_SCORE = 50;

/**
 * The code that refuses `document`, or `null`. The code table of the document page was not published: a defect
 * without a code in the five documents is a defect of the body (20003), and the biometric process is a referenced
 * process (20065, 20512, 20513). `code` is the subject's.
 */
export function documentDefect(
  document: JsonObject,
  code: string | null,
  state: SandboxState,
): string | null {
  if (!PURPOSES.has(textProperty(document, 'purpose') ?? '')) return '20003';
  const authProcessId = textProperty(document, 'authProcessId');
  if (authProcessId === null) return '20024';
  if (!isUuid(authProcessId)) return '20065';
  const documentId = textProperty(document, 'documentId');
  if (documentId === null) {
    return filesDefect(document['files'], state) ?? authProcessDefect(authProcessId, false, state);
  }
  const ownerDefect = documentById(documentId)?.owner.code === code?.toUpperCase() ? null : '50001';
  return authProcessDefect(authProcessId, true, state) ?? ownerDefect;
}

/** One file, an open document, or two: front and back (upstream.md §5.2). */
function filesDefect(files: unknown, state: SandboxState): string | null {
  if (!Array.isArray(files) || files.length < 1 || files.length > 2) return '20003';
  for (const file of files as unknown[]) {
    const data = isJsonObject(file) ? textProperty(file, 'data') : null;
    const defect = data === null ? '20003' : captureDefect(data, state);
    if (defect !== null) return defect;
  }
  return null;
}

function authProcessDefect(id: string, isReuse: boolean, state: SandboxState): string | null {
  const process = state.processesV1.get(id);
  if (!process) return '20513';
  const body = processBody(process, state.now());
  const isFresh = state.now() - process.settlesAt <= MAX_PROCESS_AGE_MS;
  if (!hasUsableFace(body) || !isFresh) return '20512';
  const isStrong = resultIn(body, 'unicoId') === 'yes' || Number(body['score'] ?? -100) >= MIN_REUSE_SCORE;
  return isReuse && !isStrong ? '20512' : null;
}
