import { isCpf, isCurp } from '../lib/check-digits.ts';
import { applyFault, faultReply } from '../http/faults.ts';
import { jsonReply } from '../http/reply.ts';
import type { Reply } from '../http/reply.ts';
import { identityFor } from '../identities/index.ts';
import type { Identity } from '../identities/identity.ts';
import type { SandboxState } from '../state.ts';
import { documentError } from '../processes-v1/errors.ts';
import { DOCUMENT_KINDS, documentsOf } from './documents.ts';

/** GET documents/v1?code&type (upstream.md §S4). */
export function reusableDocuments(query: URLSearchParams, state: SandboxState): Reply {
  const code = query.get('code') ?? '';
  const type = query.get('type') ?? '';
  if (!isCpf(code) && !isCurp(code)) return documentError('20507');
  // upstream.md §S4 lists the accepted types and no code for others; an invalid request is the nearest.
  if (!Object.hasOwn(DOCUMENT_KINDS, type)) return documentError('20003');

  const person = identityFor(code, null);
  const { fault, reusable, processesV1 } = person.outcome;
  if (processesV1.refusedWith === '20507') return documentError('20507');
  const target = `documents ${person.scenario}`;
  const refusal = faultReply({ fault, target, internalFailure: documentError('99999') }, state);
  if (refusal) return refusal;
  if (typeof reusable === 'string' && reusable !== 'empty-item') return documentError(reusable);
  return applyFault(jsonReply(200, { items: itemsFor(person, code, type) }), fault, state);
}

/** Two forms of an empty result: an empty list (upstream.md §S4), and one empty item (upstream.md §10.8). */
function itemsFor(person: Identity, code: string, type: string): unknown[] {
  if (person.outcome.reusable === 'empty-item') return [{}];
  // A code that is not in the table is approved, and has no documents.
  if (person.code !== code.toUpperCase()) return [];
  return documentsOf(person, type).map(({ id, kind }) => ({
    documentType: DOCUMENT_KINDS[kind].registryType,
    documentId: id,
  }));
}
