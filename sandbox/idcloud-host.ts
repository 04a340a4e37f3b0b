import { isUuid } from './lib/check-digits.ts';
import { disturbed, refusal } from './http/faults.ts';
import type { Incoming } from './http/listener.ts';
import { empty, json } from './http/reply.ts';
import type { Reply } from './http/reply.ts';
import type { World } from './state.ts';
import { createJourney } from './idcloud/create-process.ts';
import { internalFailure, invalid, notFound, unauthorized } from './idcloud/errors.ts';
import { journeyBody } from './idcloud/process-body.ts';
import { setDocument } from './idcloud/set-document.ts';

const collection = '/client/v1/process';

/** The Web & SDK contract: create, get, set the document (upstream.md §S0, S3, upstream.md §4). */
export function idcloudHost(incoming: Incoming, world: World): Reply {
  const refused = bearerDefect(incoming.header('authorization'), world);
  if (refused) return refused;
  const { method, path, body } = incoming;
  if (path === collection && method === 'POST') return createJourney(body, world);
  const match = /^\/client\/v1\/process\/([^/]*)(\/document)?$/.exec(path);
  if (!match) return empty(404);
  const [, id = '', action] = match;
  if (method !== (action ? 'POST' : 'GET')) return empty(405);
  // S3's example names a process `abc-123`, so an id that exists is never called invalid.
  if (!isUuid(id) && !world.journeys.get(id)) return invalid('process id is invalid');
  return action ? setDocument(id, body, world) : getJourney(id, world);
}

function getJourney(id: string, world: World): Reply {
  const journey = world.journeys.get(id);
  if (!journey) return notFound();
  const refused = refusal(journey.fault, id, world, internalFailure());
  return refused ?? disturbed(journey.fault, json(200, journeyBody(journey, world)), world);
}

/** Two of these messages are S3's; the other two are what the same token filter says elsewhere. */
function bearerDefect(authorization: string | undefined, { tokens }: World): Reply | undefined {
  const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) return unauthorized('Jwt is missing');
  const state = tokens.check(token);
  if (state === 'undecodable') return unauthorized('Jwt header is an invalid JSON');
  if (state === 'unknown') return unauthorized('Jwt verification fails');
  return state === 'expired' ? unauthorized('Jwt is expired') : undefined;
}
