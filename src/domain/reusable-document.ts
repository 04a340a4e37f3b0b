/** The kinds of document that documents/v1 looks up (upstream.md §S4 `type`). */
export const REUSABLE_DOCUMENT_TYPES = ['BR_RG', 'BR_CNH', 'BR_CIN', 'BR_PASSPORT'] as const;
/** A kind of document that documents/v1 looks up. */
export type ReusableDocumentType = (typeof REUSABLE_DOCUMENT_TYPES)[number];

/**
 * A document that Unico holds. `type` is `null` for a kind that this version does not know; `registryType` is Unico's
 * own value.
 */
export type ReusableDocument = {
  documentId: string;
  type: ReusableDocumentType | null;
  registryType: string | null;
};

/** Identifies the documents of one kind of a person; `code` is a CPF or CURP without punctuation. */
export type ReusableDocumentsKey = { code: string; type: ReusableDocumentType };
