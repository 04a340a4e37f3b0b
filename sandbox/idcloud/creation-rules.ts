import { isMembers, textOf } from '../http/json-body.ts';
import type { Members } from '../http/json-body.ts';
import type { Reply } from '../http/reply.ts';
import { invalid, wrongState } from './errors.ts';
import { allowsOptionalDocument, capabilitiesOf, unconfiguredFlow } from './flows.ts';
import { personDefect } from './person.ts';

const purposes = new Set(['creditprocess', 'biometryonboarding', 'carpurchase', 'ageverification']);

/**
 * Why POST client/v1/process refuses a body (upstream.md §4.2, §4.6), or undefined. Messages for `expiresIn`, `useCase` and
 * the references are not published; the sandbox's own follow the pattern of the others.
 */
export function creationDefect(body: Members): Reply | undefined {
  const flow = textOf(body, 'flow') ?? '';
  const message =
    callbackDefect(textOf(body, 'callbackUri') ?? '') ?? flowDefect(flow) ?? purposeDefect(body, flow);
  if (message) return invalid(message);
  if (flow === unconfiguredFlow) return wrongState('XX ID Apikeys are not set');
  const person = isMembers(body['person']) ? body['person'] : {};
  const later =
    personDefect(person, allowsOptionalDocument(flow)) ??
    (flow === 'idsmart' && textOf(body, 'useCase') === undefined ? 'invalid useCase' : undefined) ??
    (lifeOf(body) === undefined ? 'invalid expiresIn' : undefined);
  return later ? invalid(later) : undefined;
}

/** A URL, an app's scheme, or `/` for none. */
function callbackDefect(callbackUri: string): string | undefined {
  if (callbackUri === '') return 'invalid callbackUri: unable to parse callbackUri: parse "": empty url';
  if (callbackUri === '/') return undefined;
  return /^[a-z][a-z0-9+.-]*:/i.test(callbackUri) && URL.canParse(callbackUri)
    ? undefined
    : 'invalid callbackUri: url:';
}

function flowDefect(flow: string): string | undefined {
  return capabilitiesOf(flow) ? undefined : 'invalid flow';
}

/** Required, and yet the published 1:1 samples come without it (upstream.md §4.2). */
function purposeDefect(body: Members, flow: string): string | undefined {
  const purpose = textOf(body, 'purpose');
  if (purpose === undefined && capabilitiesOf(flow)?.has('faceMatch')) return undefined;
  return purposes.has(purpose ?? '') ? undefined : 'invalid purpose';
}

/** `expiresIn` in milliseconds: seconds with their suffix, e.g. "3600s"; null when it is not given. */
export function lifeOf(body: Members): number | null | undefined {
  if (body['expiresIn'] === undefined || body['expiresIn'] === null) return null;
  const seconds = /^([1-9]\d{0,8})s$/.exec(textOf(body, 'expiresIn') ?? '')?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
