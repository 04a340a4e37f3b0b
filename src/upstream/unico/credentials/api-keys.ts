import { UpstreamFailure } from '../../../domain/upstream-failure.ts';
import type { ApiKeyUse } from '../../../domain/verdict/api-key-promises.ts';

/**
 * The APIKEY of each use case, which decides what a POST processes/v1 does (upstream.md §S2); `null` when not
 * configured.
 */
export type ApiKeys = Record<ApiKeyUse, string | null>;

/** The environment variable of each APIKEY. */
export const API_KEY_VARIABLES: Readonly<Record<ApiKeyUse, string>> = {
  onboarding: 'UNICO_APIKEY_ONBOARDING',
  transactional: 'UNICO_APIKEY_TRANSACTIONAL',
  document: 'UNICO_APIKEY_DOCUMENT',
  age: 'UNICO_APIKEY_AGE',
};

/** An APIKEY, and the environment variable that configures it. */
export type ApiKey = { value: string; variable: string };

/** The APIKEY of one use case. Throws `UpstreamFailure` (`unauthorized`) when it is not configured. */
export function requireApiKey(keys: ApiKeys, useCase: ApiKeyUse): ApiKey {
  const value = keys[useCase];
  const variable = API_KEY_VARIABLES[useCase];
  if (value !== null) return { value, variable };
  const message = `not sent: expected an APIKEY for the use case ${useCase}, got none; set ${variable}`;
  throw new UpstreamFailure('unauthorized', message, { mayHaveHappened: false, credential: variable });
}

/**
 * Any configured APIKEY: GET processes/v1 accepts each APIKEY of the tenant (upstream.md §S1: "the APIKEY configured").
 * Throws `UpstreamFailure` (`unauthorized`) when none is configured.
 */
export function requireAnyApiKey(keys: ApiKeys): ApiKey {
  const uses = ['onboarding', 'transactional', 'document', 'age'] as const;
  return requireApiKey(keys, uses.find((use) => keys[use] !== null) ?? 'onboarding');
}
