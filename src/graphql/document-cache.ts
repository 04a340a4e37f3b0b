import type { ApolloServerOptions, BaseContext } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/**
 * The length of all queries whose parsed documents are cached, in characters. A parsed document takes some hundred
 * times the length of its text, so 50 MB in all. A router sends a few hundred different documents; a client that writes
 * ids into its queries sends a new document each time.
 */
const MAX_TEXT_LENGTH = 512 * 1024;

/**
 * Matches strings and long numbers that are written into a query instead of variables. They may be personal data, and
 * such a query is a new document each time: it is not cached.
 */
const LITERALS = /"|\d{5}/;

/** Caches parsed and validated documents for Apollo Server; evicts the least recently used. */
export function createDocumentCache(): NonNullable<ApolloServerOptions<BaseContext>['documentStore']> {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: MAX_TEXT_LENGTH,
    sizeCalculation: ({ loc }) => Math.max(1, loc?.source.body.length ?? MAX_TEXT_LENGTH),
  });
  return {
    get: async (key) => documents.get(key),
    set: async (key, document) => {
      if (!LITERALS.test(document.loc?.source.body ?? '"')) documents.set(key, document);
    },
    delete: async (key) => documents.delete(key),
  };
}
