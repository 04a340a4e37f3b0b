import type { Check, Document as DocumentModel } from '../../domain/document.ts';
import type { DocumentResolvers } from '../../generated/resolvers.ts';
import { partValue } from '../errors/errors-as-values.ts';
import type { RequiredResolvers } from './resolver-types.ts';

/** A check whose result cannot be read has no value to show; the decision is then REVIEW. */
const readable = (check: Check): boolean | null => (check === 'UNKNOWN' ? null : check);

/** The fields of `Document` that are not plain properties: its checks, and the fields of its parts. */
export const Document: RequiredResolvers<DocumentResolvers, DocumentModel> = {
  typified: ({ typified }) => readable(typified),
  reused: ({ reused }) => readable(reused),
  cpfMatch: ({ cpfMatch }) => readable(cpfMatch),
  faceMatch: ({ faceMatch }) => readable(faceMatch),
  validated: ({ validated }) => readable(validated),
  signedUrl: ({ files }) => partValue(files)?.urls[0] ?? null,
  signedUrls: ({ files }) => partValue(files)?.urls ?? [],
  signedUrlExpiresAt: ({ files }) => partValue(files)?.expiresAt ?? null,
  data: ({ contents }) => partValue(contents)?.data ?? null,
  number: ({ contents }) => partValue(contents)?.number ?? null,
  holderName: ({ contents }) => partValue(contents)?.holderName ?? null,
  cpf: ({ contents }) => partValue(contents)?.cpf ?? null,
  birthDate: ({ contents }) => partValue(contents)?.birthDate ?? null,
  expiresOn: ({ contents }) => partValue(contents)?.expiresOn ?? null,
  category: ({ contents }) => partValue(contents)?.category ?? null,
};
