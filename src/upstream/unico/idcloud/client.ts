import { jsonChunks } from '../../../lib/json-chunks.ts';
import type { JourneyCreation, DocumentNumber } from '../../../domain/process-creation.ts';
import type { CallOptions } from '../../../domain/call-options.ts';
import type { Person } from '../../../domain/person.ts';
import { parseJourneyId, type ProcessId } from '../../../domain/process-id.ts';
import type { Process } from '../../../domain/process.ts';
import type { AuthorizedClient } from '../authorized-client.ts';
import { isProcessUnknown } from '../errors/to-failure.ts';
import { readResponse, requireCreatedId, requireSameProcess } from '../parsing/read-response.ts';
import { path } from '../../http/http-client.ts';
import { toRequest } from './to-request.ts';
import { toPerson, toProcess } from './to-process.ts';
import { documentResponse, processResponse } from './response-schemas.ts';

const JSON_BODY = { 'content-type': 'application/json' };

/**
 * The client of client/v1/process, the contract in which Unico hosts the journey, over the idcloud host. All methods
 * throw `UpstreamFailure`.
 */
export class IdcloudClient {
  readonly #client: AuthorizedClient;

  constructor(client: AuthorizedClient) {
    this.#client = client;
  }

  /** Reads a process (upstream.md §S0). `null` when Unico knows no such process of this tenant. */
  async getProcess(id: ProcessId, callOptions: CallOptions): Promise<Process | null> {
    const name = 'GET client/v1/process/{id}';
    const response = await this.#client.send({
      name,
      method: 'GET',
      path: path`/client/v1/process/${id}`,
      resource: id,
      headers: {},
      callOptions,
    });
    if (isProcessUnknown('idcloud', response)) return null;
    const { process } = readResponse({ name, family: 'idcloud', schema: processResponse, response });
    requireSameProcess(name, parseJourneyId(process.id), id);
    return toProcess(process, id, Date.now());
  }

  /** Creates a journey (upstream.md §4.2). Billable; sent once. */
  async createProcess(journey: JourneyCreation, callOptions: CallOptions): Promise<Process> {
    const name = 'POST client/v1/process';
    const response = await this.#client.send({
      name,
      method: 'POST',
      path: '/client/v1/process',
      resource: null,
      headers: JSON_BODY,
      body: jsonChunks(toRequest(journey)),
      callOptions,
    });
    const { process } = readResponse({ name, family: 'idcloud', schema: processResponse, response });
    const id = requireCreatedId(name, parseJourneyId(process.id));
    return toProcess(process, id, Date.now());
  }

  /** Sets the document of a process (upstream.md §S3), permanently; sent once. Returns the person in the response. */
  async setDocument(
    id: ProcessId,
    { duiType, duiValue }: DocumentNumber,
    callOptions: CallOptions,
  ): Promise<Person | null> {
    const name = 'POST client/v1/process/{id}/document';
    const response = await this.#client.send({
      name,
      method: 'POST',
      path: path`/client/v1/process/${id}/document`,
      resource: id,
      headers: JSON_BODY,
      body: JSON.stringify({ duiType: `DUI_TYPE_${duiType}`, duiValue }),
      callOptions,
    });
    const { process } = readResponse({ name, family: 'idcloud', schema: documentResponse, response });
    requireSameProcess(name, parseJourneyId(process.id), id);
    return process.person === null ? null : toPerson(process.person);
  }
}
