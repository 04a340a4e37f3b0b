import { isUuid } from './lib/check-digits.ts';
import { applyFault, faultReply } from './http/faults.ts';
import type { IncomingRequest } from './http/listener.ts';
import { emptyReply, jsonTextReply } from './http/reply.ts';
import type { Reply } from './http/reply.ts';
import type { SandboxState } from './state.ts';
import { createProcess } from './idcloud/create-process.ts';
import { internalFailure, invalid, notFound, unauthorized } from './idcloud/errors.ts';
import { processBody } from './idcloud/process-body.ts';
import { setDocument } from './idcloud/set-document.ts';

const COLLECTION_PATH = '/client/v1/process';

/** The Web & SDK contract: create, get, set the document (upstream.md §S0, S3, upstream.md §4). */
export function handleIdcloudRequest(request: IncomingRequest, state: SandboxState): Reply {
  const refusal = bearerDefect(request.header('authorization'), state);
  if (refusal) return refusal;
  const { method, path, body } = request;
  if (path === COLLECTION_PATH && method === 'POST') return createProcess(body, state);
  const match = /^\/client\/v1\/process\/([^/]*)(\/document)?$/.exec(path);
  if (!match) return emptyReply(404);
  const [, id = '', action] = match;
  if (method !== (action ? 'POST' : 'GET')) return emptyReply(405);
  // The example of upstream.md §S3 has the process id `abc-123`, so an id that exists is never invalid.
  if (!isUuid(id) && !state.idcloudProcesses.get(id)) return invalid('process id is invalid');
  return action ? setDocument(id, body, state) : getProcess(id, state);
}

function getProcess(id: string, state: SandboxState): Reply {
  const process = state.idcloudProcesses.get(id);
  if (!process) return notFound();
  const { fault, literalResponse } = process;
  const refusal = faultReply({ fault, target: id, internalFailure: internalFailure() }, state);
  if (refusal) return refusal;
  const text = literalResponse ?? JSON.stringify(processBody(process, state));
  return applyFault(jsonTextReply(200, text), fault, state);
}

/** upstream.md §S3 has two of these messages; the same token filter sends the other two elsewhere. */
function bearerDefect(authorization: string | null, { tokens }: SandboxState): Reply | null {
  const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) return unauthorized('Jwt is missing');
  const tokenState = tokens.check(token);
  if (tokenState === 'undecodable') return unauthorized('Jwt header is an invalid JSON');
  if (tokenState === 'unknown') return unauthorized('Jwt verification fails');
  return tokenState === 'expired' ? unauthorized('Jwt is expired') : null;
}
