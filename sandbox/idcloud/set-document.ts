import { disturbed, refusal } from '../http/faults.ts';
import { identityFor } from '../identities/index.ts';
import { parseMembers, textOf } from '../http/json-body.ts';
import { json } from '../http/reply.ts';
import type { Reply } from '../http/reply.ts';
import type { World } from '../state.ts';
import { internalFailure, invalid, notFound, wrongState } from './errors.ts';
import { allowsOptionalDocument } from './flows.ts';
import { stageOf } from './process.ts';
import type { Journey } from './process.ts';

const duiTypes = new Set(['DUI_TYPE_BR_CPF', 'DUI_TYPE_MX_CURP', 'DUI_TYPE_US_SSN']);

/** S3 `duiValue`: wide enough for encoded identifiers. */
const maxDuiValueChars = 320;

/** POST client/v1/process/{id}/document (upstream.md §S3). Check digits are not looked at: S3's own example has a wrong one. */
export function setDocument(id: string, text: string, world: World): Reply {
  const body = parseMembers(text);
  if (!body) return invalid('proto: syntax error (line 1:1): unexpected token');
  const duiType = textOf(body, 'duiType');
  const duiValue = textOf(body, 'duiValue');
  // A type outside of S3's three has no message of its own there.
  if (duiType === undefined || !duiTypes.has(duiType)) return invalid('dui_type is required');
  if (duiValue === undefined) return invalid('dui_value is required');
  if ([...duiValue].length > maxDuiValueChars) return invalid('dui_value exceeds maximum length');

  const journey = world.journeys.get(id);
  if (!journey) return notFound();
  const message = stateDefect(journey, world);
  if (message) return wrongState(message);

  const who = identityFor(duiValue, undefined);
  const { fault } = who.outcome;
  const refused = refusal(fault, `document ${who.scenario}`, world, internalFailure());
  if (refused) return refused;
  journey.person.duiType = duiType;
  journey.person.duiValue = duiValue;
  journey.documentSetAt = world.now();
  return disturbed(fault, json(200, { process: { id, person: { duiType, duiValue } } }), world);
}

/** The five messages of S3's code 9. A document given at creation, where it was optional, is simply not awaited. */
function stateDefect(journey: Journey, world: World): string | undefined {
  const { stage } = stageOf(journey, world.now(), world.journeyMs);
  if (stage === 'expired') return 'process expired';
  if (stage === 'finished') return 'process already finished';
  if (stage === 'failed') return 'process is not awaiting for document';
  if (!allowsOptionalDocument(journey.flow)) return 'flow does not allow optional document';
  if (journey.documentSetAt !== undefined) return 'document already set, cannot be modified';
  return stage === 'awaiting' ? undefined : 'process is not awaiting for document';
}
