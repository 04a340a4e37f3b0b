import { identity } from './identity.ts';
import type { Identity } from './identity.ts';

/** Persons whose story is about documents: captured with OCR, failing a check, reusable or not. */
export const documented: Identity[] = [
  identity(60, 'document-full-ocr', 'Otto Full Ocr', 'a CNH with every OCR field; four reusable documents', {
    journey: { flow: 'idchecktrustdocs' },
    analysis: { kind: 'document' },
    reusable: ['BR_CNH', 'BR_RG', 'BR_CIN', 'BR_PASSPORT'],
  }),
  identity(61, 'document-check-failed', 'Dora Document', 'the CPF on the document is another one', {
    signals: { document: 'fails' },
    journey: { flow: 'idchecktrustdocs' },
    analysis: { kind: 'document' },
    reusable: [],
  }),
  identity(
    62,
    'reusable-none',
    'Nora No Document',
    'documents/v1 finds nothing: an empty list (upstream.md §S4)',
    {
      reusable: [],
      seeded: 'none',
    },
  ),
  identity(
    63,
    'reusable-empty-item',
    'Emil Empty Item',
    'documents/v1 finds nothing, the legacy way: one empty item',
    {
      reusable: 'empty-item',
      seeded: 'none',
    },
  ),
  identity(
    64,
    'reusable-forbidden',
    'Fritz Forbidden',
    'documents/v1: 403 30020, no access to document selfies',
    {
      reusable: '30020',
      seeded: 'none',
    },
  ),
  identity(65, 'reusable-not-found', 'Norma Not Found', 'documents/v1: 404 50001', {
    reusable: '50001',
    seeded: 'none',
  }),
  identity(66, 'reusable-attachment-gone', 'Greta Gone', 'documents/v1: 404 99987, the attachment is gone', {
    reusable: '99987',
    seeded: 'none',
  }),
];
