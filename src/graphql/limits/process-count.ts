import type { Context } from '../context.ts';
import { BadUserInput } from '../errors/bad-user-input.ts';

/**
 * The most processes of one operation, all its lists and references together. A router asks for all entities of a page at once, and
 * each process takes a little time that other callers wait for.
 */
export const MAX_PROCESSES = 1_000;

/** Charges processes to the operation before any is read. Throws `BadUserInput` when there are too many. */
export function chargeProcesses(count: number, { processCount }: Context): void {
  processCount.total += count;
  if (processCount.total <= MAX_PROCESSES) return;
  throw new BadUserInput(
    `expected at most ${MAX_PROCESSES} processes in one operation, got ${processCount.total}: ask in several operations`,
  );
}
