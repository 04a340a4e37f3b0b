import { MISMATCHED_CPF, ocrFields } from '../documents-v1/documents.ts';
import type { Signals } from '../identities/identity.ts';
import { signedUrl } from '../lib/signed-url.ts';
import type { Capability } from './flows.ts';
import type { Process } from './process.ts';

type FinishedProcess = {
  process: Process;
  signals: Signals;
  capabilities: ReadonlySet<Capability>;
  nowMs: number;
};

/** The signed envelope and the captured document of a finished process (upstream.md §S0 `process.services`). */
export function servicesOf({ process, signals, capabilities, nowMs }: FinishedProcess): unknown[] {
  const hasDocuments = capabilities.has('documents');
  const hasSignature = capabilities.has('signature');
  if (!hasDocuments && !hasSignature) return [];
  const { id, envelopeId, person } = process;
  const documentId = `doc-${id}`;
  const isMatch = signals.document === 'passes';
  const cpf = isMatch ? (person.duiValue ?? '') : MISMATCHED_CPF;
  const captured = {
    doc_id: documentId,
    typified: true,
    cpf_match: isMatch,
    face_match: true,
    validate_doc: true,
    reused_doc: false,
    // Each read signs a new link, which expires after 5 minutes (upstream.md §S0).
    signed_url: signedUrl(`https://documents.example.com/${documentId}.pdf`, nowMs),
    doc: { version: 1, code: 'CNH', data: ocrFields('BR_CNH', person.friendlyName ?? '', cpf) },
  };
  return [
    {
      ...(hasSignature ? { envelopeId } : {}),
      documentIds: hasDocuments ? [documentId] : [],
      consent_granted: true,
      documents: hasDocuments ? [captured] : [],
    },
  ];
}
