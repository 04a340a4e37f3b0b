import { z } from 'zod';
import type { CallOptions } from '../../../domain/call-options.ts';
import type {
  ReusableDocument,
  ReusableDocumentsKey,
  ReusableDocumentType,
} from '../../../domain/reusable-document.ts';
import { requireApiKey, type ApiKeys } from '../credentials/api-keys.ts';
import type { AuthorizedSend } from '../authorized-client.ts';
import { readResponse } from '../parsing/read-response.ts';
import { text } from '../parsing/tolerant-schemas.ts';

/** documents/v1: documents that may be reused. */
export type DocumentsV1Client = {
  /** S4. Empty where there is none (200 with an empty list, or 404). Throws `UpstreamFailure`. */
  findReusable(key: ReusableDocumentsKey, callOptions: CallOptions): Promise<ReusableDocument[]>;
};

/** A miss is `[]` (upstream.md §S4), or `[{}]` from older versions (upstream.md §13.9): an item without an id is none. */
const item = z.object({ documentId: text, documentType: text });
const documentsAnswer = z.object({ items: z.array(item.nullable().catch(null)) });

/** S4: the segment after the country in `unico.moja.dictionary.br.cnh.v2.Cnh`. */
const TYPES = new Map<string, ReusableDocumentType>([
  ['rg', 'BR_RG'],
  ['cnh', 'BR_CNH'],
  ['cin', 'BR_CIN'],
  ['passaporte', 'BR_PASSPORT'],
]);

function readType(registryType: string | null): ReusableDocumentType | null {
  const kind = /^unico\.moja\.dictionary\.br\.([a-z]+)\./.exec(registryType ?? '')?.[1];
  return (kind === undefined ? undefined : TYPES.get(kind)) ?? null;
}

/** The client of documents/v1 over an endpoint of the api host. */
export function createDocumentsV1Client(endpoint: AuthorizedSend, keys: ApiKeys): DocumentsV1Client {
  return {
    async findReusable({ code, type }, callOptions) {
      const name = 'GET documents/v1';
      // S4 has the code in the query: this is the one place where a document number is part of an address.
      const query = new URLSearchParams({ code, type });
      const headers = { apikey: requireApiKey(keys, 'document') };
      const answer = await endpoint({
        name,
        method: 'GET',
        path: `/documents/v1?${query}`,
        headers,
        callOptions,
      });
      if (answer.status === 404) return [];
      const { items } = readResponse(name, 'api', documentsAnswer, answer);
      return items.flatMap((found) =>
        found === null || found.documentId === null
          ? []
          : [
              {
                documentId: found.documentId,
                type: readType(found.documentType),
                registryType: found.documentType,
              },
            ],
      );
    },
  };
}
