import { isUuid } from '../lib/check-digits.ts';
import { isMembers, textOf } from '../http/json-body.ts';
import type { Members } from '../http/json-body.ts';
import { stageOf, whoseJourney } from '../idcloud/process.ts';
import { signalsOf } from '../identities/index.ts';
import type { World } from '../state.ts';
import { analysisBody } from './process.ts';
import { imageDefect } from './image.ts';

/** The S2 code that refuses the references of a 1:1 request, or undefined. */
export function referencesDefect(body: Members, world: World): string | undefined {
  const list: unknown = body['references'];
  const given: unknown[] = Array.isArray(list) ? list : [];
  const former = textOf(body, 'referenceProcessId');
  if (given.length === 0) return former === undefined ? '20024' : processDefect(former, world);
  for (const one of given) {
    const defect = isMembers(one) ? referenceDefect(one, world) : '20024';
    if (defect) return defect;
  }
  return undefined;
}

/** An element that names neither an image nor a process is no reference, hence 20024. */
function referenceDefect(reference: Members, world: World): string | undefined {
  const type = textOf(reference, 'referenceType');
  const content = textOf(reference, 'referenceContent');
  if (content === undefined) return '20024';
  if (type === 'REFERENCE_TYPE_IMAGE_BASE64') return imageDefect(content);
  return type === 'REFERENCE_TYPE_PROCESS_ID' ? processDefect(content, world) : '20024';
}

/** A process of this contract, or the `authenticationId` of a journey that Unico conducted (upstream.md §S2). */
function processDefect(id: string, world: World): string | undefined {
  if (!isUuid(id)) return '20065';
  const nowMs = world.now();
  const analysis = world.analyses.get(id);
  if (analysis) return holdsFace(analysisBody(analysis, nowMs)) ? undefined : '20512';
  const journey = world.journeys.withAuthentication(id);
  if (!journey) return '20513';
  const { stage } = stageOf(journey, nowMs, world.journeyMs);
  const signals = signalsOf(whoseJourney(journey));
  const usable = stage === 'finished' && signals.liveness === 'live' && signals.identity !== 'negative';
  return usable ? undefined : '20512';
}

/** A face can be compared with when its process is done and did not say that it is somebody else's, or no face. */
export function holdsFace(body: Record<string, unknown>): boolean {
  return body['status'] === 3 && body['liveness'] !== 2 && resultIn(body, 'unicoId') !== 'no';
}

export function resultIn(body: Record<string, unknown>, member: string): unknown {
  const value = body[member];
  return isMembers(value) ? value['result'] : undefined;
}
