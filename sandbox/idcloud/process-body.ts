import { signalsOf } from '../identities/index.ts';
import type { Signals } from '../identities/identity.ts';
import type { SandboxState } from '../state.ts';
import { authenticationInfo, resultOf } from './authentication-info.ts';
import { capabilitiesOf, capacitiesOf } from './flows.ts';
import { identityOf, stageOf } from './process.ts';
import type { Person, Process } from './process.ts';
import { servicesOf } from './services.ts';

const NO_SIGNALS: Omit<Signals, 'document'> = {
  liveness: 'none',
  identity: 'none',
  fraud: 'none',
  score: 'none',
  serpro: 'none',
  faceMatch: 'none',
  revalidation: 'none',
  age: 'none',
};

const isoTime = (ms: number) => new Date(ms).toISOString();

/** The property with its value, or nothing when the value is `null`. */
const optional = (name: string, value: unknown) => (value === null ? {} : { [name]: value });

/** `{"process": …}` as creation and GET respond (upstream.md §S0, upstream.md §4.4). */
export function processBody(process: Process, state: SandboxState): unknown {
  const nowMs = state.now();
  const body = { ...creationProperties(process, state), ...currentProperties(process, state, nowMs) };
  const { reshape } = identityOf(process).outcome.idcloud;
  const { stage } = stageOf(process, nowMs, state.processingMs);
  return { process: reshape && stage === 'finished' ? reshape(body) : body };
}

/** What follows from the creation alone. */
function creationProperties(process: Process, { tokens }: SandboxState): Record<string, unknown> {
  const { person, reference } = process;
  return {
    id: process.id,
    flow: process.flow,
    callbackUri: process.callbackUri,
    userRedirectUrl: `https://journey.example.com/${process.id}`,
    createdAt: isoTime(process.createdAt),
    expiresAt: isoTime(process.expiresAt),
    ...optional('purpose', process.purpose),
    ...optional('clientReference', process.clientReference),
    ...optional('useCase', process.useCase),
    capacities: capacitiesOf(process.flow),
    token: tokens.sdkToken(process.id, process.createdAt),
    person: personBody(person),
    companyData: {
      branchId: process.branchId,
      countryCode: person.duiType === 'DUI_TYPE_MX_CURP' ? 'MX' : 'BR',
    },
    // Only 1:1 and smart revalidation have one (upstream.md §S0).
    ...(reference === null
      ? {}
      : {
          bioTokenData: {
            referenceProcessId: reference.processId,
            authenticationId: reference.authenticationId,
          },
        }),
  };
}

/** A process without a document shows a person without a number (upstream.md §13). */
function personBody({ duiType, duiValue, friendlyName, channels }: Person): Record<string, unknown> {
  return {
    ...(duiType === null ? {} : { duiType, duiValue }),
    ...optional('friendlyName', friendlyName),
    notifications: channels.map((notificationChannel) => ({ notificationChannel })),
  };
}

/** State, result and signals as of now. */
function currentProperties(process: Process, state: SandboxState, nowMs: number): Record<string, unknown> {
  const { stage, endedAt } = stageOf(process, nowMs, state.processingMs);
  const noSignals = { authenticationInfo: authenticationInfo(NO_SIGNALS, new Set(), ''), services: [] };
  const finished = { state: 'PROCESS_STATE_FINISHED', finishedAt: isoTime(endedAt ?? nowMs) };
  switch (stage) {
    // upstream.md §S0 gives an unfinished process no `result`, and elsewhere UNSPECIFIED: each form occurs here.
    case 'awaiting-document':
      return { state: 'AWAITING_FOR_DOCUMENT', ...noSignals };
    case 'created':
      return { state: 'PROCESS_STATE_CREATED', result: 'PROCESS_RESULT_UNSPECIFIED', ...noSignals };
    case 'failed':
      return { state: 'PROCESS_STATE_FAILED', result: 'PROCESS_RESULT_ERROR', ...noSignals };
    case 'expired':
      return { ...finished, result: 'PROCESS_RESULT_EXPIRED', ...noSignals };
    case 'finished':
      return { ...finished, ...resultProperties(process, nowMs) };
  }
}

/** The result and the signals of a finished process. */
function resultProperties(process: Process, nowMs: number): Record<string, unknown> {
  const identity = identityOf(process);
  const { idcloud } = identity.outcome;
  const signals = signalsOf(identity);
  const capabilities = capabilitiesOf(process.flow) ?? new Set();
  return {
    ...optional('state', idcloud.state ?? null),
    result: idcloud.result ?? resultOf(signals, capabilities),
    authenticationInfo: {
      ...authenticationInfo(signals, capabilities, process.authenticationId),
      ...idcloud.authenticationInfo,
    },
    services: servicesOf({ process, signals, capabilities, nowMs }),
  };
}
