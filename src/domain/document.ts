import type { JsonObject } from '../lib/json-object.ts';
import type { Part } from './part.ts';

/** The result of a check of a document: `null` where it was not made, `UNKNOWN` where its result cannot be read. */
export type Check = boolean | 'UNKNOWN' | null;

/** What was read from a document. Personal data. Dates are `YYYY-MM-DD`. */
export type DocumentContents = {
  /** All fields read from the document, under the names that Unico gives them. */
  data: JsonObject | null;
  number: string | null;
  holderName: string | null;
  cpf: string | null;
  birthDate: string | null;
  expiresOn: string | null;
  category: string | null;
};

/** Where to download the files of a document. */
export type SignedFiles = {
  urls: string[];
  /** When the URLs expire: ISO 8601 in UTC; `null` without any URL. */
  expiresAt: string | null;
};

/**
 * A captured or reused identity document: its kind, its checks, and the parts with personal data. `code` is Unico's
 * name of the kind, such as `CNH`, and `version` the number of its layout.
 */
export type Document = {
  id: string | null;
  code: string | null;
  version: number | null;
  typified: Check;
  cpfMatch: Check;
  faceMatch: Check;
  validated: Check;
  reused: Check;
  contents: Part<DocumentContents>;
  files: Part<SignedFiles>;
};

/** The checks of a document that a verdict depends on: all but whether it was reused. */
export function documentChecks({ typified, cpfMatch, faceMatch, validated }: Document): Check[] {
  return [typified, cpfMatch, faceMatch, validated];
}
