import type { ServerResponse } from 'node:http';
import { sendJson } from './json-response.ts';

/** The state of this replica, for `/readyz`. */
export type HealthSource = {
  /** Why this replica should get no requests now; `null` when it may get some. */
  notReady: () => Promise<string | null>;
  /** What does not work, although requests still get responses; `null` when everything works. */
  degraded: () => string | null;
  /** What an operator must know of the store although it works. */
  storeNote?: string | null;
};

/** `/livez`: the process responds. Checks nothing else, so that an outage elsewhere restarts no replica. */
export function sendLiveness(response: ServerResponse): void {
  sendJson(response, 200, { status: 'alive' });
}

/**
 * `/readyz`: 200 when this replica may get requests, else 503 with the reason. A degraded replica reports the fault and
 * is still ready: while the store is down, every other replica is degraded too. `store` has the note for operators.
 */
export async function sendReadiness(
  response: ServerResponse,
  { notReady, degraded, storeNote = null }: HealthSource,
): Promise<void> {
  const reason = await notReady();
  if (reason !== null) return sendJson(response, 503, { status: 'not ready', reason });
  const fault = degraded();
  sendJson(response, 200, {
    status: 'ready',
    ...(fault === null ? {} : { degraded: fault }),
    ...(storeNote === null ? {} : { store: storeNote }),
  });
}
