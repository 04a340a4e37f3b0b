import type { Signals } from '../identities/identity.ts';
import type { Capability } from './flows.ts';

/** The enum value of a signal: `not-live` → `LIVENESS_RESULT_NOT_LIVE`, `none` → `…_UNSPECIFIED`. */
function enumValue(prefix: string, signal: string): string {
  return `${prefix}_${signal === 'none' ? 'UNSPECIFIED' : signal.toUpperCase().replace('-', '_')}`;
}

/**
 * `process.authenticationInfo`. Every property is always present; what the flow does not evaluate is UNSPECIFIED
 * (upstream.md §S0). A score is present when identity is INCONCLUSIVE; elsewhere the number is protobuf's default 0,
 * as at creation (upstream.md §4.4), so it means nothing unless `scoreEnabled` is TRUE. Serpro has no UNSPECIFIED
 * value and its 0 is a real similarity: `serproResult` is empty when the flow does not have it.
 */
export function authenticationInfo(
  signals: Omit<Signals, 'document'>,
  capabilities: ReadonlySet<Capability>,
  authenticationId: string,
): Record<string, unknown> {
  const shown = (capability: Capability & keyof typeof signals) =>
    capabilities.has(capability) ? String(signals[capability]) : 'none';
  return {
    authenticationId,
    livenessResult: enumValue('LIVENESS_RESULT', shown('liveness')),
    authenticationResult: enumValue('AUTHENTICATION_RESULT', shown('identity')),
    identityFraudstersResult: enumValue('TRUST_RESULT', shown('fraud')),
    bioTokenEngineResult: enumValue('BIO_TOKEN_ENGINE_RESULT', shown('faceMatch')),
    smartRevalidationResult: enumValue('SMART_REVALIDATION_RESULT', shown('revalidation')),
    idAgeResult: enumValue('ID_AGE_RESULT', shown('age')),
    scoreEngineResult: scoreEngineResult(signals, capabilities),
    serproResult: capabilities.has('serpro') && signals.serpro !== 'none' ? { score: signals.serpro } : {},
  };
}

function scoreEngineResult(
  { identity, score }: Pick<Signals, 'identity' | 'score'>,
  capabilities: ReadonlySet<Capability>,
) {
  if (!capabilities.has('score')) return { scoreEnabled: 'SCORE_ENABLED_UNSPECIFIED', score: 0 };
  if (identity !== 'inconclusive') return { scoreEnabled: 'SCORE_ENABLED_FALSE', score: 0 };
  return { scoreEnabled: 'SCORE_ENABLED_TRUE', ...(score === 'none' ? {} : { score }) };
}

/**
 * `process.result` of a finished process: INVALID_IDENTITY needs one explicit negative (upstream.md §S0); an
 * inconclusive identity is still OK (upstream.md §6.1).
 */
export function resultOf(signals: Signals, capabilities: ReadonlySet<Capability>): string {
  const isNegative =
    (capabilities.has('liveness') && signals.liveness === 'not-live') ||
    (['identity', 'faceMatch', 'revalidation', 'age'] as const).some(
      (capability) => capabilities.has(capability) && signals[capability] === 'negative',
    );
  return isNegative ? 'PROCESS_RESULT_INVALID_IDENTITY' : 'PROCESS_RESULT_OK';
}
