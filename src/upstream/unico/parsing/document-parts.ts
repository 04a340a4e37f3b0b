import type { DocumentContents, SignedFiles } from '../../../domain/document.ts';
import type { JsonObject } from '../../../lib/json-object.ts';
import { readCpf, readDay, readLastDay, readText } from './read-values.ts';

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

/** What `read` returns for the first of the named fields that it can read; `null` where it can read none. */
type ReadFirst = (read: (value: unknown) => string | null, ...names: string[]) => string | null;

/** Reads the fields of a document by their plain names. The names are those of upstream.md §S0 and §4.4. */
function fieldReader(data: JsonObject | null): ReadFirst {
  const values = new Map(Object.entries(data ?? {}).map(([name, value]) => [plainName(name), value]));
  return (read, ...names) => {
    for (const name of names) {
      const value = read(values.get(name));
      if (value !== null) return value;
    }
    return null;
  };
}

/**
 * The number of a document itself. That of a CIN is the CPF (Decreto 10.977/2022, upstream.md §4.4). A CNH and a CIN
 * also have the number of the holder's RG, which is not theirs.
 */
function numberOf(code: string | null, first: ReadFirst): string | null {
  switch (code?.toUpperCase()) {
    case 'RG':
      return first(readText, 'rgnumero', 'numero');
    case 'CIN':
      return first(readCpf, 'cpfnumero', 'cpf') ?? first(readText, 'numero');
    default:
      return first(readText, 'numero');
  }
}

/** The holder's whole name: a passport has the given names and the surname apart (upstream.md §4.4). */
function holderNameOf(first: ReadFirst): string | null {
  const civil = first(readText, 'nomecivil');
  if (civil !== null) return civil;
  const parts = [first(readText, 'nome'), first(readText, 'sobrenome')];
  const whole = parts.filter((part) => part !== null).join(' ');
  return whole === '' ? first(readText, 'nomesocial') : whole;
}

/** The contents of a document of kind `code`, out of the fields that Unico read from it, in either spelling. */
export function toDocumentContents(code: string | null, data: JsonObject | null): DocumentContents {
  const first = fieldReader(data);
  return {
    data,
    number: numberOf(code, first),
    holderName: holderNameOf(first),
    cpf: first(readCpf, 'cpfnumero', 'cpf'),
    birthDate: first(readDay, 'datanascimento'),
    expiresOn: first(readLastDay, 'dataexpiracao', 'datavalidade'),
    category: first(readText, 'categoria'),
  };
}
