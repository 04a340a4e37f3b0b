import type { Capability, SignalPromise } from '../capability.ts';

/** The uses of APIKEYs: each form of a creation in processes/v1 has its own (upstream.md §S2). */
export const API_KEY_USES = ['onboarding', 'transactional', 'document', 'age'] as const;
/** What an APIKEY is used for. */
export type ApiKeyUse = (typeof API_KEY_USES)[number];

/** What an APIKEY can evaluate, and what each process that is created with it was to establish. */
export type ApiKeyPromise = { evaluates: readonly Capability[]; promise: SignalPromise };

/**
 * What an APIKEY of each use does when its capabilities are not configured. It can evaluate what Unico sells for the
 * form (upstream.md §5.2, §7), and promises only the core of the form. `orchestrated` satisfies the identity.
 */
const DEFAULTS: Readonly<Record<ApiKeyUse, ApiKeyPromise>> = {
  onboarding: {
    evaluates: ['liveness', 'identity', 'fraud-risk', 'risk-score', 'orchestrated'],
    promise: ['identity', 'orchestrated'],
  },
  transactional: { evaluates: ['liveness', 'face-match'], promise: ['face-match'] },
  document: { evaluates: ['document'], promise: ['document'] },
  age: { evaluates: ['liveness', 'age'], promise: ['age'] },
};

/** What an APIKEY of a use evaluates and promises. `configured` replaces the defaults; `null` where it is not set. */
export function apiKeyPromise(use: ApiKeyUse, configured: readonly Capability[] | null): ApiKeyPromise {
  return configured === null ? DEFAULTS[use] : { evaluates: configured, promise: configured };
}
