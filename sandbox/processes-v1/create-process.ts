import { randomUUID } from 'node:crypto';
import { isUuid } from '../lib/check-digits.ts';
import { documentById } from '../documents-v1/documents.ts';
import { applyFault, faultReply } from '../http/faults.ts';
import {
  hasProperty,
  isJsonObject,
  objectProperty,
  parseJsonObject,
  textProperty,
} from '../http/json-body.ts';
import type { JsonObject } from '../http/json-body.ts';
import { jsonReply } from '../http/reply.ts';
import type { Reply } from '../http/reply.ts';
import { identityFor } from '../identities/index.ts';
import type { Identity, UseCase } from '../identities/identity.ts';
import type { SandboxState } from '../state.ts';
import { captureDefect, useSdkTokens } from './capture.ts';
import { documentDefect } from './document-check.ts';
import { documentError, processError } from './errors.ts';
import { processBody, settlesAt } from './process.ts';
import type { Process, ProcessDocument } from './process.ts';
import { referencesDefect } from './references.ts';
import { subjectDefect } from './subject.ts';
import type { SubjectRequirements } from './subject.ts';

/** What each use case requires of `subject` (upstream.md §S2, upstream.md §5.2). */
const SUBJECT_REQUIREMENTS: Record<UseCase, SubjectRequirements> = {
  onboarding: { subject: true, code: true, name: true },
  transactional: { subject: false, code: false, name: false },
  document: { subject: true, code: true, name: false, duiType: true },
  age: { subject: true, code: false, name: false },
};

/** POST processes/v1: the key has decided the use case, and the body must fit it (upstream.md §S2). */
export function createProcess(useCase: UseCase, text: string, state: SandboxState): Reply {
  const body = parseJsonObject(text);
  if (!body) return processError('20003');
  if (!fitsUseCase(useCase, body)) return processError('30017');
  const defect = bodyDefect(useCase, body, state);
  if (defect !== null) return defect === '50001' ? documentError(defect) : processError(defect);

  const subject = objectProperty(body, 'subject');
  const identity = identityFor(textProperty(subject, 'code'), textProperty(subject, 'name'));
  const refusal = identityRefusal(identity, body, state);
  if (refusal) return refusal;

  useSdkTokens(body, state);
  const createdAt = state.now();
  const process: Process = {
    id: newProcessId(body),
    useCase,
    identity,
    createdAt,
    settlesAt: settlesAt({ useCase, identity, createdAt }, state.processingMs),
    document: useCase === 'document' ? documentOf(body, subject) : null,
    // A fault of a created process applied to its creation.
    fault: null,
  };
  state.processesV1.add(process);
  return applyFault(jsonReply(200, processBody(process, createdAt)), identity.outcome.fault, state);
}

/** The refusals that follow from the identity and the requested id, after the body was found valid. */
function identityRefusal(identity: Identity, body: JsonObject, state: SandboxState): Reply | null {
  const { fault, processesV1 } = identity.outcome;
  if (processesV1.refusedWith) return processError(processesV1.refusedWith);
  const requestedId = textProperty(body, 'processId');
  if (requestedId !== null && state.processesV1.get(requestedId)) return processError('20073');
  const target = `processes ${identity.scenario}`;
  return faultReply({ fault, target, internalFailure: processError('99999') }, state);
}

/** The id that the caller requested when it is a UUID, or a new one. */
function newProcessId(body: JsonObject): string {
  const requestedId = textProperty(body, 'processId');
  return requestedId !== null && isUuid(requestedId) ? requestedId : randomUUID();
}

/** A key without the capability that the body asks for is a missing permission (upstream.md §S2 30017). */
function fitsUseCase(useCase: UseCase, body: JsonObject): boolean {
  const hasDocument = hasProperty(body, 'document');
  const hasReference = hasProperty(body, 'references') || hasProperty(body, 'referenceProcessId');
  return (useCase === 'document' || !hasDocument) && (useCase === 'transactional' || !hasReference);
}

/** The order of the checks is not documented; here: subject, use case, references or document, image. */
function bodyDefect(useCase: UseCase, body: JsonObject, state: SandboxState): string | null {
  const defect = subjectDefect(body['subject'], SUBJECT_REQUIREMENTS[useCase]) ?? useCaseDefect(body);
  if (defect !== null) return defect;
  if (useCase === 'document') {
    const { document } = body;
    const code = textProperty(objectProperty(body, 'subject'), 'code');
    return isJsonObject(document) ? documentDefect(document, code, state) : '20003';
  }
  return (useCase === 'transactional' ? referencesDefect(body, state) : null) ?? selfieDefect(body, state);
}

/** The values that 20062 refers to are not published (upstream.md §S2), so any text is one. */
function useCaseDefect(body: JsonObject): string | null {
  return hasProperty(body, 'useCase') && textProperty(body, 'useCase') === null ? '20062' : null;
}

function selfieDefect(body: JsonObject, state: SandboxState): string | null {
  if (!hasProperty(body, 'imageBase64')) return '20009';
  const image = textProperty(body, 'imageBase64');
  return image === null ? '20900' : captureDefect(image, state);
}

/** New files count as a CNH; a reused document keeps the kind with which it was captured. */
function documentOf(body: JsonObject, subject: JsonObject): ProcessDocument {
  const document = objectProperty(body, 'document');
  const reused = documentById(textProperty(document, 'documentId') ?? '');
  const { files } = document;
  return {
    id: reused?.id ?? `doc-${randomUUID()}`,
    kind: reused?.kind ?? 'BR_CNH',
    files: Array.isArray(files) ? files.length : 2,
    code: textProperty(subject, 'code') ?? '',
    name: textProperty(subject, 'name') ?? reused?.owner.name ?? '',
  };
}
