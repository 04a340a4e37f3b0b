import { identities } from '../identities/index.ts';
import type { DocumentKind, Identity } from '../identities/identity.ts';

/** What each kind is called: in OCR (`doc.code`, S0) and in the registry (`documentType`, S4). */
export const documentKinds: Record<DocumentKind, { code: string; registryType: string }> = {
  BR_CNH: { code: 'CNH', registryType: 'unico.moja.dictionary.br.cnh.v2.Cnh' },
  BR_RG: { code: 'RG', registryType: 'unico.moja.dictionary.br.rg.v2.Rg' },
  BR_CIN: { code: 'CIN', registryType: 'unico.moja.dictionary.br.cin.v1.Cin' },
  BR_PASSPORT: { code: 'PASSPORT', registryType: 'unico.moja.dictionary.br.passaporte.v1.Passaporte' },
};

export type HeldDocument = { id: string; kind: DocumentKind; owner: Identity };

/** S4 calls the sample person's CNH `doc-abc-123`; the others bear their owner's scenario and their kind. */
function heldBy(owner: Identity): HeldDocument[] {
  const { reusable } = owner.outcome;
  if (!Array.isArray(reusable)) return [];
  return reusable.map((kind) => {
    const id = `doc-${owner.scenario}-${documentKinds[kind].code.toLowerCase()}`;
    return { id: owner.scenario === 'approved' ? 'doc-abc-123' : id, kind, owner };
  });
}

const held = identities.flatMap(heldBy);

/** The documents of a person that GET documents/v1 finds. */
export function heldDocuments(owner: Identity, kind: string): HeldDocument[] {
  return held.filter((document) => document.owner === owner && document.kind === kind);
}

export function heldDocument(documentId: string): HeldDocument | undefined {
  return held.find((document) => document.id === documentId);
}

/** The CPF read from a document whose CPF check fails: valid, and nobody's in the table. */
export const anotherCpf = '98765432100';

/**
 * OCR fields. The S0 sample is camelCase, the longer published list mixes in snake_case (upstream.md §4.4); a CNH shows both,
 * and the other kinds have fewer fields, because their own lists were not published whole.
 */
export function ocr(kind: DocumentKind, holder: string, cpf: string): Record<string, unknown> {
  if (kind === 'BR_CNH') {
    return {
      numero: '044589731564',
      rgNumero: '342345678',
      cpfNumero: cpf,
      nomeCivil: holder,
      filiacao: ['Anakin Skywalker', 'Padme Amidala'],
      dataNascimento: '1990-05-12T00:00:00Z',
      data_habilitacao: '2009-03-02T00:00:00Z',
      dataExpiracao: '2027-12-07T00:00:00Z',
      data_emissao: '2022-12-07T00:00:00Z',
      local_emissao: 'SAO PAULO, SP',
      categoria: 'B',
      renachNumero: 'SP123456789',
    };
  }
  const numero = { BR_RG: '342345678', BR_CIN: cpf, BR_PASSPORT: 'FX123456' }[kind];
  const common = { numero, nomeCivil: holder, dataNascimento: '1990-05-12T00:00:00Z' };
  return kind === 'BR_PASSPORT'
    ? { ...common, dataExpiracao: '2031-01-20T00:00:00Z' }
    : { ...common, cpfNumero: cpf };
}
