import type { JourneyCreation, DocumentNumber } from '../../../domain/process-creation.ts';
import type { CallOptions } from '../../../domain/call-options.ts';
import type { Person } from '../../../domain/person.ts';
import { parseJourneyId, type ProcessId } from '../../../domain/process-id.ts';
import type { Process } from '../../../domain/process.ts';
import type { AuthorizedSend } from '../authorized-client.ts';
import { readResponse, requireCreatedId, requireSameProcess } from '../parsing/read-response.ts';
import { path } from '../../http/url-path.ts';
import { toRequest } from './to-request.ts';
import { toPerson, toProcess } from './to-process.ts';
import { documentAnswer, processAnswer } from './response-schemas.ts';

/** client/v1/process: the contract in which Unico hosts the journey. All methods throw `UpstreamFailure`. */
export type IdcloudClient = {
  /** S0. `null` where Unico knows no such process of this tenant (404). */
  getProcess(id: ProcessId, callOptions: CallOptions): Promise<Process | null>;
  /** upstream.md §4.2. Billable; sent once. */
  createProcess(journey: JourneyCreation, callOptions: CallOptions): Promise<Process>;
  /** S3. Returns the person as Unico now knows them. Can not be undone; sent once. */
  setDocument(id: ProcessId, document: DocumentNumber, callOptions: CallOptions): Promise<Person | null>;
};

const JSON_BODY = { 'content-type': 'application/json' };

/** The client of client/v1/process over an endpoint of the idcloud host. */
export function createIdcloudClient(endpoint: AuthorizedSend): IdcloudClient {
  return {
    async getProcess(id, callOptions) {
      const name = 'GET client/v1/process/{id}';
      const answer = await endpoint({
        name,
        method: 'GET',
        path: path`/client/v1/process/${id}`,
        headers: {},
        callOptions,
      });
      if (answer.status === 404) return null;
      const { process } = readResponse(name, 'idcloud', processAnswer, answer);
      requireSameProcess(name, parseJourneyId(process.id), id);
      return toProcess(process, id, Date.now());
    },

    async createProcess(journey, callOptions) {
      const name = 'POST client/v1/process';
      const body = JSON.stringify(toRequest(journey));
      const answer = await endpoint({
        name,
        method: 'POST',
        path: '/client/v1/process',
        headers: JSON_BODY,
        body,
        callOptions,
      });
      const { process } = readResponse(name, 'idcloud', processAnswer, answer);
      const id = requireCreatedId(name, parseJourneyId(process.id));
      return toProcess(process, id, Date.now());
    },

    async setDocument(id, document, callOptions) {
      const name = 'POST client/v1/process/{id}/document';
      const answer = await endpoint({
        name,
        method: 'POST',
        path: path`/client/v1/process/${id}/document`,
        headers: JSON_BODY,
        body: JSON.stringify({ duiType: `DUI_TYPE_${document.duiType}`, duiValue: document.duiValue }),
        callOptions,
      });
      const { process } = readResponse(name, 'idcloud', documentAnswer, answer);
      requireSameProcess(name, parseJourneyId(process.id), id);
      return process.person === null ? null : toPerson(process.person);
    },
  };
}
