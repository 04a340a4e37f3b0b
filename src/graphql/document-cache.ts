import type { ApolloServerOptions, BaseContext } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/**
 * How much text of queries is kept parsed, in characters. Parsed, each takes some hundred times its length: 50 MB in all.
 * A router sends a few hundred different ones; a client that writes ids into its queries sends a new one each time.
 */
const MAX_TEXT = 512 * 1024;

/**
 * Texts and long numbers that are written into the query and not given as variables. They may be somebody's, and such a query
 * is a new one each time anyway.
 */
const LITERALS = /"|\d{5}/;

/** Keeps parsed and validated queries, those that were not used for longest going first. */
export function createDocumentCache(): NonNullable<ApolloServerOptions<BaseContext>['documentStore']> {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: MAX_TEXT,
    sizeCalculation: ({ loc }) => Math.max(1, loc?.source.body.length ?? MAX_TEXT),
  });
  return {
    get: async (key) => documents.get(key),
    set: async (key, document) => {
      if (!LITERALS.test(document.loc?.source.body ?? '"')) documents.set(key, document);
    },
    delete: async (key) => documents.delete(key),
  };
}
