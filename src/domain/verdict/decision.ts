/** What to do with the person of a process, in one vocabulary for both contracts (docs/verdict.md). */
export const DECISIONS = ['APPROVED', 'DENIED', 'REVIEW', 'RETRY', 'PENDING'] as const;
/** What to do with the person. */
export type Decision = (typeof DECISIONS)[number];
