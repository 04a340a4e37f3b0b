import { randomUUID } from 'node:crypto';
import { applyFault, faultReply } from '../http/faults.ts';
import { objectProperty, parseJsonObject, textProperty } from '../http/json-body.ts';
import type { JsonObject } from '../http/json-body.ts';
import { jsonReply } from '../http/reply.ts';
import type { Reply } from '../http/reply.ts';
import { identityFor } from '../identities/index.ts';
import type { SandboxState } from '../state.ts';
import { creationDefect, lifetimeMs } from './creation-rules.ts';
import { internalFailure, invalid } from './errors.ts';
import { INVALID_DUI_VALUE, channelsOf } from './person.ts';
import { processBody } from './process-body.ts';
import type { Person, Process } from './process.ts';
import { resolveReference } from './references.ts';
import { BRANCH_ID, DEFAULT_LIFETIME_MS } from './seeds.ts';

/** POST client/v1/process (upstream.md §4.2, §4.4). */
export function createProcess(text: string, state: SandboxState): Reply {
  const body = parseJsonObject(text);
  if (!body) return invalid('proto: syntax error (line 1:1): unexpected token');
  const defect = creationDefect(body);
  if (defect) return defect;
  const flow = textProperty(body, 'flow') ?? '';
  const resolved = resolveReference(body, flow, state);
  if ('refusal' in resolved) return resolved.refusal;

  const person = personOf(body);
  const identity = identityFor(person.duiValue, person.friendlyName);
  const { fault, idcloud } = identity.outcome;
  if (idcloud.unknownNumber) return invalid(INVALID_DUI_VALUE);
  const target = `idcloud ${identity.scenario}`;
  const refusal = faultReply({ fault, target, internalFailure: internalFailure() }, state);
  if (refusal) return refusal;

  const createdAt = state.now();
  const process: Process = {
    id: randomUUID(),
    flow,
    callbackUri: textProperty(body, 'callbackUri') ?? '/',
    purpose: textProperty(body, 'purpose'),
    clientReference: textProperty(body, 'clientReference'),
    useCase: textProperty(body, 'useCase'),
    branchId: textProperty(body, 'companyBranchId') ?? BRANCH_ID,
    person,
    reference: resolved.reference,
    authenticationId: randomUUID(),
    envelopeId: randomUUID(),
    createdAt,
    expiresAt: createdAt + (idcloud.ends === 'expired' ? state.processingMs : requestedLifetimeMs(body)),
    isDocumentless: person.duiType === null,
    documentSetAt: null,
    finishedAt: null,
    // A fault of a created process applied to its creation.
    fault: null,
    literalResponse: null,
  };
  state.idcloudProcesses.add(process);
  return applyFault(jsonReply(200, processBody(process, state)), fault, state);
}

/** `creationDefect` has refused an invalid lifetime. */
function requestedLifetimeMs(body: JsonObject): number {
  const requested = lifetimeMs(body);
  return typeof requested === 'number' ? requested : DEFAULT_LIFETIME_MS;
}

function personOf(body: JsonObject): Person {
  const person = objectProperty(body, 'person');
  return {
    duiType: textProperty(person, 'duiType'),
    duiValue: textProperty(person, 'duiValue'),
    friendlyName: textProperty(person, 'friendlyName'),
    channels: channelsOf(person),
  };
}
