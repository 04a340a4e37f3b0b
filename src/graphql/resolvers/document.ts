import type { Check, Document as DocumentModel } from '../../domain/document.ts';
import type { DocumentResolvers } from '../../generated/resolvers.ts';
import { memberOf } from '../errors/errors-as-values.ts';
import type { RequiredResolvers } from './resolver-types.ts';

/** A check whose answer can not be read has none to show; the decision says REVIEW. */
const readable = (check: Check): boolean | null => (check === 'UNKNOWN' ? null : check);

export const Document: RequiredResolvers<DocumentResolvers, DocumentModel> = {
  cpfMatch: ({ cpfMatch }) => readable(cpfMatch),
  faceMatch: ({ faceMatch }) => readable(faceMatch),
  validated: ({ validated }) => readable(validated),
  signedUrl: ({ signedUrls }) => memberOf(signedUrls)[0] ?? null,
};
