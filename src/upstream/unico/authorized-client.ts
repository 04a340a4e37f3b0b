import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import { yieldToIo } from '../http/yield-to-io.ts';
import { isTokenRejected } from './errors/to-failure.ts';
import type { ErrorFamily } from './errors/error-catalogue.ts';
import type { HttpResponse, HttpRequest, Send } from '../http/types.ts';
import type { TokenSource } from './credentials/access-token.ts';

/** A request without its token, which is added here. */
export type AuthorizedRequest = Omit<HttpRequest, 'timeoutMs'>;

/** Sends requests with the tenant's token to one origin. */
export type AuthorizedSend = (request: AuthorizedRequest) => Promise<HttpResponse>;

/**
 * Adds the token to each request. Where Unico answers that the token is dead, it is renewed and the request sent once
 * more: a refused token means that nothing was carried out, so this holds for a POST too. A second refusal stands.
 *
 * `attemptTimeoutMs` bounds a GET. A POST is not repeated, so it has all the time that its operation has.
 */
export function createAuthorizedSend(
  send: Send,
  family: ErrorFamily,
  tokens: TokenSource,
  attemptTimeoutMs: number,
  operationTimeoutMs: number,
): AuthorizedSend {
  return async (request) => {
    const sendWith = (token: string): Promise<HttpResponse> =>
      send({
        ...request,
        headers: { ...request.headers, authorization: `Bearer ${token}` },
        timeoutMs: request.method === 'GET' ? attemptTimeoutMs : operationTimeoutMs,
      });
    const token = await tokens.get(request.callOptions.signal);
    const answer = await sendWith(token);
    await yieldToIo();
    if (!isTokenRejected(family, answer)) return answer;
    const newer = await tokens.renew(token, request.callOptions.signal).catch((error: unknown) => {
      // Where the token service refuses, so does Unico; where it can not be asked, nobody has refused yet.
      if (error instanceof UpstreamFailure && error.kind === 'unauthorized') return null;
      throw error;
    });
    return newer === null ? answer : sendWith(newer);
  };
}
