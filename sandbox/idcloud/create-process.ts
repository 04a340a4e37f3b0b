import { randomUUID } from 'node:crypto';
import { disturbed, refusal } from '../http/faults.ts';
import { identityFor } from '../identities/index.ts';
import { isMembers, parseMembers, textOf } from '../http/json-body.ts';
import type { Members } from '../http/json-body.ts';
import { json } from '../http/reply.ts';
import type { Reply } from '../http/reply.ts';
import type { World } from '../state.ts';
import { creationDefect, lifeOf } from './creation-rules.ts';
import { internalFailure, invalid } from './errors.ts';
import { journeyBody } from './process-body.ts';
import type { Journey } from './process.ts';
import { channelsOf, invalidDuiValue } from './person.ts';
import { referenceOf } from './references.ts';
import { branchId, defaultLifeMs } from './seeds.ts';

/** POST client/v1/process (upstream.md §4.2, §4.4). */
export function createJourney(text: string, world: World): Reply {
  const body = parseMembers(text);
  if (!body) return invalid('proto: syntax error (line 1:1): unexpected token');
  const defect = creationDefect(body);
  if (defect) return defect;
  const flow = textOf(body, 'flow') ?? '';
  const answer = referenceOf(body, flow, world);
  if ('refusal' in answer) return answer.refusal;

  const person = personOf(body);
  const who = identityFor(person.duiValue, person.friendlyName);
  const { fault, journey: special } = who.outcome;
  if (special?.unknownNumber) return invalid(invalidDuiValue);
  const refused = refusal(fault, `idcloud ${who.scenario}`, world, internalFailure());
  if (refused) return refused;

  const createdAt = world.now();
  const lifeMs = special?.ends === 'expired' ? world.journeyMs : (lifeOf(body) ?? defaultLifeMs);
  const journey: Journey = {
    id: randomUUID(),
    flow,
    callbackUri: textOf(body, 'callbackUri') ?? '/',
    ...optional(body, 'purpose'),
    ...optional(body, 'clientReference'),
    ...optional(body, 'useCase'),
    branchId: textOf(body, 'companyBranchId') ?? branchId,
    person,
    ...(answer.reference === undefined ? {} : { reference: answer.reference }),
    authenticationId: randomUUID(),
    envelopeId: randomUUID(),
    createdAt,
    expiresAt: createdAt + lifeMs,
    documentless: person.duiType === undefined,
  };
  world.journeys.add(journey);
  return disturbed(fault, json(200, journeyBody(journey, world)), world);
}

function optional<Name extends string>(body: Members, name: Name): { [name in Name]?: string } {
  const value = textOf(body, name);
  return value === undefined ? {} : ({ [name]: value } as { [name in Name]?: string });
}

function personOf(body: Members): Journey['person'] {
  const person = isMembers(body['person']) ? body['person'] : {};
  return {
    ...optional(person, 'duiType'),
    ...optional(person, 'duiValue'),
    ...optional(person, 'friendlyName'),
    channels: channelsOf(person),
  };
}
