import type { JourneyCreation, JourneyPerson } from '../../../domain/process-creation.ts';
import type { UserError } from '../../../domain/user-error.ts';
import { validateCallbackUri } from './callback-uri.ts';
import { validateDocumentsToSign } from './documents-to-sign.ts';
import { isEmail, NO_EMAIL } from './email.ts';
import { validateReferences } from './references.ts';
import { idcloudProblem, inputProblem, type FieldPath } from './input-problem.ts';
import { describeWrongDui } from './subject.ts';

/** The longest texts, in characters (upstream.md §4.2). */
const MAX_FRIENDLY_NAME = 50;
const MAX_CLIENT_REFERENCE = 256;

/** Unico has three channels; a list of a hundred thousand would cost this service memory. */
const MAX_NOTIFICATIONS = 10;

function validateDui({ duiType, duiValue }: JourneyPerson): UserError[] {
  if (duiType === undefined && duiValue === undefined) return [];
  if (duiType === undefined || duiType === 'UNKNOWN') {
    const message =
      'expected the kind of document number that duiValue is, got none or an unknown one: send both or neither';
    return [inputProblem('DUI_TYPE_INVALID', ['person', 'duiType'], message)];
  }
  const wrong =
    duiValue === undefined
      ? `expected a ${duiType}, got none: send both duiType and duiValue, or neither`
      : describeWrongDui(duiType, duiValue);
  return wrong === null ? [] : [idcloudProblem('invalid dui value', ['person', 'duiValue'], wrong)];
}

/** Unico checks the addresses of the channels that it is asked to use, and no others (upstream.md §4.6). */
function validateNotifications({ notifications = [], email, phone }: JourneyPerson): UserError[] {
  if (notifications.length > MAX_NOTIFICATIONS) {
    const message = `expected at most ${MAX_NOTIFICATIONS} channels, got ${notifications.length}: send each once`;
    return [inputProblem('PERSON_INVALID', ['person', 'notifications'], message)];
  }
  const problems: UserError[] = [];
  if (notifications.includes('EMAIL') && !isEmail(email ?? '')) {
    const message =
      email === undefined
        ? 'expected an e-mail address, which the channel EMAIL requires, got none: send it, or omit the channel'
        : NO_EMAIL;
    problems.push(idcloudProblem('email', ['person', 'email'], message));
  }
  const channel = notifications.find((one) => one !== 'EMAIL');
  if (channel !== undefined && phone === undefined) {
    const message = `expected a phone number, which the channel ${channel} requires, got none: send it, or omit the channel`;
    problems.push(idcloudProblem('phone number', ['person', 'phone'], message));
  }
  return problems;
}

function validatePerson(person: JourneyPerson): UserError[] {
  const problems = validateDui(person);
  // Characters, not UTF-16 code units, of which some characters have two.
  const length = [...(person.friendlyName ?? '')].length;
  if (length > MAX_FRIENDLY_NAME) {
    const message = `expected at most ${MAX_FRIENDLY_NAME} characters, got ${length}: shorten it`;
    problems.push(idcloudProblem('friendly name', ['person', 'friendlyName'], message));
  }
  return [...problems, ...validateNotifications(person)];
}

/** A duration in the JSON of protobuf (upstream.md §4.2): seconds, perhaps with a fraction, and `s`. */
const DURATION = /^\d{1,12}(?:\.\d{1,9})?s$/;

function validateTexts({ flow, useCase, clientReference, expiresIn }: JourneyCreation): UserError[] {
  const problems: UserError[] = [];
  if (flow === '') {
    const message = 'expected a flow, got empty text: send one of those in your contract with Unico';
    problems.push(idcloudProblem('invalid flow', ['flow'], message));
  }
  if (flow === 'idsmart' && useCase === undefined) {
    const message = 'expected a use case, which the flow idsmart requires, got none: send it';
    problems.push(inputProblem('USE_CASE_INVALID', ['useCase'], message));
  }
  if (clientReference !== undefined && clientReference.length > MAX_CLIENT_REFERENCE) {
    const message = `expected at most ${MAX_CLIENT_REFERENCE} characters, got ${clientReference.length}: shorten it`;
    problems.push(inputProblem('CLIENT_REFERENCE_INVALID', ['clientReference'], message));
  }
  if (expiresIn !== undefined && !DURATION.test(expiresIn)) {
    const message = 'expected seconds with the suffix s, such as 3600s, got another form: correct or omit it';
    problems.push(inputProblem('EXPIRES_IN_INVALID', ['expiresIn'], message));
  }
  return problems;
}

/** The flows that compare 1:1, and so need a reference (upstream.md §4.2, §4.3). */
const COMPARING_FLOWS = new Set(['idtoken', 'idtokentrust', 'idtokensign']);

/** The longest identifier that Unico's pages mention (upstream.md §S3). */
const MAX_REFERENCE_ID = 320;

/** Only Unico knows which ids this contract has: not all that its pages show are UUIDs (upstream.md §S0, §S3). */
function validateReferenceId(id: string, field: FieldPath): UserError[] {
  if (id !== '' && id.length <= MAX_REFERENCE_ID) return [];
  const message = `expected the id of a process, 1 to ${MAX_REFERENCE_ID} characters, got ${id.length}: send the id of an earlier process`;
  return [inputProblem('REFERENCE_INVALID', field, message)];
}

/** References are validated as in processes/v1, whose error codes this contract does not have. */
function validateJourneyReferences({ flow, references = [] }: JourneyCreation): UserError[] {
  if (references.length === 0 && COMPARING_FLOWS.has(flow)) {
    const message = `expected at least one reference, for the comparison of the flow ${flow}, got none: send it`;
    return [inputProblem('REFERENCE_MISSING', ['references'], message)];
  }
  return validateReferences(references, ['references'], validateReferenceId).map((problem) => ({
    ...problem,
    upstreamCode: null,
  }));
}

/**
 * Validates a normalized POST client/v1/process by what Unico certainly refuses (upstream.md §4.2 and §4.6). Returns all
 * problems, with paths relative to the journey's input; empty when there are none. Flows and purposes depend on the
 * tenant, so only Unico checks them, and whether a flow needs documents to sign.
 */
export function validateJourney(journey: JourneyCreation): UserError[] {
  const { callbackUri, person, payload = [] } = journey;
  return [
    ...validateTexts(journey),
    ...validateCallbackUri(callbackUri),
    ...(person === undefined ? [] : validatePerson(person)),
    ...validateJourneyReferences(journey),
    ...validateDocumentsToSign(payload),
  ];
}
