/** An object of JSON whose members nobody promises. */
export type JsonObject = { [member: string]: unknown };

/** A check of a document: `null` where it was not made, `UNKNOWN` where its answer can not be read. */
export type Check = boolean | 'UNKNOWN' | null;

/** A captured or reused identity document: its checks, and what was read from it. Dates are `YYYY-MM-DD`. */
export type Document = {
  id: string | null;
  code: string | null;
  version: number | null;
  typified: boolean | null;
  cpfMatch: Check;
  faceMatch: Check;
  validated: Check;
  reused: boolean | null;
  /** Addresses of the files; they work until `signedUrlExpiresAt`. */
  signedUrls: string[];
  signedUrlExpiresAt: string | null;
  /** The fields read from the document, as Unico names them. */
  data: JsonObject | null;
  number: string | null;
  holderName: string | null;
  cpf: string | null;
  birthDate: string | null;
  expiresOn: string | null;
  category: string | null;
};

/** The checks of a document that a verdict looks at. */
export function documentChecks(document: Document): Check[] {
  return [document.cpfMatch, document.faceMatch, document.validated];
}
