import { IDENTITIES } from '../identities/index.ts';
import type { DocumentKind, Identity } from '../identities/identity.ts';

/**
 * The names of each kind: in OCR (`doc.code`, upstream.md §S0) and in the registry (`documentType`, upstream.md §S4).
 */
export const DOCUMENT_KINDS: Record<DocumentKind, { code: string; registryType: string }> = {
  BR_CNH: { code: 'CNH', registryType: 'unico.moja.dictionary.br.cnh.v2.Cnh' },
  BR_RG: { code: 'RG', registryType: 'unico.moja.dictionary.br.rg.v2.Rg' },
  BR_CIN: { code: 'CIN', registryType: 'unico.moja.dictionary.br.cin.v1.Cin' },
  BR_PASSPORT: { code: 'PASSPORT', registryType: 'unico.moja.dictionary.br.passaporte.v1.Passaporte' },
};

/** A document that an earlier process captured. */
export type StoredDocument = { id: string; kind: DocumentKind; owner: Identity };

/**
 * In upstream.md §S4 the CNH of the sample person is `doc-abc-123`; the other ids are made of the scenario and the
 * kind.
 */
function storedFor(owner: Identity): StoredDocument[] {
  const { reusable } = owner.outcome;
  if (!Array.isArray(reusable)) return [];
  return reusable.map((kind) => {
    const id = `doc-${owner.scenario}-${DOCUMENT_KINDS[kind].code.toLowerCase()}`;
    return { id: owner.scenario === 'approved' ? 'doc-abc-123' : id, kind, owner };
  });
}

const STORED_DOCUMENTS = IDENTITIES.flatMap(storedFor);

/** The documents of a person that GET documents/v1 finds. */
export function documentsOf(owner: Identity, kind: string): StoredDocument[] {
  return STORED_DOCUMENTS.filter((document) => document.owner === owner && document.kind === kind);
}

/** The document with this id, or `null`. */
export function documentById(documentId: string): StoredDocument | null {
  return STORED_DOCUMENTS.find((document) => document.id === documentId) ?? null;
}

/** The CPF on a document whose CPF check fails: valid, and not in the table of identities. */
export const MISMATCHED_CPF = '98765432100';

/**
 * OCR fields. The sample of upstream.md §S0 is camelCase, the longer published list mixes in snake_case (upstream.md
 * §4.4); a CNH shows both. A passport has the given names and the surname apart, and the number of a CIN is the CPF.
 */
export function ocrFields(kind: DocumentKind, holder: string, cpf: string): Record<string, unknown> {
  const dataNascimento = '1990-05-12T00:00:00Z';
  switch (kind) {
    case 'BR_CNH':
      return {
        numero: '044589731564',
        rgNumero: '342345678',
        cpfNumero: cpf,
        nomeCivil: holder,
        filiacao: ['Anakin Skywalker', 'Padme Amidala'],
        dataNascimento,
        data_habilitacao: '2009-03-02T00:00:00Z',
        dataExpiracao: '2027-12-07T00:00:00Z',
        data_emissao: '2022-12-07T00:00:00Z',
        local_emissao: 'SAO PAULO, SP',
        categoria: 'B',
        renachNumero: 'SP123456789',
      };
    case 'BR_RG':
      return { numero: '342345678', cpfNumero: cpf, nomeCivil: holder, dataNascimento };
    case 'BR_CIN':
      return { rgNumero: '342345678', cpfNumero: cpf, nomeCivil: holder, dataNascimento };
    case 'BR_PASSPORT': {
      const [sobrenome = '', ...given] = holder.split(' ').toReversed();
      const nome = given.toReversed().join(' ');
      return { numero: 'FX123456', nome, sobrenome, dataNascimento, dataExpiracao: '2031-01-20T00:00:00Z' };
    }
  }
}
