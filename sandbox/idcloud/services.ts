import { DOCUMENT_KINDS, MISMATCHED_CPF, ocrFields } from '../documents-v1/documents.ts';
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
  const { kind, typified, cpfMatch, faceMatch, validated, reused, consentGranted } = signals.document;
  const cpf = cpfMatch ? (person.duiValue ?? '') : MISMATCHED_CPF;
  const captured = {
    doc_id: documentId,
    typified,
    cpf_match: cpfMatch,
    face_match: faceMatch,
    validate_doc: validated,
    reused_doc: reused,
    // Each read signs a new link, which expires after 5 minutes (upstream.md §S0).
    signed_url: signedUrl(`https://documents.example.com/${documentId}.pdf`, nowMs),
    doc: {
      version: 1,
      code: DOCUMENT_KINDS[kind].code,
      data: ocrFields(kind, person.friendlyName ?? '', cpf),
    },
  };
  return [
    {
      ...(hasSignature ? { envelopeId } : {}),
      documentIds: hasDocuments ? [documentId] : [],
      consent_granted: consentGranted,
      documents: hasDocuments ? [captured] : [],
    },
  ];
}
