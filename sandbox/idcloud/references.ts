import { isUuid } from '../lib/check-digits.ts';
import { isJsonObject, textProperty } from '../http/json-body.ts';
import type { JsonObject } from '../http/json-body.ts';
import type { Reply } from '../http/reply.ts';
import type { SandboxState } from '../state.ts';
import { invalid, notFound } from './errors.ts';
import { capabilitiesOf } from './flows.ts';
import type { Reference } from './process.ts';

/** The reference of a new process (`null`: none), or the reply that refuses it. */
export type ResolvedReference = { refusal: Reply } | { reference: Reference | null };

/**
 * Resolves `references[]`, or `bioTokenId`, which it replaces (upstream.md §4.2). An image as reference has no
 * process to refer to.
 */
export function resolveReference(body: JsonObject, flow: string, state: SandboxState): ResolvedReference {
  const given = firstReference(body);
  if (given === null) {
    // Smart revalidation may have none: it uses metadata first (upstream.md §7.2).
    return capabilitiesOf(flow)?.has('faceMatch')
      ? { refusal: invalid('invalid bioTokenId') }
      : { reference: null };
  }
  if (given.type === 'REFERENCE_TYPE_IMAGE_BASE64') return { reference: null };
  if (given.type !== 'REFERENCE_TYPE_PROCESS_ID' || given.content === '') {
    return { refusal: invalid('invalid bioTokenId') };
  }
  const reference = referenceTo(given.content, state);
  return reference === null ? { refusal: notFound() } : { reference };
}

/** A process of either contract, by its id or its `authenticationId`. */
function referenceTo(id: string, state: SandboxState): Reference | null {
  const process = state.idcloudProcesses.get(id) ?? state.idcloudProcessByAuthentication(id);
  if (process) return { processId: process.id, authenticationId: process.authenticationId };
  return state.processesV1.get(id) ? { processId: id, authenticationId: id } : null;
}

function firstReference(body: JsonObject): { type: string; content: string } | null {
  const { references } = body;
  const first: unknown = Array.isArray(references) ? references[0] : undefined;
  if (isJsonObject(first)) {
    return {
      type: textProperty(first, 'referenceType') ?? '',
      content: textProperty(first, 'referenceContent') ?? '',
    };
  }
  const bioTokenId = textProperty(body, 'bioTokenId');
  if (bioTokenId === null) return null;
  // The older property is a UUID (upstream.md §4.2); of the newer one no page says so.
  return { type: 'REFERENCE_TYPE_PROCESS_ID', content: isUuid(bioTokenId) ? bioTokenId : '' };
}
