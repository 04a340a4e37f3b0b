import type { Signals } from '../identities/identity.ts';
import type { Capability } from './flows.ts';

/** A signal's word as the contract writes it: `not-live` → `LIVENESS_RESULT_NOT_LIVE`, `none` → `…_UNSPECIFIED`. */
function word(prefix: string, signal: string): string {
  return `${prefix}_${signal === 'none' ? 'UNSPECIFIED' : signal.toUpperCase().replace('-', '_')}`;
}

/**
 * Every member is always there; what the flow does not evaluate is UNSPECIFIED (upstream.md §S0). A score is there when identity is
 * INCONCLUSIVE; elsewhere the number is protobuf's default 0, as at creation (upstream.md §4.4), so it means nothing unless
 * `scoreEnabled` is TRUE. Serpro has no UNSPECIFIED word and its 0 is a real similarity: unused, it is empty.
 */
export function authenticationInfo(
  signals: Signals,
  capabilities: ReadonlySet<Capability>,
  authenticationId: string,
): Record<string, unknown> {
  const shown = (capability: Capability & keyof Signals) =>
    capabilities.has(capability) ? String(signals[capability]) : 'none';
  return {
    authenticationId,
    livenessResult: word('LIVENESS_RESULT', shown('liveness')),
    authenticationResult: word('AUTHENTICATION_RESULT', shown('identity')),
    identityFraudstersResult: word('TRUST_RESULT', shown('fraud')),
    bioTokenEngineResult: word('BIO_TOKEN_ENGINE_RESULT', shown('faceMatch')),
    smartRevalidationResult: word('SMART_REVALIDATION_RESULT', shown('revalidation')),
    idAgeResult: word('ID_AGE_RESULT', shown('age')),
    scoreEngineResult: scoreEngineResult(signals, capabilities),
    serproResult: capabilities.has('serpro') && signals.serpro !== 'none' ? { score: signals.serpro } : {},
  };
}

function scoreEngineResult({ identity, score }: Signals, capabilities: ReadonlySet<Capability>) {
  if (!capabilities.has('score')) return { scoreEnabled: 'SCORE_ENABLED_UNSPECIFIED', score: 0 };
  if (identity !== 'inconclusive') return { scoreEnabled: 'SCORE_ENABLED_FALSE', score: 0 };
  return { scoreEnabled: 'SCORE_ENABLED_TRUE', ...(score === 'none' ? {} : { score }) };
}

/** INVALID_IDENTITY takes one explicit negative (upstream.md §S0); an inconclusive identity is still OK (upstream.md §6.1). */
export function resultOf(signals: Signals, capabilities: ReadonlySet<Capability>): string {
  const negative =
    (capabilities.has('liveness') && signals.liveness === 'not-live') ||
    (['identity', 'faceMatch', 'revalidation', 'age'] as const).some(
      (capability) => capabilities.has(capability) && signals[capability] === 'negative',
    );
  return negative ? 'PROCESS_RESULT_INVALID_IDENTITY' : 'PROCESS_RESULT_OK';
}
