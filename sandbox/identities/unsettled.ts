import { identity } from './identity.ts';
import type { Identity } from './identity.ts';

const inconclusive = { result: 'inconclusive' };

/** Processes that are still running, ended without an answer, or say what no document lists. */
export const unsettled: Identity[] = [
  identity(40, 'failed', 'Fatima Failed', 'processing error: FAILED at creation; status 5, and GET is 410', {
    journey: { ends: 'failed' },
    analysis: { failed: true },
  }),
  identity(
    41,
    'result-error',
    'Ernesto Error',
    'FINISHED with PROCESS_RESULT_ERROR; status 5, and GET is 410',
    {
      signals: { liveness: 'none', identity: 'none', fraud: 'none' },
      journey: { result: 'PROCESS_RESULT_ERROR' },
      analysis: { failed: true },
    },
  ),
  identity(42, 'expired', 'Elsa Expired', 'the journey was not walked in time', {
    journey: { ends: 'expired' },
    seeded: 'idcloud',
  }),
  identity(43, 'never-finishes', 'Carla Created', 'stays CREATED until it expires; status 1 for ever', {
    journey: { ends: 'never' },
    analysis: {
      pending: { status: 1, unicoId: inconclusive, identityFraudsters: inconclusive, liveness: 1 },
      settles: 'never',
    },
  }),
  identity(
    44,
    'pending-then-done',
    'Pedro Pending',
    'status 1 at first, after the journey time 3 with score 64',
    {
      signals: { identity: 'inconclusive', score: 64, serpro: 'none' },
      analysis: {
        pending: { status: 1, unicoId: inconclusive, identityFraudsters: inconclusive, liveness: 1 },
      },
    },
  ),
  identity(45, 'pending-fraud', 'Pia Pending Fraud', 'status 1 with fraud signs, then 3 with score -48', {
    signals: { identity: 'inconclusive', fraud: 'yes', score: -48, serpro: 'none' },
    analysis: {
      pending: { status: 1, unicoId: inconclusive, identityFraudsters: { result: 'yes' }, liveness: 1 },
    },
  }),
  identity(
    46,
    'divergence',
    'Diana Divergence',
    'status 2 for ever (upstream.md §5.3); INVALID_IDENTITY with score 0',
    {
      signals: { identity: 'inconclusive', score: 0 },
      journey: { flow: 'idcheck', result: 'PROCESS_RESULT_INVALID_IDENTITY' },
      analysis: { pending: { status: 2, unicoId: inconclusive, liveness: 1 }, settles: 'never' },
    },
  ),
  identity(47, 'canceled', 'Caio Canceled', 'status 4', {
    analysis: { onboarding: { status: 4 } },
    seeded: 'processes',
  }),
  identity(48, 'unknown-liveness', 'Ulla New Liveness', 'a liveness word that no document lists', {
    journey: { authenticationInfo: { livenessResult: 'LIVENESS_RESULT_SUSPECT' } },
    analysis: { onboarding: { status: 3, unicoId: { result: 'yes' }, liveness: 3 } },
  }),
  identity(49, 'unknown-state', 'Urs New State', 'a state and a status number that no document lists', {
    journey: { state: 'PROCESS_STATE_UNDER_ANALYSIS' },
    analysis: { onboarding: { status: 6, unicoId: { result: 'yes' }, liveness: 1 } },
  }),
  identity(50, 'unknown-result', 'Ugo New Result', 'a result that S0 does not list', {
    journey: { result: 'PROCESS_RESULT_WARNING' },
    analysis: { onboarding: { status: 3, unicoId: { result: 'maybe' }, liveness: 1 } },
  }),
  identity(
    51,
    'unknown-everywhere',
    'Umberto Unknown',
    'every word is new, and members are there that nobody knows',
    {
      journey: {
        result: 'PROCESS_RESULT_PARTIAL',
        authenticationInfo: {
          livenessResult: 'LIVENESS_RESULT_SUSPECT',
          authenticationResult: 'AUTHENTICATION_RESULT_LIKELY',
          identityFraudstersResult: 'TRUST_RESULT_SUSPICIOUS',
          bioTokenEngineResult: 'BIO_TOKEN_ENGINE_RESULT_LIKELY',
          smartRevalidationResult: 'SMART_REVALIDATION_RESULT_LIKELY',
          idAgeResult: 'ID_AGE_RESULT_LIKELY',
          faceWithOtherIdResult: 'FACE_WITH_OTHER_ID_RESULT_NO',
        },
      },
      analysis: {
        onboarding: {
          status: 3,
          unicoId: { result: 'likely' },
          identityFraudsters: { result: 'suspicious' },
          government: { serpro: -3 },
          liveness: 9,
          idCloud: { result: 'postponed' },
          frictionless: { result: 'yes' },
        },
      },
    },
  ),
  identity(52, 'sparse', 'Spencer Sparse', 'promised members are missing or null', {
    journey: {
      reshape: ({ id, state }) => ({
        id,
        state,
        result: 'PROCESS_RESULT_OK',
        flow: null,
        person: null,
        capacities: null,
        authenticationInfo: { livenessResult: 'LIVENESS_RESULT_LIVE', authenticationResult: null },
        services: null,
      }),
    },
    analysis: { onboarding: { status: 3, unicoId: null, identityFraudsters: {}, liveness: null } },
  }),
  identity(53, 'bare', 'Barbara Bare', 'an id, a state or a status, and nothing else', {
    journey: { reshape: ({ id, state }) => ({ id, state }) },
    analysis: { onboarding: { status: 3 } },
  }),
  identity(54, 'without-id', 'Ivo Without Id', 'JSON as promised, but the id is missing', {
    journey: { reshape: ({ id: _id, ...rest }) => rest },
    analysis: { onboarding: { id: undefined, status: 3, unicoId: { result: 'yes' } } },
  }),
];
