import type { ServerResponse } from 'node:http';
import { NOT_ENCODED } from './content-negotiation.ts';
import type { RequestRejected } from './request-rejected.ts';
import { sendText } from './text-response.ts';

/** The media type of every response of JSON that is not negotiated. */
export const JSON_CONTENT_TYPE = 'application/json; charset=utf-8';

/**
 * Sends JSON, without compression: a refusal or the state of health is short. A client that forbids responses without
 * an encoding gets it all the same (RFC 9110, 15.5.7). `headers` are names and values in turn.
 */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: readonly string[] = [],
): void {
  sendText(response, {
    status,
    headers: ['content-type', JSON_CONTENT_TYPE, ...headers],
    text: JSON.stringify(body),
    encoding: NOT_ENCODED,
  });
}

/** The body of the response to a request that was rejected before GraphQL: the form of an error of GraphQL. */
export function rejectionBody({ message, code }: RequestRejected): object {
  return { errors: [{ message, extensions: { code } }] };
}
