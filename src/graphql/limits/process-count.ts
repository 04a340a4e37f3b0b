import type { Context } from '../context.ts';
import { BadUserInput } from '../errors/bad-user-input.ts';

/**
 * The most processes of one operation, all its lists and references together. A router requests all entities of a page
 * at once, and other callers wait while they are resolved.
 */
export const MAX_PROCESSES = 1_000;

/**
 * Counts processes of an operation, before any of them is read. Throws `BadUserInput` when there are too many; it names
 * `argument` where that alone has too many.
 */
export function chargeProcesses(count: number, { processCount }: Context, argument?: string): void {
  processCount.total += count;
  if (processCount.total <= MAX_PROCESSES) return;
  throw new BadUserInput(
    `expected at most ${MAX_PROCESSES} processes in one operation, got ${processCount.total}: ask in several operations`,
    argument !== undefined && count > MAX_PROCESSES ? { argument } : {},
  );
}
