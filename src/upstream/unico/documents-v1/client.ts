import { z } from 'zod';
import type { CallOptions } from '../../../domain/call-options.ts';
import type {
  ReusableDocument,
  ReusableDocumentsKey,
  ReusableDocumentType,
} from '../../../domain/reusable-document.ts';
import { requireApiKey, type ApiKeys } from '../credentials/api-keys.ts';
import type { AuthorizedClient } from '../authorized-client.ts';
import { readResponse } from '../parsing/read-response.ts';
import { text } from '../parsing/tolerant-schemas.ts';

/**
 * An empty result is `[]` (upstream.md §S4), or `[{}]` in older versions (upstream.md §13.9), so an item without an id
 * is dropped.
 */
const item = z.object({ documentId: text, documentType: text });
const documentsResponse = z.object({ items: z.array(item.nullable().catch(null)) });

/** upstream.md §S4: the segment after the country in `unico.moja.dictionary.br.cnh.v2.Cnh`. */
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

function toReusableDocument({ documentId, documentType }: z.infer<typeof item>): ReusableDocument[] {
  return documentId === null
    ? []
    : [{ documentId, type: readType(documentType), registryType: documentType }];
}

/** The client of documents/v1, documents that can be reused, over the api host. */
export class DocumentsV1Client {
  readonly #client: AuthorizedClient;
  readonly #keys: ApiKeys;

  constructor(client: AuthorizedClient, keys: ApiKeys) {
    this.#client = client;
    this.#keys = keys;
  }

  /**
   * The reusable documents of a person (upstream.md §S4). Empty when there are none (200 with an empty list, or 404).
   * Throws `UpstreamFailure`.
   */
  async findReusable(
    { code, type }: ReusableDocumentsKey,
    callOptions: CallOptions,
  ): Promise<ReusableDocument[]> {
    const name = 'GET documents/v1';
    // upstream.md §S4 requires the code in the query: the only document number that becomes part of an address.
    const query = new URLSearchParams({ code, type });
    const response = await this.#client.send({
      name,
      method: 'GET',
      path: `/documents/v1?${query}`,
      headers: { apikey: requireApiKey(this.#keys, 'document') },
      callOptions,
    });
    if (response.status === 404) return [];
    const { items } = readResponse({ name, family: 'api', schema: documentsResponse, response });
    return items.flatMap((wire) => (wire === null ? [] : toReusableDocument(wire)));
  }
}
