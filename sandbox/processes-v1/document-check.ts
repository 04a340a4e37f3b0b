import { isUuid } from '../lib/check-digits.ts';
import { heldDocument } from '../documents-v1/documents.ts';
import { isMembers, textOf } from '../http/json-body.ts';
import type { Members } from '../http/json-body.ts';
import type { World } from '../state.ts';
import { analysisBody } from './process.ts';
import { imageDefect } from './image.ts';
import { holdsFace, resultIn } from './references.ts';

/** S4: not the purposes of a journey. */
const purposes = new Set(['creditprocess', 'carpurchase', 'paybypaycheck', 'onboarding', 'fgts']);

/** The biometric process must have been completed in the last day (upstream.md §5.2). */
const freshMs = 24 * 3_600_000;

/** The strong band of the risk score, from which a document may be reused without an identity `yes` (upstream.md §5.2). */
const strongScore = 50;

/**
 * The code that refuses `document`, or undefined. The document page's own code table was not seen: what lacks a code in
 * the seeds is the body's fault (20003), and the biometric process is a referenced process (20065, 20512, 20513).
 */
export function documentDefect(
  document: Members,
  code: string | undefined,
  world: World,
): string | undefined {
  if (!purposes.has(textOf(document, 'purpose') ?? '')) return '20003';
  const authProcessId = textOf(document, 'authProcessId');
  if (authProcessId === undefined) return '20024';
  if (!isUuid(authProcessId)) return '20065';
  const documentId = textOf(document, 'documentId');
  const files = documentId === undefined ? filesDefect(document['files']) : undefined;
  if (files) return files;
  const defect = authProcessDefect(authProcessId, documentId !== undefined, world);
  if (defect || documentId === undefined) return defect;
  return heldDocument(documentId)?.owner.code === code ? undefined : '50001';
}

/** One file, an open document, or two: front and back (upstream.md §5.2). */
function filesDefect(files: unknown): string | undefined {
  if (!Array.isArray(files) || files.length < 1 || files.length > 2) return '20003';
  for (const file of files as unknown[]) {
    const data = isMembers(file) ? textOf(file, 'data') : undefined;
    const defect = data === undefined ? '20003' : imageDefect(data);
    if (defect) return defect;
  }
  return undefined;
}

function authProcessDefect(id: string, reuse: boolean, world: World): string | undefined {
  const analysis = world.analyses.get(id);
  if (!analysis) return '20513';
  const body = analysisBody(analysis, world.now());
  if (!holdsFace(body) || world.now() - analysis.settlesAt > freshMs) return '20512';
  const trusted = resultIn(body, 'unicoId') === 'yes' || Number(body['score'] ?? -100) >= strongScore;
  return reuse && !trusted ? '20512' : undefined;
}
