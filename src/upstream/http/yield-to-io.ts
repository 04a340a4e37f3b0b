import { setImmediate as afterThisTurn } from 'node:timers/promises';

/**
 * How many turns of the event loop it takes: undici gives a connection free in the turn after its answer, and writes the next
 * request one turn later, once it has seen that the server has not closed it.
 */
const TURNS = 3;

let passing: Promise<void> | null = null;

async function pass(): Promise<void> {
  await afterThisTurn();
  // Answers that come from now on have turns of their own.
  passing = null;
  for (let turn = 2; turn <= TURNS; turn += 1) await afterThisTurn();
}

/**
 * Resolves once the connections whose answers came in this turn have carried the next requests. Answers to a page come many at a
 * time: were each read as it comes, the last connection would stand idle until all others were read, wave after wave.
 */
export function yieldToIo(): Promise<void> {
  return (passing ??= pass());
}
