import type { ServerResponse } from 'node:http';
import { sendJson } from './json-response.ts';

/** Says why this replica should get no requests now; `null` when it may. */
export type NotReady = () => Promise<string | null>;

/** Alive: the process answers. Looks at nothing else, so that an outage elsewhere restarts nobody. */
export function answerLivez(response: ServerResponse): void {
  sendJson(response, 200, { status: 'alive' });
}

/**
 * Ready: this replica may get requests; else 503 with the reason. What is only `degraded` is told and still ready: with a
 * store that is down, all replicas are as well off as this one.
 */
export async function answerReadyz(
  response: ServerResponse,
  notReady: NotReady,
  degraded: () => string | null,
): Promise<void> {
  const reason = await notReady();
  if (reason !== null) return sendJson(response, 503, { status: 'not ready', reason });
  const trouble = degraded();
  sendJson(response, 200, trouble === null ? { status: 'ready' } : { status: 'ready', degraded: trouble });
}
