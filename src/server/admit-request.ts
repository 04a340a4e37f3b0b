import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from '../domain/caller.ts';
import { negotiateContentType, type NegotiatedType } from './content-negotiation.ts';
import { dropBody, readJsonBody, type JsonBody } from './json-body.ts';
import type { AuthenticateCaller } from './auth/authenticate-caller.ts';
import { MAX_BODY_BYTES, MAX_PLAIN_BODY_BYTES } from '../graphql/limits/limits.ts';
import { RequestRejected, type RejectionReason } from './request-rejected.ts';
import type { IsRouter } from './auth/router-secret.ts';
import { sendJson } from './json-response.ts';

/** What stands between a request and the graph. */
export type RequestGate = {
  isRouter: IsRouter;
  authenticate: AuthenticateCaller;
  /** Told of each request that was not let in, for metrics. */
  rejected(reason: RejectionReason): void;
};

/** Who asks, what, and in which form they take the answer. */
export type AdmittedRequest = JsonBody & NegotiatedType & { caller: Caller };

/** What `WWW-Authenticate` says to whom (RFC 9110, 11.6.1). */
const CHALLENGES: Partial<Record<RejectionReason, string>> = {
  'router-secret': 'Router-Authorization',
  token: 'Bearer error="invalid_token"',
};

/** All lines of a header. Node's own `headers` drops all but the first of some, and the router may have looked at another one. */
function linesOf(name: string, { rawHeaders }: IncomingMessage): string | undefined {
  let lines: string | undefined;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() !== name) continue;
    const line = rawHeaders[at + 1] ?? '';
    lines = lines === undefined ? line : `${lines}, ${line}`;
  }
  return lines;
}

/** Says who asks, and what: nothing of the body is read before it is known whose it is. Throws `NotLetIn`. */
export async function admitRequest(request: IncomingMessage, door: RequestGate): Promise<AdmittedRequest> {
  if (!door.isRouter(linesOf('router-authorization', request))) {
    const message =
      'expected the header "router-authorization" with the secret of the router: ask through the router';
    throw new RequestRejected('router-secret', 401, 'UNAUTHENTICATED', message);
  }
  const accepted = negotiateContentType(request.headers.accept);
  const caller = await door.authenticate(linesOf('authorization', request));
  const most = caller.scopes.has('identity:write') ? MAX_BODY_BYTES : MAX_PLAIN_BODY_BYTES;
  const { body, bodyBytes } = await readJsonBody(request, most);
  return { caller, accept: accepted.accept, contentType: accepted.contentType, body, bodyBytes };
}

/** Answers a request that was not let in. */
export async function rejectRequest(
  request: IncomingMessage,
  response: ServerResponse,
  door: RequestGate,
  { reason, status, code, message }: RequestRejected,
): Promise<void> {
  door.rejected(reason);
  // The router reads an answer once it has written its request; to anybody else nothing is owed.
  if (reason !== 'router-secret' && reason !== 'body') await dropBody(request);
  // What a hopeless request still sends is nobody's to read.
  if (!request.complete) response.setHeader('connection', 'close');
  const challenge = CHALLENGES[reason];
  if (challenge !== undefined) response.setHeader('www-authenticate', challenge);
  sendJson(response, status, { errors: [{ message, extensions: { code } }] });
}
