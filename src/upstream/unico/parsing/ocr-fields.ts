import type { Document, JsonObject } from '../../../domain/document.ts';
import { readDay } from './timestamps.ts';

/** What every kind of document has in common, out of the fields read from it. */
export type OcrFields = Pick<
  Document,
  'number' | 'holderName' | 'cpf' | 'birthDate' | 'expiresOn' | 'category'
>;

/** `data_expiracao` and `dataExpiracao` are one name (upstream.md §4.4: both spellings occur). */
function plainName(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

/**
 * The common fields of a document of kind `code`. The names are S0's and those of the older list in upstream.md §4.4, in either
 * spelling; a CNH also bears the number of the holder's RG, which is not its own.
 */
export function readOcrFields(code: string | null, data: JsonObject | null): OcrFields {
  const members = new Map(Object.entries(data ?? {}).map(([name, value]) => [plainName(name), value]));
  const first = (...names: string[]): unknown =>
    names
      .map((name) => members.get(name))
      .find((value) => value !== undefined && value !== null && value !== '');
  const textOf = (...names: string[]): string | null => {
    const value = first(...names);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
  };
  return {
    number: code === 'RG' ? textOf('rgnumero', 'numero') : textOf('numero'),
    holderName: textOf('nomecivil', 'nome', 'nomesocial'),
    cpf: textOf('cpfnumero', 'cpf')?.replaceAll(/[.-]/g, '') ?? null,
    birthDate: readDay(first('datanascimento')),
    expiresOn: readDay(first('dataexpiracao', 'datavalidade')),
    category: textOf('categoria'),
  };
}
