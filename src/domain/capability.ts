/** What an APIKEY or a flow of Unico evaluates: the values of `UNICO_APIKEY_<USE>_CAPABILITIES` (upstream.md §7). */
export const CAPABILITIES = [
  'liveness',
  'identity',
  'fraud-risk',
  'risk-score',
  'face-match',
  'age',
  'document',
  'orchestrated',
] as const;
/** What an APIKEY or a flow evaluates. `orchestrated`: it returns Unico's own advice, `idCloud.result`. */
export type Capability = (typeof CAPABILITIES)[number];

/**
 * One thing that a process was to establish. Besides the capabilities: `revalidation` (the flow `idsmart`), `any-face` (a
 * comparison of faces that may be the identity or the 1:1) and `reused-document` (a document that Unico already has).
 */
export type PromisedSignal = Capability | 'revalidation' | 'any-face' | 'reused-document';

/** Everything that a process was to establish. A store format: the promise of a creation is recorded. */
export type SignalPromise = readonly PromisedSignal[];
