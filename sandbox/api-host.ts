import { isUuid } from './lib/check-digits.ts';
import { applyFault, faultReply } from './http/faults.ts';
import type { IncomingRequest } from './http/listener.ts';
import { emptyReply, jsonReply } from './http/reply.ts';
import type { Reply } from './http/reply.ts';
import type { UseCase } from './identities/identity.ts';
import type { TokenState } from './identity-host/access-tokens.ts';
import type { SandboxState } from './state.ts';
import { reusableDocuments } from './documents-v1/reusable-documents.ts';
import { createProcess } from './processes-v1/create-process.ts';
import { processError } from './processes-v1/errors.ts';
import { processBody } from './processes-v1/process.ts';

/** The codes of bearer tokens that give no access (upstream.md §S1, S2, S4). */
const TOKEN_ERRORS: Record<Exclude<TokenState, 'valid'>, string> = {
  expired: '10502',
  undecodable: '30017',
  unknown: '10501',
};

/** The API contract: processes/v1 and documents/v1 (upstream.md §S1, S2, S4, upstream.md §5). */
export function handleApiRequest(request: IncomingRequest, state: SandboxState): Reply {
  const credentials = checkCredentials(request, state);
  if ('refusal' in credentials) return credentials.refusal;
  const { useCase } = credentials;
  const { method, path } = request;
  if (path === '/documents/v1') {
    if (method !== 'GET') return emptyReply(405);
    return useCase === 'document' ? reusableDocuments(request.query, state) : processError('30017');
  }
  const match = /^\/processes\/v1(?:\/([^/]*))?$/.exec(path);
  if (!match) return emptyReply(404);
  const [, id = ''] = match;
  if (method === 'POST' && id === '') return postProcess(useCase, request, state);
  return method === 'GET' ? getProcess(id, state) : emptyReply(405);
}

/**
 * Missing headers are 400, wrong ones 403 (upstream.md §S1, S2, S4); missing headers are checked first. What is no JWT is
 * 30017, as a missing permission is; a JWT that is not valid here is 10501.
 */
function checkCredentials(
  request: IncomingRequest,
  state: SandboxState,
): { refusal: Reply } | { useCase: UseCase } {
  const authorization = request.header('authorization');
  const apiKey = request.header('apikey');
  if (!authorization) return { refusal: processError('20001') };
  if (!apiKey) return { refusal: processError('20002') };
  const tokenState = state.tokens.check(/^Bearer (.+)$/i.exec(authorization)?.[1] ?? '');
  if (tokenState !== 'valid') return { refusal: processError(TOKEN_ERRORS[tokenState]) };
  const useCase = state.useCaseOf(apiKey);
  return useCase === null ? { refusal: processError('10201') } : { useCase };
}

function postProcess(useCase: UseCase, request: IncomingRequest, state: SandboxState): Reply {
  const isJson = /^application\/json\b/i.test(request.header('content-type') ?? '');
  return isJson ? createProcess(useCase, request.body, state) : processError('20003');
}

/** upstream.md §S1 has one code for an id that is missing or malformed. */
function getProcess(id: string, state: SandboxState): Reply {
  if (!isUuid(id)) return processError('20023');
  const process = state.processesV1.get(id);
  if (!process) return processError('50001');
  const { fault } = process;
  const refusal = faultReply({ fault, target: id, internalFailure: processError('99999') }, state);
  if (refusal) return refusal;
  const body = processBody(process, state.now());
  // A process that exists and failed is a 410 (upstream.md §S1).
  return applyFault(jsonReply(body['status'] === 5 ? 410 : 200, body), fault, state);
}
