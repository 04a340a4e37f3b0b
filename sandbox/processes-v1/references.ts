import { isUuid } from '../lib/check-digits.ts';
import { isJsonObject, objectProperty, textProperty } from '../http/json-body.ts';
import type { JsonObject } from '../http/json-body.ts';
import { identityOf, stageOf } from '../idcloud/process.ts';
import type { Process as IdcloudProcess } from '../idcloud/process.ts';
import { signalsOf } from '../identities/index.ts';
import type { SandboxState } from '../state.ts';
import { captureDefect } from './capture.ts';
import { processBody } from './process.ts';

/** The code that refuses the references of a 1:1 request (upstream.md §S2), or `null`. */
export function referencesDefect(body: JsonObject, state: SandboxState): string | null {
  const { references } = body;
  if (!Array.isArray(references) || references.length === 0) {
    // The deprecated form.
    const processId = textProperty(body, 'referenceProcessId');
    return processId === null ? '20024' : processDefect(processId, state);
  }
  for (const reference of references as unknown[]) {
    const defect = isJsonObject(reference) ? referenceDefect(reference, state) : '20024';
    if (defect !== null) return defect;
  }
  return null;
}

/** An element with neither an image nor a process is no reference, hence 20024. */
function referenceDefect(reference: JsonObject, state: SandboxState): string | null {
  const type = textProperty(reference, 'referenceType');
  const content = textProperty(reference, 'referenceContent');
  if (content === null) return '20024';
  if (type === 'REFERENCE_TYPE_IMAGE_BASE64') return captureDefect(content, state);
  return type === 'REFERENCE_TYPE_PROCESS_ID' ? processDefect(content, state) : '20024';
}

/** A process of this contract, or the `authenticationId` of a process that Unico conducted (upstream.md §S2). */
function processDefect(id: string, state: SandboxState): string | null {
  if (!isUuid(id)) return '20065';
  const process = state.processesV1.get(id);
  if (process) return hasUsableFace(processBody(process, state.now())) ? null : '20512';
  const idcloudProcess = state.idcloudProcessByAuthentication(id);
  if (!idcloudProcess) return '20513';
  return isUsableReference(idcloudProcess, state) ? null : '20512';
}

function isUsableReference(process: IdcloudProcess, state: SandboxState): boolean {
  const { stage } = stageOf(process, state.now(), state.processingMs);
  const { liveness, identity } = signalsOf(identityOf(process));
  return stage === 'finished' && liveness === 'live' && identity !== 'negative';
}

/** A process is done, found a living person, and did not find that the face belongs to another person. */
export function hasUsableFace(body: Record<string, unknown>): boolean {
  return body['status'] === 3 && body['liveness'] !== 2 && resultIn(body, 'unicoId') !== 'no';
}

/** The `result` in a property such as `unicoId`. */
export function resultIn(body: Record<string, unknown>, name: string): unknown {
  return objectProperty(body, name)['result'];
}
