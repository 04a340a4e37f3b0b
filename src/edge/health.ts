import type { ServerResponse } from 'node:http';
import { sendJson } from './send.ts';

/** Says why this replica should get no requests now; `null` when it may. */
export type NotReady = () => Promise<string | null>;

/** Alive: the process answers. Looks at nothing else, so that an outage elsewhere restarts nobody. */
export function answerLivez(response: ServerResponse): void {
  sendJson(response, 200, { status: 'alive' });
}

/** Ready: this replica may get requests; else 503 with the reason. */
export async function answerReadyz(response: ServerResponse, notReady: NotReady): Promise<void> {
  const reason = await notReady();
  sendJson(
    response,
    reason === null ? 200 : 503,
    reason === null ? { status: 'ready' } : { status: 'not ready', reason },
  );
}
