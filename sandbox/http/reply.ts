/**
 * What a host wants to answer, as data: the listener is the only place that touches a socket, so a fault can
 * delay a reply or cut it without the host knowing how.
 */
export type Reply = {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** Wait this long before the first byte. */
  delayMs?: number;
  /** Destroy the connection: before anything is sent, or after half of the body. */
  cut?: 'before-answer' | 'mid-body';
};

export function json(status: number, body: unknown): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  };
}

export function text(status: number, body: string): Reply {
  return { status, headers: { 'content-type': 'text/plain' }, body };
}

export function empty(status: number, headers: Record<string, string> = {}): Reply {
  return { status, headers, body: '' };
}
