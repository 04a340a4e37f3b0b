/** The hosts of Unico (upstream.md §1): one for each contract, and the token service. */
export const UNICO_HOSTS = ['idcloud', 'api', 'identity'] as const;
/** A host of Unico; a label of metrics and logs. */
export type UnicoHost = (typeof UNICO_HOSTS)[number];
