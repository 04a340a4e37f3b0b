import type { Check, Document as DocumentModel } from '../../domain/document.ts';
import type { DocumentResolvers } from '../../generated/resolvers.ts';
import { part } from '../errors/errors-as-values.ts';
import type { RequiredResolvers } from './resolver-types.ts';

/** A check whose result cannot be read has no value to show; the decision is then REVIEW. */
const readable = (check: Check): boolean | null => (check === 'UNKNOWN' ? null : check);

/** The fields of `Document` that are not plain properties: its checks, and the fields of its parts. */
export const Document: RequiredResolvers<DocumentResolvers, DocumentModel> = {
  cpfMatch: ({ cpfMatch }) => readable(cpfMatch),
  faceMatch: ({ faceMatch }) => readable(faceMatch),
  validated: ({ validated }) => readable(validated),
  signedUrl: ({ files }) => part(files)?.urls[0] ?? null,
  signedUrls: ({ files }) => part(files)?.urls ?? [],
  signedUrlExpiresAt: ({ files }) => part(files)?.expiresAt ?? null,
  data: ({ contents }) => part(contents)?.data ?? null,
  number: ({ contents }) => part(contents)?.number ?? null,
  holderName: ({ contents }) => part(contents)?.holderName ?? null,
  cpf: ({ contents }) => part(contents)?.cpf ?? null,
  birthDate: ({ contents }) => part(contents)?.birthDate ?? null,
  expiresOn: ({ contents }) => part(contents)?.expiresOn ?? null,
  category: ({ contents }) => part(contents)?.category ?? null,
};
