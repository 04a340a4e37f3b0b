import { setImmediate as nextTick } from 'node:timers/promises';

/**
 * How many event-loop ticks the wait takes: undici frees a connection in the tick after its response, and writes the next
 * request one tick later, once undici has seen that the server has not closed the connection.
 */
const TICKS = 3;

let waiting: Promise<void> | null = null;

async function waitTicks(): Promise<void> {
  await nextTick();
  // Responses that arrive from now on wait for ticks of their own.
  waiting = null;
  for (let tick = 2; tick <= TICKS; tick += 1) await nextTick();
}

/**
 * Resolves once the connections whose responses arrived in this event-loop tick have carried the next requests. The responses
 * of a page arrive many at a time: if each were parsed on arrival, the last connection would stay idle until all others were
 * parsed, wave after wave.
 */
export function yieldToIo(): Promise<void> {
  return (waiting ??= waitTicks());
}
