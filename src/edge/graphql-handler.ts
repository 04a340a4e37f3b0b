import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { Access } from '../access/access.ts';
import { beginOperation } from '../access/operation.ts';
import { createLoaders } from '../loaders/loaders.ts';
import { BodyError, readJsonBody } from './body.ts';
import type { Context } from './context.ts';
import type { ErrorCode } from './error-codes.ts';
import { sendJson } from './send.ts';

/** The context of one operation: fresh loaders, its deadline, and an end for its reads when the caller leaves. */
function createContext(access: Access, requestTimeoutMs: number, response: ServerResponse): Context {
  const left = new AbortController();
  response.once('close', () => {
    if (!response.writableEnded) left.abort();
  });
  const operation = beginOperation(requestTimeoutMs, left.signal);
  return { access, operation, loaders: createLoaders(access, operation) };
}

function headersOf(request: IncomingMessage): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}

function refuseBody(request: IncomingMessage, response: ServerResponse, error: BodyError): void {
  const code: ErrorCode = error.status === 413 ? 'PAYLOAD_TOO_LARGE' : 'BAD_REQUEST';
  // What a hopeless request still sends is nobody's to read.
  if (!request.complete) response.setHeader('connection', 'close');
  sendJson(response, error.status, { errors: [{ message: error.message, extensions: { code } }] });
}

/** Answers GraphQL over HTTP: a thin door in front of Apollo Server. */
export function createGraphqlHandler(
  apollo: ApolloServer<Context>,
  access: Access,
  requestTimeoutMs: number,
) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body: unknown;
    try {
      body = await readJsonBody(request);
    } catch (error) {
      if (error instanceof BodyError) return refuseBody(request, response, error);
      throw error;
    }
    const [, search = ''] = /^[^?]*(\?.*)?$/s.exec(request.url ?? '') ?? [];
    const answer = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: request.method ?? 'GET', headers: headersOf(request), search, body },
      context: async () => createContext(access, requestTimeoutMs, response),
    });
    for (const [name, value] of answer.headers) response.setHeader(name, value);
    // Identity data is nobody's to cache on the way.
    response.setHeader('cache-control', 'no-store');
    response.statusCode = answer.status ?? 200;
    if (answer.body.kind !== 'complete') throw new Error('unreachable: answers are never sent in parts');
    response.end(answer.body.string);
  };
}
