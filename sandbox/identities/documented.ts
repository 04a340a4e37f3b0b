import { identity } from './identity.ts';
import type { Identity } from './identity.ts';

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
    signals: { document: 'fails' },
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
];
