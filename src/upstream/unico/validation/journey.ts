import { z } from 'zod';
import type { JourneyCreation, JourneyPerson } from '../../../domain/process-creation.ts';
import { isUuid } from '../../../domain/process-id.ts';
import type { UserError } from '../../../domain/user-error.ts';
import { validateReferences } from './references.ts';
import { inputProblem, inputProblemAs } from './input-problem.ts';
import { isPlausibleDui } from './subject.ts';

/** upstream.md §4.2. */
const MAX_FRIENDLY_NAME = 50;
const MAX_CLIENT_REFERENCE = 256;

/** Schemes that run code or show content of their own in the person's browser instead of leading somewhere. */
const NOT_AN_ADDRESS = new Set(['javascript:', 'data:', 'vbscript:', 'blob:', 'file:']);

/** `/` for none, an address, or a scheme of an app: all else that a URL parser takes (upstream.md §4.2). */
function isCallback(uri: string): boolean {
  if (uri === '/') return true;
  // The parser's own reading of the scheme: it leaves out what a browser leaves out, such as line breaks.
  return URL.canParse(uri) && !NOT_AN_ADDRESS.has(new URL(uri).protocol);
}

function checkDui({ duiType, duiValue }: JourneyPerson): UserError[] {
  if (duiType === undefined && duiValue === undefined) return [];
  if (duiType === undefined || duiType === 'UNKNOWN') {
    return [
      inputProblem(
        'DUI_TYPE_INVALID',
        ['person', 'duiType'],
        'expected the kind of duiValue, got none that is known',
      ),
    ];
  }
  if (duiValue === undefined || !isPlausibleDui(duiType, duiValue)) {
    const came = duiValue === undefined ? 'none' : `${duiValue.length} characters`;
    const message = `expected a ${duiType} with right check digits and without punctuation, got ${came}`;
    return [inputProblemAs('idcloud', '3', ['person', 'duiValue'], message, 'invalid dui value')];
  }
  return [];
}

function checkPerson(person: JourneyPerson): UserError[] {
  const problems = checkDui(person);
  const { friendlyName, email } = person;
  // Characters, not the units of UTF-16, of which some characters take two.
  const length = [...(friendlyName ?? '')].length;
  if (length > MAX_FRIENDLY_NAME) {
    const message = `expected at most ${MAX_FRIENDLY_NAME} characters, got ${length}`;
    problems.push(inputProblemAs('idcloud', '3', ['person', 'friendlyName'], message, 'friendly name'));
  }
  if (email !== undefined && !z.email().safeParse(email).success) {
    const message = 'expected an e-mail address, such as someone@example.com, got something else';
    problems.push(inputProblemAs('idcloud', '3', ['person', 'email'], message, 'email'));
  }
  return problems;
}

function checkTexts({ clientReference, companyBranchId, expiresIn }: JourneyCreation): UserError[] {
  const problems: UserError[] = [];
  if (clientReference !== undefined && !/^\S{1,256}$/.test(clientReference)) {
    const message = `expected 1 to ${MAX_CLIENT_REFERENCE} characters without spaces, got ${clientReference.length}`;
    problems.push(inputProblem('CLIENT_REFERENCE_INVALID', ['clientReference'], message));
  }
  if (companyBranchId !== undefined && !isUuid(companyBranchId)) {
    problems.push(inputProblem('BAD_USER_INPUT', ['companyBranchId'], 'expected a UUID, got another form'));
  }
  if (expiresIn !== undefined && !/^[1-9]\d{0,8}s$/.test(expiresIn)) {
    problems.push(
      inputProblem('EXPIRES_IN_INVALID', ['expiresIn'], 'expected seconds with the suffix s, such as 3600s'),
    );
  }
  return problems;
}

/** upstream.md §4.2, §4.3: the flows that compare 1:1, and so need something to compare with. */
const COMPARING = new Set(['idtoken', 'idtokentrust', 'idtokensign']);

/** Images and ids are checked as for the other contract, whose codes this one does not know. */
function checkJourneyReferences({ flow, references = [] }: JourneyCreation): UserError[] {
  if (references.length === 0 && COMPARING.has(flow)) {
    const message = `expected at least one reference, which the flow ${flow} compares with, got none`;
    return [inputProblem('REFERENCE_MISSING', ['references'], message)];
  }
  return validateReferences(references, ['references']).map((problem) => ({
    ...problem,
    upstreamCode: null,
  }));
}

/**
 * Checks a POST client/v1/process by everything in upstream.md §4.2 and §4.6 that can be known without asking: all that is
 * wrong, with paths below the form's own input. Flows and purposes are the tenant's, so those are left to Unico.
 */
export function validateJourney(journey: JourneyCreation): UserError[] {
  const problems: UserError[] = [];
  if (journey.flow === '')
    problems.push(
      inputProblemAs('idcloud', '3', ['flow'], 'expected a flow, got empty text', 'invalid flow'),
    );
  if (!isCallback(journey.callbackUri)) {
    const message = 'expected an address, a scheme of an app, or "/", got something else';
    problems.push(inputProblemAs('idcloud', '3', ['callbackUri'], message, 'invalid callbackUri'));
  }
  if (journey.flow === 'idsmart' && (journey.useCase ?? '') === '') {
    problems.push(
      inputProblem(
        'USE_CASE_INVALID',
        ['useCase'],
        'expected a use case, which the flow idsmart needs, got none',
      ),
    );
  }
  return [
    ...problems,
    ...(journey.person === undefined ? [] : checkPerson(journey.person)),
    ...checkTexts(journey),
    ...checkJourneyReferences(journey),
  ];
}
