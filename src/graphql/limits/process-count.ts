import type { Context } from '../context.ts';
import { badUserInput } from '../errors/bad-user-input.ts';

/**
 * The most processes of one operation, all its lists and references together. A router asks for all entities of a page at
 * once, and each costs a little time that nobody else gets.
 */
export const MAX_PROCESSES = 1_000;

/** Counts processes that an operation asks for, before any is looked for. Throws `BadUserInput` where they become too many. */
export function chargeProcesses(count: number, { processCount }: Context): void {
  processCount.processes += count;
  if (processCount.processes <= MAX_PROCESSES) return;
  throw badUserInput(
    `expected at most ${MAX_PROCESSES} processes in one operation, got ${processCount.processes}: ask in several operations`,
  );
}
