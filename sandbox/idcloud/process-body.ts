import { signalsOf } from '../identities/index.ts';
import type { Signals } from '../identities/identity.ts';
import type { World } from '../state.ts';
import { authenticationInfo, resultOf } from './authentication-info.ts';
import { capabilitiesOf, capacitiesOf } from './flows.ts';
import { stageOf, whoseJourney } from './process.ts';
import type { Journey } from './process.ts';
import { servicesOf } from './services.ts';

const nothingYet: Signals = {
  liveness: 'none',
  identity: 'none',
  fraud: 'none',
  score: 'none',
  serpro: 'none',
  faceMatch: 'none',
  revalidation: 'none',
  age: 'none',
  document: 'passes',
};

const time = (ms: number) => new Date(ms).toISOString();

/** `{"process": …}` as creation and GET show it (upstream.md §S0, upstream.md §4.4). */
export function journeyBody(journey: Journey, world: World): unknown {
  const nowMs = world.now();
  if (journey.literal) return { process: journey.literal(nowMs) };
  const process = { ...asked(journey, world), ...became(journey, world, nowMs) };
  const { reshape } = whoseJourney(journey).outcome.journey ?? {};
  const { stage } = stageOf(journey, nowMs, world.journeyMs);
  return { process: reshape && stage === 'finished' ? reshape(process) : process };
}

/** What follows from the creation alone. A document-less process shows a person without a document. */
function asked(journey: Journey, { tokens }: World): Record<string, unknown> {
  const { person, reference } = journey;
  const mexican = person.duiType === 'DUI_TYPE_MX_CURP';
  return {
    id: journey.id,
    flow: journey.flow,
    callbackUri: journey.callbackUri,
    userRedirectUrl: `https://journey.example.com/${journey.id}`,
    createdAt: time(journey.createdAt),
    expiresAt: time(journey.expiresAt),
    ...(journey.purpose === undefined ? {} : { purpose: journey.purpose }),
    ...(journey.clientReference === undefined ? {} : { clientReference: journey.clientReference }),
    ...(journey.useCase === undefined ? {} : { useCase: journey.useCase }),
    capacities: capacitiesOf(journey.flow),
    token: tokens.sdkToken(journey.id, journey.createdAt),
    person: {
      ...(person.duiType === undefined ? {} : { duiType: person.duiType, duiValue: person.duiValue }),
      ...(person.friendlyName === undefined ? {} : { friendlyName: person.friendlyName }),
      notifications: person.channels.map((notificationChannel) => ({ notificationChannel })),
    },
    companyData: { branchId: journey.branchId, countryCode: mexican ? 'MX' : 'BR' },
    // Only 1:1 and smart revalidation have one (upstream.md §S0).
    ...(reference === undefined
      ? {}
      : {
          bioTokenData: {
            referenceProcessId: reference.processId,
            authenticationId: reference.authenticationId,
          },
        }),
  };
}

/** State, result and signals as of now. */
function became(journey: Journey, world: World, nowMs: number): Record<string, unknown> {
  const { stage, endedAt } = stageOf(journey, nowMs, world.journeyMs);
  const capabilities = capabilitiesOf(journey.flow) ?? new Set();
  const nothing = { authenticationInfo: authenticationInfo(nothingYet, new Set(), ''), services: [] };
  // S0 both says that an unfinished process has no `result` and defines UNSPECIFIED for it: each form occurs.
  if (stage === 'awaiting') return { state: 'AWAITING_FOR_DOCUMENT', ...nothing };
  if (stage === 'created') {
    return { state: 'PROCESS_STATE_CREATED', result: 'PROCESS_RESULT_UNSPECIFIED', ...nothing };
  }
  if (stage === 'failed')
    return { state: 'PROCESS_STATE_FAILED', result: 'PROCESS_RESULT_ERROR', ...nothing };
  const finished = { state: 'PROCESS_STATE_FINISHED', finishedAt: time(endedAt ?? nowMs) };
  if (stage === 'expired') return { ...finished, result: 'PROCESS_RESULT_EXPIRED', ...nothing };

  const who = whoseJourney(journey);
  const signals = signalsOf(who);
  const special = who.outcome.journey ?? {};
  return {
    ...finished,
    ...(special.state === undefined ? {} : { state: special.state }),
    result: special.result ?? resultOf(signals, capabilities),
    authenticationInfo: {
      ...authenticationInfo(signals, capabilities, journey.authenticationId),
      ...special.authenticationInfo,
    },
    services: servicesOf(journey, signals, capabilities, nowMs),
  };
}
