import { isCpf, isCurp } from '../lib/check-digits.ts';
import { documentKinds, heldDocuments } from './documents.ts';
import { disturbed, refusal } from '../http/faults.ts';
import { identityFor } from '../identities/index.ts';
import type { Identity } from '../identities/identity.ts';
import { json } from '../http/reply.ts';
import type { Reply } from '../http/reply.ts';
import type { World } from '../state.ts';
import { documentError } from '../processes-v1/errors.ts';

/** GET documents/v1?code&type (upstream.md §S4). */
export function reusableDocuments(query: URLSearchParams, world: World): Reply {
  const code = query.get('code') ?? '';
  const type = query.get('type') ?? '';
  if (!isCpf(code) && !isCurp(code)) return documentError('20507');
  // S4 lists the accepted types and no code for others; an invalid request is the nearest.
  if (!Object.hasOwn(documentKinds, type)) return documentError('20003');

  const who = identityFor(code, undefined);
  const { fault, reusable, analysis } = who.outcome;
  if (analysis?.refusedWith === '20507') return documentError('20507');
  const refused = refusal(fault, `documents ${who.scenario}`, world, documentError('99999'));
  if (refused) return refused;
  if (typeof reusable === 'string' && reusable !== 'empty-item') return documentError(reusable);
  // Two forms of finding nothing: S4's empty list, and an older page's list of one empty item (upstream.md §10.8).
  const found = reusable === 'empty-item' ? [{}] : who.code === code ? items(who, type) : [];
  return disturbed(fault, json(200, { items: found }), world);
}

function items(who: Identity, type: string): unknown[] {
  return heldDocuments(who, type).map(({ id, kind }) => ({
    documentType: documentKinds[kind].registryType,
    documentId: id,
  }));
}
