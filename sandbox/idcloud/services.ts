import { anotherCpf, ocr } from '../documents-v1/documents.ts';
import type { Signals } from '../identities/identity.ts';
import { signedUrl } from '../lib/signed-url.ts';
import type { Capability } from './flows.ts';
import type { Journey } from './process.ts';

/** Signed envelopes and captured documents of a finished journey (upstream.md §S0 `process.services`). */
export function servicesOf(
  journey: Journey,
  { document }: Signals,
  capabilities: ReadonlySet<Capability>,
  nowMs: number,
): unknown[] {
  const captures = capabilities.has('documents');
  if (!captures && !capabilities.has('signature')) return [];
  const documentId = `doc-${journey.id}`;
  const holder = journey.person.friendlyName ?? '';
  const passes = document === 'passes';
  const cpf = passes ? (journey.person.duiValue ?? '') : anotherCpf;
  const captured = {
    doc_id: documentId,
    typified: true,
    cpf_match: passes,
    face_match: true,
    validate_doc: true,
    reused_doc: false,
    // Signed anew at every read: the link lives 5 minutes (upstream.md §S0).
    signed_url: signedUrl(`https://documents.example.com/${documentId}.pdf`, nowMs),
    doc: { version: 1, code: 'CNH', data: ocr('BR_CNH', holder, cpf) },
  };
  return [
    {
      ...(capabilities.has('signature') ? { envelopeId: journey.envelopeId } : {}),
      documentIds: captures ? [documentId] : [],
      consent_granted: true,
      documents: captures ? [captured] : [],
    },
  ];
}
