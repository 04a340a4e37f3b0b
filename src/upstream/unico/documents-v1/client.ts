import { z } from 'zod';
import type { CallOptions } from '../../../domain/call-options.ts';
import type {
  ReusableDocument,
  ReusableDocumentsKey,
  ReusableDocumentType,
} from '../../../domain/reusable-document.ts';
import { requireApiKey, type ApiKeys } from '../credentials/api-keys.ts';
import type { AuthorizedClient } from '../authorized-client.ts';
import type { HttpResponse } from '../../http/types.ts';
import { readErrorBody } from '../errors/error-body.ts';
import { readResponse } from '../parsing/read-response.ts';
import { text } from '../parsing/tolerant-schemas.ts';

/**
 * An empty result is `[]` (upstream.md §S4), or `[{}]` in older versions, or no list at all (upstream.md §13.9). An
 * item without an id is dropped.
 */
const item = z.object({ documentId: text, documentType: text });
const documentsResponse = z
  .looseObject({ items: z.array(item.nullable().catch(null)).nullish() })
  // Without a list, an object with other properties is something else, such as an error with status 200.
  .refine((body) => 'items' in body || Object.keys(body).length === 0);

/** The code of a 404 that says that there is no such document (upstream.md §S4). */
const NO_DOCUMENT = '50001';

/**
 * Whether a response says that there is no document: a 404 with the code for that, or without a code. Any other code is
 * an error: 99987 says that there is a document, and that its file is gone.
 */
function hasNoDocument({ status, body }: HttpResponse): boolean {
  return status === 404 && (readErrorBody(body).code ?? NO_DOCUMENT) === NO_DOCUMENT;
}

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
   * The reusable documents of a person (upstream.md §S4). Empty when there are none (200 with an empty list or none, or
   * 404 with 50001). Throws `UpstreamFailure`.
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
      resource: String(query),
      headers: {},
      apiKey: requireApiKey(this.#keys, 'document'),
      callOptions,
    });
    if (hasNoDocument(response)) return [];
    const { items } = readResponse({ name, family: 'api', schema: documentsResponse, response });
    return (items ?? []).flatMap((wire) => (wire === null ? [] : toReusableDocument(wire)));
  }
}
