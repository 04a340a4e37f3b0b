import type { DocumentContents, SignedFiles } from '../../../domain/document.ts';
import type { JsonObject } from '../../../lib/json-object.ts';
import { readDay } from './read-values.ts';

/** How long a signed URL works: five minutes (upstream.md §S0 `signed_url`). */
const SIGNED_URL_TTL_MS = 5 * 60 * 1000;

/** The signed files of a document whose URLs were received at `receivedAt` (milliseconds since the epoch). */
export function toSignedFiles(urls: string[], receivedAt: number): SignedFiles {
  const expiresAt = urls.length === 0 ? null : new Date(receivedAt + SIGNED_URL_TTL_MS).toISOString();
  return { urls, expiresAt };
}

/** `data_expiracao` and `dataExpiracao` are one name (upstream.md §4.4: both spellings occur). */
function plainName(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

/**
 * The contents of a document of kind `code`, out of the fields that Unico read from it. The names are those of
 * upstream.md §S0 and of the older list in §4.4, in either spelling; a CNH also has the number of the holder's RG,
 * which is not the number of the CNH.
 */
export function toDocumentContents(code: string | null, data: JsonObject | null): DocumentContents {
  const fields = new Map(Object.entries(data ?? {}).map(([name, value]) => [plainName(name), value]));
  const first = (...names: string[]): unknown =>
    names
      .map((name) => fields.get(name))
      .find((value) => value !== undefined && value !== null && value !== '');
  const textOf = (...names: string[]): string | null => {
    const value = first(...names);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
  };
  return {
    data,
    number: code === 'RG' ? textOf('rgnumero', 'numero') : textOf('numero'),
    holderName: textOf('nomecivil', 'nome', 'nomesocial'),
    cpf: textOf('cpfnumero', 'cpf')?.replaceAll(/[.-]/g, '') ?? null,
    birthDate: readDay(first('datanascimento')),
    expiresOn: readDay(first('dataexpiracao', 'datavalidade')),
    category: textOf('categoria'),
  };
}
