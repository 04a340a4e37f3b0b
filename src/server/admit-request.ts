import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from '../domain/caller.ts';
import { MAX_PLAIN_BODY_BYTES } from '../graphql/limits/limits.ts';
import type { AuthenticateCaller } from './auth/authenticate-caller.ts';
import type { IsRouter } from './auth/router-secret.ts';
import {
  negotiateContentType,
  negotiateEncoding,
  type NegotiatedEncoding,
  type NegotiatedType,
} from './content-negotiation.ts';
import { MAX_BODY_BYTES } from './http-limits.ts';
import { discardBody, readJsonBody, type JsonBody } from './json-body.ts';
import type { LargeBodies } from './large-bodies.ts';
import { rejectionBody, sendJson } from './json-response.ts';
import { RequestRejected, type RejectionReason } from './request-rejected.ts';

/** The access checks of `/graphql`, of the router and of the caller. */
export type RequestGate = {
  isRouter: IsRouter;
  authenticate: AuthenticateCaller;
};

/** How requests are admitted. */
export type AdmissionOptions = {
  gate: RequestGate;
  /** Whether long responses are compressed for the clients that ask for it. */
  compresses: boolean;
};

/** What admits requests. `largeBodies` are those above `MAX_PLAIN_BODY_BYTES`. */
export type Admission = AdmissionOptions & { largeBodies: LargeBodies };

/** An admitted request: its caller, its parsed body, and the media type and encoding of its response. */
export type AdmittedRequest = JsonBody & NegotiatedType & { caller: Caller; encoding: NegotiatedEncoding };

/** The header `WWW-Authenticate`, by the credential that is missing or wrong (RFC 9110, 11.6.1). */
const CHALLENGES: Partial<Record<RejectionReason, string>> = {
  'router-secret': 'Router-Authorization',
  token: 'Bearer error="invalid_token"',
};

/**
 * All lines of a header, joined by commas. Node's `headers` has only the first line of some headers, and the router may
 * have checked another line.
 */
function linesOf(name: string, { rawHeaders }: IncomingMessage): string | undefined {
  let lines: string | undefined;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() !== name) continue;
    const line = rawHeaders[i + 1] ?? '';
    lines = lines === undefined ? line : `${lines}, ${line}`;
  }
  return lines;
}

/** Throws `RequestRejected` (406) where the client forbids every encoding that this server has. */
function acceptedEncoding({ headers }: IncomingMessage, compresses: boolean): NegotiatedEncoding {
  const encoding = negotiateEncoding(headers['accept-encoding'], compresses);
  if (encoding !== null) return encoding;
  const message = `expected the header "accept-encoding" to allow ${compresses ? 'br, gzip or ' : ''}identity, got none of them`;
  throw new RequestRejected(message, { reason: 'accept', status: 406, code: 'BAD_REQUEST' });
}

/** The most bytes that will be read of a body: one in chunks has no length. */
function longestBody({ headers }: IncomingMessage, maxBytes: number): number {
  if (headers['transfer-encoding'] !== undefined) return maxBytes;
  return Math.min(Number(headers['content-length'] ?? 0), maxBytes);
}

/** Waits until a body may be read. It takes memory until the response is sent, or the client disconnects. */
async function waitForMemory(
  response: ServerResponse,
  { ready, release }: ReturnType<LargeBodies['acquire']>,
): Promise<void> {
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  response.once('close', () => {
    release();
    close();
  });
  await Promise.race([ready, closed]);
  if (response.closed) throw new Error('the client closed the connection before its body was read');
}

/**
 * Authenticates the router and the caller, and then reads the body, so that no body of an unknown sender is read. A
 * framework would run these checks as middleware. Throws `RequestRejected`, and another error only where the client
 * disconnects meanwhile.
 */
export async function admitRequest(
  request: IncomingMessage,
  response: ServerResponse,
  { gate, compresses, largeBodies }: Admission,
): Promise<AdmittedRequest> {
  if (!gate.isRouter(linesOf('router-authorization', request))) {
    const message =
      'expected the header "router-authorization" with the secret of the router: send requests through the router';
    throw new RequestRejected(message, { reason: 'router-secret', status: 401, code: 'UNAUTHENTICATED' });
  }
  const { accept, contentType } = negotiateContentType(request.headers.accept);
  const encoding = acceptedEncoding(request, compresses);
  const caller = await gate.authenticate(linesOf('authorization', request));
  const maxBytes = caller.scopes.has('identity:write') ? MAX_BODY_BYTES : MAX_PLAIN_BODY_BYTES;
  const longest = longestBody(request, maxBytes);
  if (longest > MAX_PLAIN_BODY_BYTES) {
    await waitForMemory(response, largeBodies.acquire(caller.client, longest));
  }
  const { body, bodyBytes } = await readJsonBody(request, maxBytes);
  return { caller, accept, contentType, encoding, body, bodyBytes };
}

/** Sends the response to a request that was rejected. */
export async function sendRejection(
  request: IncomingMessage,
  response: ServerResponse,
  rejection: RequestRejected,
): Promise<void> {
  const { reason, status } = rejection;
  // A client reads the response only after it has written its request, so the body is discarded first: except for a
  // client without the router's secret, and where `readJsonBody` has read it.
  if (reason !== 'router-secret' && reason !== 'body') await discardBody(request);
  const challenge = CHALLENGES[reason];
  const headers = challenge === undefined ? [] : ['www-authenticate', challenge];
  sendJson(response, status, rejectionBody(rejection), headers);
}
