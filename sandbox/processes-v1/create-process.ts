import { randomUUID } from 'node:crypto';
import { isUuid } from '../lib/check-digits.ts';
import { heldDocument } from '../documents-v1/documents.ts';
import { disturbed, refusal } from '../http/faults.ts';
import { identityFor } from '../identities/index.ts';
import type { AnalysisKind } from '../identities/identity.ts';
import { isGiven, isMembers, parseMembers, textOf } from '../http/json-body.ts';
import type { Members } from '../http/json-body.ts';
import { json } from '../http/reply.ts';
import type { Reply } from '../http/reply.ts';
import type { World } from '../state.ts';
import { analysisBody, settlesAt } from './process.ts';
import type { Analysis } from './process.ts';
import { documentDefect } from './document-check.ts';
import { documentError, processError } from './errors.ts';
import { imageDefect } from './image.ts';
import { referencesDefect } from './references.ts';
import { looksLikeSdkJwt } from './sdk-token.ts';
import { subjectDefect } from './subject.ts';
import type { SubjectNeeds } from './subject.ts';

/** What each use case asks of `subject` (upstream.md §S2, upstream.md §5.2). */
const needs: Record<AnalysisKind, SubjectNeeds> = {
  onboarding: { subject: true, code: true, name: true },
  transactional: { subject: false, code: false, name: false },
  document: { subject: true, code: true, name: false, duiType: true },
  age: { subject: true, code: false, name: false },
};

/** S2 shows the first two; the list that 20062 refers to is not published. */
const useCases = new Set(['Onboarding', 'Transactional', 'Document', 'AgeVerification']);

/** POST processes/v1: the key has decided the use case, the body must be one of it. */
export function createAnalysis(kind: AnalysisKind, text: string, world: World): Reply {
  const body = parseMembers(text);
  if (!body) return processError('20003');
  if (!fitsKey(kind, body)) return processError('30017');
  const defect = bodyDefect(kind, body, world);
  if (defect) return defect === '50001' ? documentError(defect) : processError(defect);

  const subject = isMembers(body['subject']) ? body['subject'] : {};
  const who = identityFor(textOf(subject, 'code'), textOf(subject, 'name'));
  const { fault, analysis: special } = who.outcome;
  const wanted = textOf(body, 'processId');
  if (special?.refusedWith) return processError(special.refusedWith);
  if (wanted !== undefined && world.analyses.get(wanted)) return processError('20073');
  const refused = refusal(fault, `processes ${who.scenario}`, world, processError('99999'));
  if (refused) return refused;

  const image = textOf(body, 'imageBase64');
  if (image !== undefined && looksLikeSdkJwt(image)) world.sdkJwts.use(image);
  const createdAt = world.now();
  const analysis: Analysis = {
    id: wanted !== undefined && isUuid(wanted) ? wanted : randomUUID(),
    kind,
    identity: who,
    createdAt,
    settlesAt: settlesAt(kind, who, createdAt, world.journeyMs),
    ...(kind === 'document' ? { document: documentOf(body, subject) } : {}),
  };
  world.analyses.add(analysis);
  return disturbed(fault, json(200, analysisBody(analysis, createdAt)), world);
}

/** A key without the capability that the body asks for is a missing permission (upstream.md §S2 30017). */
function fitsKey(kind: AnalysisKind, body: Members): boolean {
  const asksDocument = isGiven(body, 'document');
  const asksComparison = isGiven(body, 'references') || isGiven(body, 'referenceProcessId');
  return (kind === 'document' || !asksDocument) && (kind === 'transactional' || !asksComparison);
}

/** The order of the checks is not documented: subject, use case, references or document, image. */
function bodyDefect(kind: AnalysisKind, body: Members, world: World): string | undefined {
  const defect = subjectDefect(body['subject'], needs[kind]) ?? useCaseDefect(body);
  if (defect) return defect;
  if (kind === 'document') {
    const { document, subject } = body;
    const code = isMembers(subject) ? textOf(subject, 'code') : undefined;
    return isMembers(document) ? documentDefect(document, code, world) : '20003';
  }
  const image = selfieDefect(body, world);
  return (kind === 'transactional' ? referencesDefect(body, world) : undefined) ?? image;
}

function useCaseDefect(body: Members): string | undefined {
  return isGiven(body, 'useCase') && !useCases.has(textOf(body, 'useCase') ?? '') ? '20062' : undefined;
}

function selfieDefect(body: Members, world: World): string | undefined {
  if (!isGiven(body, 'imageBase64')) return '20009';
  const image = textOf(body, 'imageBase64');
  if (image === undefined) return '20900';
  return looksLikeSdkJwt(image) ? world.sdkJwts.defect(image) : imageDefect(image);
}

/** New files are taken for a CNH; a reused document is what it was when it was captured. */
function documentOf(body: Members, subject: Members): NonNullable<Analysis['document']> {
  const document = isMembers(body['document']) ? body['document'] : {};
  const reused = heldDocument(textOf(document, 'documentId') ?? '');
  const files = Array.isArray(document['files']) ? document['files'].length : 2;
  return {
    id: reused?.id ?? `doc-${randomUUID()}`,
    kind: reused?.kind ?? 'BR_CNH',
    files,
    code: textOf(subject, 'code') ?? '',
    name: textOf(subject, 'name') ?? reused?.owner.name ?? '',
  };
}
