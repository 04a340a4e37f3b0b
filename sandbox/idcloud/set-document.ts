import { applyFault, faultReply } from '../http/faults.ts';
import { parseJsonObject, textProperty } from '../http/json-body.ts';
import { jsonReply } from '../http/reply.ts';
import type { Reply } from '../http/reply.ts';
import { identityFor } from '../identities/index.ts';
import type { SandboxState } from '../state.ts';
import { internalFailure, invalid, notFound, wrongState } from './errors.ts';
import { allowsOptionalDocument } from './flows.ts';
import { stageOf } from './process.ts';
import type { Process } from './process.ts';

const DUI_TYPES = new Set(['DUI_TYPE_BR_CPF', 'DUI_TYPE_MX_CURP', 'DUI_TYPE_US_SSN']);

/** The limit of upstream.md §S3 for `duiValue`: wide enough for encoded identifiers. */
const MAX_DUI_VALUE_CHARACTERS = 320;

/**
 * POST client/v1/process/{id}/document (upstream.md §S3). Check digits are not checked: the example of that document
 * has wrong ones.
 */
export function setDocument(id: string, text: string, state: SandboxState): Reply {
  const body = parseJsonObject(text);
  if (!body) return invalid('proto: syntax error (line 1:1): unexpected token');
  const duiType = textProperty(body, 'duiType');
  const duiValue = textProperty(body, 'duiValue');
  // upstream.md §S3 has no message of its own for a type that is not one of the three.
  if (duiType === null || !DUI_TYPES.has(duiType)) return invalid('dui_type is required');
  if (duiValue === null) return invalid('dui_value is required');
  if ([...duiValue].length > MAX_DUI_VALUE_CHARACTERS) return invalid('dui_value exceeds maximum length');

  const process = state.idcloudProcesses.get(id);
  if (!process) return notFound();
  const message = stateDefect(process, state);
  if (message !== null) return wrongState(message);

  const { scenario, outcome } = identityFor(duiValue, null);
  const { fault } = outcome;
  const target = `document ${scenario}`;
  const refusal = faultReply({ fault, target, internalFailure: internalFailure() }, state);
  if (refusal) return refusal;
  process.person.duiType = duiType;
  process.person.duiValue = duiValue;
  process.documentSetAt = state.now();
  return applyFault(jsonReply(200, { process: { id, person: { duiType, duiValue } } }), fault, state);
}

/**
 * The message of a code 9 (upstream.md §S3), or `null`. A process whose optional document was given at creation does
 * not await one.
 */
function stateDefect(process: Process, state: SandboxState): string | null {
  const { stage } = stageOf(process, state.now(), state.processingMs);
  if (stage === 'expired') return 'process expired';
  if (stage === 'finished') return 'process already finished';
  if (stage === 'failed') return 'process is not awaiting for document';
  if (!allowsOptionalDocument(process.flow)) return 'flow does not allow optional document';
  if (process.documentSetAt !== null) return 'document already set, cannot be modified';
  return stage === 'awaiting-document' ? null : 'process is not awaiting for document';
}
