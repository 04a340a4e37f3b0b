import { jsonChunks } from '../../../lib/json-chunks.ts';
import type { CaptureCreation } from '../../../domain/process-creation.ts';
import type { CallOptions } from '../../../domain/call-options.ts';
import { parseProcessId, type ProcessId } from '../../../domain/process-id.ts';
import type { Process } from '../../../domain/process.ts';
import { requireAnyApiKey, requireApiKey, useCaseOf, type ApiKeys } from '../credentials/api-keys.ts';
import type { AuthorizedSend } from '../authorized-client.ts';
import { readResponse, requireCreatedId, requireSameProcess } from '../parsing/read-response.ts';
import { path } from '../../http/url-path.ts';
import { toRequest } from './to-request.ts';
import { erroredProcess, toProcess } from './to-process.ts';
import { processAnswer } from './response-schemas.ts';

/** processes/v1: the contract in which the integrator sends the capture. All methods throw `UpstreamFailure`. */
export type ProcessesV1Client = {
  /** S1. `null` where Unico knows no such process of this tenant (404). */
  getProcess(id: ProcessId, callOptions: CallOptions): Promise<Process | null>;
  /** S2. Billable; sent once. */
  createProcess(capture: CaptureCreation, callOptions: CallOptions): Promise<Process>;
};

/** The client of processes/v1 over an endpoint of the api host. */
export function createProcessesV1Client(endpoint: AuthorizedSend, keys: ApiKeys): ProcessesV1Client {
  return {
    async getProcess(id, callOptions) {
      const name = 'GET processes/v1/{id}';
      const headers = { apikey: requireAnyApiKey(keys) };
      const answer = await endpoint({
        name,
        method: 'GET',
        path: path`/processes/v1/${id}`,
        headers,
        callOptions,
      });
      if (answer.status === 404) return null;
      if (answer.status === 410) return erroredProcess(id);
      const process = readResponse(name, 'api', processAnswer, answer);
      requireSameProcess(name, parseProcessId(process.id), id);
      return toProcess(process, id, Date.now());
    },

    async createProcess(capture, callOptions) {
      const name = 'POST processes/v1';
      const answer = await endpoint({
        name,
        method: 'POST',
        path: '/processes/v1',
        headers: { apikey: requireApiKey(keys, useCaseOf(capture)), 'content-type': 'application/json' },
        body: jsonChunks(toRequest(capture)),
        callOptions,
      });
      const process = readResponse(name, 'api', processAnswer, answer);
      const id = requireCreatedId(name, parseProcessId(process.id));
      return toProcess(process, id, Date.now());
    },
  };
}
