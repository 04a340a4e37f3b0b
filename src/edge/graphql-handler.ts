import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { Access } from '../access/access.ts';
import { beginOperation } from '../access/operation.ts';
import type { Caller } from '../domain/caller.ts';
import { createLoaders } from '../loaders/loaders.ts';
import type { Audit } from './audit.ts';
import { checkAccept } from './accept.ts';
import { dropBody, readJsonBody, type JsonBody } from './body.ts';
import type { IdentifyCaller } from './caller.ts';
import type { Context } from './context.ts';
import { MAX_ANSWERED, MAX_BODY_BYTES, MAX_PLAIN_BODY_BYTES, SEND_TIMEOUT_MS } from './limits.ts';
import { NotLetIn, type Reason } from './not-let-in.ts';
import type { IsRouter } from './router-secret.ts';
import { sendJson } from './send.ts';

/** What stands between a request and the graph. */
export type Door = {
  isRouter: IsRouter;
  identify: IdentifyCaller;
  /** Told of each request that was not let in, for metrics. */
  refused(reason: Reason): void;
};

/** What `WWW-Authenticate` says to whom (RFC 9110, 11.6.1). */
const CHALLENGES: Partial<Record<Reason, string>> = {
  'router-secret': 'Router-Authorization',
  token: 'Bearer error="invalid_token"',
};

/** Who asks, what, and in which form they take the answer. */
type Admitted = JsonBody & { caller: Caller; accept: string };

function headersOf(request: IncomingMessage): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}

/** Ends when the caller goes away before it has its answer. */
function signalOfLeaving(response: ServerResponse): AbortSignal {
  const left = new AbortController();
  response.once('close', () => {
    if (!response.writableEnded) left.abort();
  });
  return left.signal;
}

/** An answer that nobody reads is held in memory until then. (Node's own `timeout` begins anew with each byte.) */
function endUnread(response: ServerResponse): void {
  const unread = setTimeout(() => response.destroy(), SEND_TIMEOUT_MS).unref();
  response.once('close', () => clearTimeout(unread));
}

/** Answers GraphQL over HTTP: a thin door in front of Apollo Server. */
export function createGraphqlHandler(
  apollo: ApolloServer<Context>,
  access: Access,
  door: Door,
  audit: Audit,
  requestTimeoutMs: number,
) {
  /** Who asks, and what: nothing of the body is read before it is known whose it is. */
  async function letIn(request: IncomingMessage): Promise<Admitted> {
    // Node's own `headers` drops all but the first of several, and the router may have looked at another one.
    const linesOf = (name: string): string | undefined => request.headersDistinct[name]?.join(', ');
    if (!door.isRouter(linesOf('router-authorization'))) {
      const message =
        'expected the header "router-authorization" with the secret of the router: ask through the router';
      throw new NotLetIn('router-secret', 401, 'UNAUTHENTICATED', message);
    }
    const accept = checkAccept(request.headers.accept);
    const caller = await door.identify(linesOf('authorization'));
    const most = caller.scopes.has('identity:write') ? MAX_BODY_BYTES : MAX_PLAIN_BODY_BYTES;
    return { caller, accept, ...(await readJsonBody(request, most)) };
  }

  async function refuse(
    request: IncomingMessage,
    response: ServerResponse,
    refusal: NotLetIn,
  ): Promise<void> {
    const { reason, status, code, message } = refusal;
    door.refused(reason);
    // The router reads an answer once it has written its request; to anybody else nothing is owed.
    if (reason !== 'router-secret' && reason !== 'body') await dropBody(request);
    // What a hopeless request still sends is nobody's to read.
    if (!request.complete) response.setHeader('connection', 'close');
    const challenge = CHALLENGES[reason];
    if (challenge !== undefined) response.setHeader('www-authenticate', challenge);
    sendJson(response, status, { errors: [{ message, extensions: { code } }] });
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let admitted: Admitted;
    try {
      admitted = await letIn(request);
    } catch (error) {
      if (error instanceof NotLetIn) return refuse(request, response, error);
      throw error;
    }
    const { caller, accept, body, bodyBytes } = admitted;
    const headers = headersOf(request);
    headers.set('accept', accept);
    const [, search = ''] = /^[^?]*(\?.*)?$/s.exec(request.url ?? '') ?? [];
    const answer = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: request.method ?? 'GET', headers, search, body },
      context: async () => {
        const operation = beginOperation(requestTimeoutMs, signalOfLeaving(response));
        const asked = { processes: 0 };
        const answered = { left: MAX_ANSWERED };
        return {
          access,
          operation,
          loaders: createLoaders(access, operation),
          caller,
          audit,
          asked,
          answered,
          bodyBytes,
        };
      },
    });
    for (const [name, value] of answer.headers) response.setHeader(name, value);
    // Identity data is nobody's to cache on the way.
    response.setHeader('cache-control', 'no-store');
    response.statusCode = answer.status ?? 200;
    if (answer.body.kind !== 'complete') throw new Error('unreachable: answers are never sent in parts');
    response.end(answer.body.string);
    endUnread(response);
  };
}
