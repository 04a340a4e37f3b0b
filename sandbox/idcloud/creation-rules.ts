import { objectProperty, textProperty } from '../http/json-body.ts';
import type { JsonObject } from '../http/json-body.ts';
import type { Reply } from '../http/reply.ts';
import { invalid, wrongState } from './errors.ts';
import { UNCONFIGURED_FLOW, allowsOptionalDocument, capabilitiesOf } from './flows.ts';
import { payloadDefect } from './payload.ts';
import { personDefect } from './person.ts';

/** The published values (upstream.md §4.2), and the one of the sample of upstream.md §S0. */
const PURPOSES = new Set([
  'creditprocess',
  'biometryonboarding',
  'carpurchase',
  'ageverification',
  'VERIFICATION',
]);

/**
 * The refusal of a body of POST client/v1/process (upstream.md §4.2, §4.6), or `null`. The messages for `expiresIn`,
 * `useCase`, `payload` and the references are not published; the sandbox's own follow the pattern of the others.
 */
export function creationDefect(body: JsonObject): Reply | null {
  const flow = textProperty(body, 'flow') ?? '';
  const message =
    callbackDefect(textProperty(body, 'callbackUri') ?? '') ?? flowDefect(flow) ?? purposeDefect(body, flow);
  if (message !== null) return invalid(message);
  if (flow === UNCONFIGURED_FLOW) return wrongState('XX ID Apikeys are not set');
  const isSigned = capabilitiesOf(flow)?.has('signature') === true;
  const laterMessage =
    personDefect(objectProperty(body, 'person'), {
      allowsNoDocument: allowsOptionalDocument(flow),
      isSigned,
    }) ??
    (isSigned ? payloadDefect(body) : null) ??
    (flow === 'idsmart' && textProperty(body, 'useCase') === null ? 'invalid useCase' : null) ??
    (lifetimeMs(body) === 'invalid' ? 'invalid expiresIn' : null);
  return laterMessage === null ? null : invalid(laterMessage);
}

/**
 * What Go's parser of addresses takes, whose message for empty text is Unico's (upstream.md §4.2): a scheme or a path at
 * the beginning, and no control character.
 */
function callbackDefect(callbackUri: string): string | null {
  if (callbackUri === '') return 'invalid callbackUri: unable to parse callbackUri: parse "": empty url';
  return /^(?:\/|[a-z][a-z0-9+.-]*:)\P{Cc}*$/iu.test(callbackUri) ? null : 'invalid callbackUri: url:';
}

function flowDefect(flow: string): string | null {
  return capabilitiesOf(flow) ? null : 'invalid flow';
}

/** Required, but the published 1:1 samples have none (upstream.md §4.2). */
function purposeDefect(body: JsonObject, flow: string): string | null {
  const purpose = textProperty(body, 'purpose');
  if (purpose === null && capabilitiesOf(flow)?.has('faceMatch')) return null;
  return PURPOSES.has(purpose ?? '') ? null : 'invalid purpose';
}

/**
 * `expiresIn` in milliseconds: seconds with their suffix, e.g. "3600s" (upstream.md §4.2), in the JSON of protobuf with
 * up to nine decimals. `null`: not given.
 */
export function lifetimeMs(body: JsonObject): number | 'invalid' | null {
  if (body['expiresIn'] === undefined || body['expiresIn'] === null) return null;
  const seconds = /^(\d{1,12}(?:\.\d{1,9})?)s$/.exec(textProperty(body, 'expiresIn') ?? '')?.[1];
  return seconds === undefined ? 'invalid' : Number(seconds) * 1000;
}
