import { isUuid } from './lib/check-digits.ts';
import { disturbed, refusal } from './http/faults.ts';
import type { AnalysisKind } from './identities/identity.ts';
import type { Incoming } from './http/listener.ts';
import { empty, json } from './http/reply.ts';
import type { Reply } from './http/reply.ts';
import type { World } from './state.ts';
import { analysisBody } from './processes-v1/process.ts';
import { createAnalysis } from './processes-v1/create-process.ts';
import { reusableDocuments } from './documents-v1/reusable-documents.ts';
import { processError } from './processes-v1/errors.ts';

/** The API contract: processes/v1 and documents/v1 (upstream.md §S1, S2, S4, upstream.md §5). */
export function apiHost(incoming: Incoming, world: World): Reply {
  const credentials = credentialsOf(incoming, world);
  if ('refusal' in credentials) return credentials.refusal;
  const { useCase } = credentials;
  const { method, path } = incoming;
  if (path === '/documents/v1') {
    if (method !== 'GET') return empty(405);
    return useCase === 'document' ? reusableDocuments(incoming.query, world) : processError('30017');
  }
  const match = /^\/processes\/v1(?:\/([^/]*))?$/.exec(path);
  if (!match) return empty(404);
  if (method === 'POST' && !match[1]) return postProcess(useCase, incoming, world);
  return method === 'GET' ? getAnalysis(match[1] ?? '', world) : empty(405);
}

/** Missing headers are 400, wrong ones 403 (upstream.md §S1, S2, S4); what is missing is said first. */
function credentialsOf(incoming: Incoming, world: World): { refusal: Reply } | { useCase: AnalysisKind } {
  const authorization = incoming.header('authorization');
  const apiKey = incoming.header('apikey');
  if (!authorization) return { refusal: processError('20001') };
  if (!apiKey) return { refusal: processError('20002') };
  const state = world.tokens.check(/^Bearer (.+)$/i.exec(authorization)?.[1] ?? '');
  if (state === 'expired') return { refusal: processError('10502') };
  if (state !== 'valid') return { refusal: processError('10501') };
  const useCase = world.useCaseOf.get(apiKey);
  return useCase === undefined ? { refusal: processError('10201') } : { useCase };
}

function postProcess(useCase: AnalysisKind, incoming: Incoming, world: World): Reply {
  const isJson = /^application\/json\b/i.test(incoming.header('content-type') ?? '');
  return isJson ? createAnalysis(useCase, incoming.body, world) : processError('20003');
}

/** S1 has one code for an id that is missing or malformed. */
function getAnalysis(id: string, world: World): Reply {
  if (!isUuid(id)) return processError('20023');
  const analysis = world.analyses.get(id);
  if (!analysis) return processError('50001');
  const refused = refusal(analysis.fault, id, world, processError('99999'));
  if (refused) return refused;
  const body = analysisBody(analysis, world.now());
  // S1 410: the process exists and failed.
  return disturbed(analysis.fault, json(body['status'] === 5 ? 410 : 200, body), world);
}
