import { UpstreamFailure } from '../../../domain/upstream-failure.ts';
import type { CaptureCreation } from '../../../domain/process-creation.ts';

/** The APIKEY of each use case: it decides what a POST processes/v1 is (upstream.md §S2). Those not configured are `null`. */
export type ApiKeys = {
  onboarding: string | null;
  transactional: string | null;
  document: string | null;
  age: string | null;
};

/** The variable that holds each. */
export const API_KEY_VARIABLES: Readonly<Record<keyof ApiKeys, string>> = {
  onboarding: 'UNICO_APIKEY_ONBOARDING',
  transactional: 'UNICO_APIKEY_TRANSACTIONAL',
  document: 'UNICO_APIKEY_DOCUMENT',
  age: 'UNICO_APIKEY_AGE',
};

/** The APIKEY of one use case; a failure of our credentials where there is none. */
export function requireApiKey(keys: ApiKeys, useCase: keyof ApiKeys): string {
  const key = keys[useCase];
  if (key !== null) return key;
  throw new UpstreamFailure(
    'unauthorized',
    `there is no APIKEY for this: set ${API_KEY_VARIABLES[useCase]}`,
    {
      mayHaveHappened: false,
    },
  );
}

/** GET processes/v1 takes any APIKEY of the tenant (upstream.md §S1: "the APIKEY configured"). */
export function requireAnyApiKey(keys: ApiKeys): string {
  const key = keys.onboarding ?? keys.transactional ?? keys.document ?? keys.age;
  return key ?? requireApiKey(keys, 'onboarding');
}

/** The use case, and so the APIKEY, of a form of creation (upstream.md §S2). */
export function useCaseOf(capture: CaptureCreation): keyof ApiKeys {
  return capture.kind === 'ageVerification' ? 'age' : capture.kind;
}
