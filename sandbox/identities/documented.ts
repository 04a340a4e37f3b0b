import { identity } from './identity.ts';
import type { DocumentSignals, Identity, IdentityRow } from './identity.ts';

/** Identities whose documents matter: captured with OCR, failing a check, reusable or not. */
export const DOCUMENTED: readonly Identity[] = [
  identity({
    row: 60,
    scenario: 'document-full-ocr',
    name: 'Otto Full Ocr',
    description: 'a CNH with every OCR field; four reusable documents',
    idcloud: { flow: 'idchecktrustdocs' },
    processesV1: { useCase: 'document' },
    reusable: ['BR_CNH', 'BR_RG', 'BR_CIN', 'BR_PASSPORT'],
  }),
  identity({
    row: 61,
    scenario: 'document-check-failed',
    name: 'Dora Document',
    description: 'the CPF on the document is another one',
    signals: { document: { cpfMatch: false } },
    idcloud: { flow: 'idchecktrustdocs' },
    processesV1: { useCase: 'document' },
    reusable: [],
  }),
  identity({
    row: 62,
    scenario: 'reusable-none',
    name: 'Nora No Document',
    description: 'documents/v1 finds nothing: an empty list (upstream.md §S4)',
    reusable: [],
    seeded: 'none',
  }),
  identity({
    row: 63,
    scenario: 'reusable-empty-item',
    name: 'Emil Empty Item',
    description: 'documents/v1 finds nothing, the legacy form: one empty item',
    reusable: 'empty-item',
    seeded: 'none',
  }),
  identity({
    row: 64,
    scenario: 'reusable-forbidden',
    name: 'Fritz Forbidden',
    description: 'documents/v1: 403 30020, no access to document selfies',
    reusable: '30020',
    seeded: 'none',
  }),
  identity({
    row: 65,
    scenario: 'reusable-not-found',
    name: 'Norma Not Found',
    description: 'documents/v1: 404 50001',
    reusable: '50001',
    seeded: 'none',
  }),
  identity({
    row: 66,
    scenario: 'reusable-attachment-gone',
    name: 'Greta Gone',
    description: 'documents/v1: 404 99987, the attachment is gone',
    reusable: '99987',
    seeded: 'none',
  }),
  captured({
    row: 90,
    scenario: 'document-not-typified',
    name: 'Tito Not Typified',
    description: 'the kind of the document was not recognized',
    document: { typified: false },
  }),
  identity({
    row: 91,
    scenario: 'document-other-face',
    name: 'Frida Other Face',
    description: 'the photo on the document is of another person',
    signals: { document: { faceMatch: false } },
    idcloud: { flow: 'idchecktrustdocs' },
    // Of the others, processes/v1 shows none (upstream.md §5.2).
    processesV1: { useCase: 'document' },
  }),
  captured({
    row: 92,
    scenario: 'document-not-valid',
    name: 'Vito Not Valid',
    description: 'the document did not pass the check of authenticity',
    document: { validated: false },
  }),
  captured({
    row: 93,
    scenario: 'consent-not-granted',
    name: 'Nico No Consent',
    description: 'the person did not agree to share data (consent_granted)',
    document: { consentGranted: false },
  }),
  captured({
    row: 94,
    scenario: 'document-reused',
    name: 'Rudi Reused',
    description: 'the document is reused from an earlier process',
    document: { reused: true },
  }),
  captured({
    row: 95,
    scenario: 'document-rg',
    name: 'Regina Rg',
    description: 'the document is an RG, with fewer OCR fields',
    document: { kind: 'BR_RG' },
  }),
];

/** A person whose document is captured in a journey. */
function captured({ document, ...row }: IdentityRow & { document: Partial<DocumentSignals> }): Identity {
  return identity({
    ...row,
    signals: { document },
    idcloud: { flow: 'idchecktrustdocs' },
    seeded: 'idcloud',
  });
}
