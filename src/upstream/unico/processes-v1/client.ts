import { jsonChunks } from '../../../lib/json-chunks.ts';
import type { CaptureCreation } from '../../../domain/process-creation.ts';
import type { CallOptions } from '../../../domain/call-options.ts';
import { parseProcessId, type ProcessId } from '../../../domain/process-id.ts';
import type { Process } from '../../../domain/process.ts';
import { apiKeyUseOf } from '../../../domain/verdict/promise.ts';
import { requireAnyApiKey, requireApiKey, type ApiKeys } from '../credentials/api-keys.ts';
import type { AuthorizedClient } from '../authorized-client.ts';
import { isProcessUnknown } from '../errors/to-failure.ts';
import { readResponse, requireCreatedId, requireSameProcess } from '../parsing/read-response.ts';
import { path } from '../../http/http-client.ts';
import { toRequest } from './to-request.ts';
import { erroredProcess, toProcess } from './to-process.ts';
import { processResponse } from './response-schemas.ts';

/**
 * The client of processes/v1, the contract in which the integrator sends the capture, over the api host. All methods
 * throw `UpstreamFailure`.
 */
export class ProcessesV1Client {
  readonly #client: AuthorizedClient;
  readonly #keys: ApiKeys;

  constructor(client: AuthorizedClient, keys: ApiKeys) {
    this.#client = client;
    this.#keys = keys;
  }

  /** Reads a process (upstream.md §S1). `null` when Unico knows no such process of this tenant. */
  async getProcess(id: ProcessId, callOptions: CallOptions): Promise<Process | null> {
    const name = 'GET processes/v1/{id}';
    const response = await this.#client.send({
      name,
      method: 'GET',
      path: path`/processes/v1/${id}`,
      resource: id,
      headers: {},
      apiKey: requireAnyApiKey(this.#keys),
      callOptions,
    });
    if (isProcessUnknown('api', response)) return null;
    if (response.status === 410) return erroredProcess(id);
    const process = readResponse({ name, family: 'api', schema: processResponse, response });
    requireSameProcess(name, parseProcessId(process.id), id);
    return toProcess(process, id, Date.now());
  }

  /** Creates a process (upstream.md §S2). Billable; sent once. */
  async createProcess(capture: CaptureCreation, callOptions: CallOptions): Promise<Process> {
    const name = 'POST processes/v1';
    const response = await this.#client.send({
      name,
      method: 'POST',
      path: '/processes/v1',
      resource: null,
      headers: { 'content-type': 'application/json' },
      apiKey: requireApiKey(this.#keys, apiKeyUseOf(capture)),
      body: jsonChunks(toRequest(capture)),
      callOptions,
    });
    const process = readResponse({ name, family: 'api', schema: processResponse, response });
    const id = requireCreatedId(name, parseProcessId(process.id));
    return toProcess(process, id, Date.now());
  }
}
