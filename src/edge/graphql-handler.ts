import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { Access } from '../access/access.ts';
import { beginOperation } from '../access/operation.ts';
import { createLoaders } from '../loaders/loaders.ts';
import type { Audit } from './audit.ts';
import { BodyError, dropBody, readJsonBody, type JsonBody } from './body.ts';
import { KeysUnavailable } from './caller-keys.ts';
import { TokenRefused, type IdentifyCaller } from './caller.ts';
import type { Context } from './context.ts';
import type { ErrorCode } from './error-codes.ts';
import { MAX_BODY_BYTES, MAX_PLAIN_BODY_BYTES } from './limits.ts';
import type { IsRouter } from './router-secret.ts';
import { sendJson } from './send.ts';

/** What stands between a request and the graph. */
export type Door = {
  isRouter: IsRouter;
  identify: IdentifyCaller;
  /** Told of each request that was not let in, for metrics. */
  refused(why: Refused): void;
};
export type Refused = 'router-secret' | 'token' | 'keys-unavailable' | 'body';

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

/** Whoever asks does not know the router's secret. */
class NotTheRouter extends Error {
  override readonly name = 'NotTheRouter';
}

/** How a request is refused that did not get as far as GraphQL. */
function refusalOf(error: unknown): { status: number; code: ErrorCode; why: Refused } | null {
  if (error instanceof NotTheRouter) return { status: 401, code: 'UNAUTHENTICATED', why: 'router-secret' };
  if (error instanceof TokenRefused) return { status: 401, code: 'UNAUTHENTICATED', why: 'token' };
  if (error instanceof KeysUnavailable) {
    return { status: 503, code: 'AUTHENTICATION_UNAVAILABLE', why: 'keys-unavailable' };
  }
  if (error instanceof BodyError) {
    const code = error.status === 413 ? 'PAYLOAD_TOO_LARGE' : 'BAD_REQUEST';
    return { status: error.status, code, why: 'body' };
  }
  return null;
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
  async function letIn(request: IncomingMessage): Promise<JsonBody & Pick<Context, 'caller'>> {
    const secret = request.headers['router-authorization'];
    if (!door.isRouter(Array.isArray(secret) ? secret.join(', ') : secret)) {
      throw new NotTheRouter(
        'expected the header "router-authorization" with the secret of the router: ask through the router',
      );
    }
    const caller = await door.identify(request.headers.authorization);
    const most = caller.scopes.has('identity:write') ? MAX_BODY_BYTES : MAX_PLAIN_BODY_BYTES;
    return { caller, ...(await readJsonBody(request, most)) };
  }

  async function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): Promise<void> {
    const refusal = refusalOf(error);
    if (refusal === null || !(error instanceof Error)) throw error;
    const { status, code, why } = refusal;
    door.refused(why);
    // The router reads an answer once it has written its request; to anybody else nothing is owed.
    if (why === 'token' || why === 'keys-unavailable') await dropBody(request);
    // What a hopeless request still sends is nobody's to read.
    if (!request.complete) response.setHeader('connection', 'close');
    if (why === 'token') response.setHeader('www-authenticate', 'Bearer error="invalid_token"');
    sendJson(response, status, { errors: [{ message: error.message, extensions: { code } }] });
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let admitted: Awaited<ReturnType<typeof letIn>>;
    try {
      admitted = await letIn(request);
    } catch (error) {
      return refuse(request, response, error);
    }
    const { caller, body, bodyBytes } = admitted;
    const [, search = ''] = /^[^?]*(\?.*)?$/s.exec(request.url ?? '') ?? [];
    const answer = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: request.method ?? 'GET', headers: headersOf(request), search, body },
      context: async () => {
        const operation = beginOperation(requestTimeoutMs, signalOfLeaving(response));
        return { access, operation, loaders: createLoaders(access, operation), caller, audit, bodyBytes };
      },
    });
    for (const [name, value] of answer.headers) response.setHeader(name, value);
    // Identity data is nobody's to cache on the way.
    response.setHeader('cache-control', 'no-store');
    response.statusCode = answer.status ?? 200;
    if (answer.body.kind !== 'complete') throw new Error('unreachable: answers are never sent in parts');
    response.end(answer.body.string);
  };
}
