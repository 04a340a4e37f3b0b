import type { Document as DocumentModel } from '../domain/document.ts';
import type { DocumentResolvers } from '../generated/resolvers.ts';
import type { NeededResolvers } from './needed-resolvers.ts';

export const Document: NeededResolvers<DocumentResolvers, DocumentModel> = {
  signedUrl: ({ signedUrls }) => signedUrls[0] ?? null,
};
