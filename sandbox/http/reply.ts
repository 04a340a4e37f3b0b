/**
 * The response of a host, as data: only the listener touches a socket. So a fault can delay or cut a reply, and the
 * host does not need to know how.
 */
export type Reply = {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** The wait before the first byte. */
  delayMs?: number;
  /** Destroy the connection: before any byte, or after half of the body. */
  cut?: 'before-response' | 'mid-body';
};

/** A reply with a JSON body, given as text. */
export function jsonTextReply(status: number, body: string): Reply {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body };
}

/** A reply with a JSON body. */
export function jsonReply(status: number, body: unknown): Reply {
  return jsonTextReply(status, JSON.stringify(body));
}

/** A reply with a plain text body. */
export function textReply(status: number, body: string): Reply {
  return { status, headers: { 'content-type': 'text/plain' }, body };
}

/** A reply without a body. */
export function emptyReply(status: number, headers: Record<string, string> = {}): Reply {
  return { status, headers, body: '' };
}
