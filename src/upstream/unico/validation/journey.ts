import type { JourneyCreation, JourneyPerson } from '../../../domain/process-creation.ts';
import { isUuid } from '../../../domain/process-id.ts';
import type { UserError } from '../../../domain/user-error.ts';
import { isEmail, NO_EMAIL } from './email.ts';
import { validateReferences } from './references.ts';
import { idcloudProblem, inputProblem } from './input-problem.ts';
import { isPlausibleDui } from './subject.ts';

/** The longest texts, in characters (upstream.md §4.2). */
const MAX_FRIENDLY_NAME = 50;
const MAX_CLIENT_REFERENCE = 256;

/** Schemes that run code or show content of their own in the person's browser, instead of opening an address. */
const FORBIDDEN_SCHEMES = new Set(['javascript:', 'data:', 'vbscript:', 'blob:', 'file:']);

/**
 * Whether `uri` is `/` for no callback, an address, or the scheme of an app: all other URLs that parse (upstream.md
 * §4.2).
 */
function isCallbackUri(uri: string): boolean {
  if (uri === '/') return true;
  // The parser's own reading of the scheme: it ignores the characters that a browser ignores, such as line breaks.
  return URL.canParse(uri) && !FORBIDDEN_SCHEMES.has(new URL(uri).protocol);
}

function validateDui({ duiType, duiValue }: JourneyPerson): UserError[] {
  if (duiType === undefined && duiValue === undefined) return [];
  if (duiType === undefined || duiType === 'UNKNOWN') {
    return [
      inputProblem(
        'DUI_TYPE_INVALID',
        ['person', 'duiType'],
        'expected the kind of document number that duiValue is, got none or an unknown one',
      ),
    ];
  }
  if (duiValue === undefined || !isPlausibleDui(duiType, duiValue)) {
    const received = duiValue === undefined ? 'none' : `${duiValue.length} characters`;
    const message = `expected a ${duiType} with valid check digits and without punctuation, got ${received}`;
    return [idcloudProblem('invalid dui value', ['person', 'duiValue'], message)];
  }
  return [];
}

function validatePerson(person: JourneyPerson): UserError[] {
  const problems = validateDui(person);
  const { friendlyName, email } = person;
  // Characters, not UTF-16 code units, of which some characters have two.
  const length = [...(friendlyName ?? '')].length;
  if (length > MAX_FRIENDLY_NAME) {
    const message = `expected at most ${MAX_FRIENDLY_NAME} characters, got ${length}`;
    problems.push(idcloudProblem('friendly name', ['person', 'friendlyName'], message));
  }
  if (email !== undefined && !isEmail(email)) {
    problems.push(idcloudProblem('email', ['person', 'email'], NO_EMAIL));
  }
  return problems;
}

function validateTexts({ clientReference, companyBranchId, expiresIn }: JourneyCreation): UserError[] {
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
      inputProblem(
        'EXPIRES_IN_INVALID',
        ['expiresIn'],
        'expected seconds with the suffix s, such as 3600s, got another form',
      ),
    );
  }
  return problems;
}

/** The flows that compare 1:1, and so need a reference (upstream.md §4.2, §4.3). */
const COMPARING_FLOWS = new Set(['idtoken', 'idtokentrust', 'idtokensign']);

/** References are validated as in processes/v1, whose error codes this contract does not have. */
function validateJourneyReferences({ flow, references = [] }: JourneyCreation): UserError[] {
  if (references.length === 0 && COMPARING_FLOWS.has(flow)) {
    const message = `expected at least one reference, for the comparison of the flow ${flow}, got none`;
    return [inputProblem('REFERENCE_MISSING', ['references'], message)];
  }
  return validateReferences(references, ['references']).map((problem) => ({
    ...problem,
    upstreamCode: null,
  }));
}

/**
 * Validates a POST client/v1/process by every rule of upstream.md §4.2 and §4.6 that needs no call. Returns all
 * problems, with paths relative to the journey's input; empty when there are none. Flows and purposes depend on the
 * tenant, so only Unico checks them.
 */
export function validateJourney(journey: JourneyCreation): UserError[] {
  const problems: UserError[] = [];
  if (journey.flow === '') {
    problems.push(idcloudProblem('invalid flow', ['flow'], 'expected a flow, got empty text'));
  }
  if (!isCallbackUri(journey.callbackUri)) {
    const message = 'expected an address, the scheme of an app, or "/", got another form';
    problems.push(idcloudProblem('invalid callbackUri', ['callbackUri'], message));
  }
  if (journey.flow === 'idsmart' && (journey.useCase ?? '') === '') {
    problems.push(
      inputProblem(
        'USE_CASE_INVALID',
        ['useCase'],
        'expected a use case, which the flow idsmart requires, got none',
      ),
    );
  }
  return [
    ...problems,
    ...(journey.person === undefined ? [] : validatePerson(journey.person)),
    ...validateTexts(journey),
    ...validateJourneyReferences(journey),
  ];
}
