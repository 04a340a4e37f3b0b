import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import { afterTheWire } from '../http/yield-to-io.ts';
import { saysTokenIsDead } from './errors/to-failure.ts';
import type { ErrorFamily } from './errors/error-catalogue.ts';
import type { HttpAnswer, HttpRequest, Send } from '../http/http-client.ts';
import type { TokenSource } from './credentials/access-token.ts';

/** A request without its token, which is added here. */
export type EndpointRequest = Omit<HttpRequest, 'timeoutMs'>;

/** Sends requests with the tenant's token to one origin. */
export type Endpoint = (request: EndpointRequest) => Promise<HttpAnswer>;

/**
 * Adds the token to each request. Where Unico answers that the token is dead, it is renewed and the request sent once
 * more: a refused token means that nothing was carried out, so this holds for a POST too. A second refusal stands.
 *
 * `attemptTimeoutMs` bounds a GET. A POST is not repeated, so it has all the time that its operation has.
 */
export function createEndpoint(
  send: Send,
  family: ErrorFamily,
  tokens: TokenSource,
  attemptTimeoutMs: number,
  operationTimeoutMs: number,
): Endpoint {
  return async (request) => {
    const sendWith = (token: string): Promise<HttpAnswer> =>
      send({
        ...request,
        headers: { ...request.headers, authorization: `Bearer ${token}` },
        timeoutMs: request.method === 'GET' ? attemptTimeoutMs : operationTimeoutMs,
      });
    const token = await tokens.get(request.patience.signal);
    const answer = await sendWith(token);
    await afterTheWire();
    if (!saysTokenIsDead(family, answer)) return answer;
    const newer = await tokens.renew(token, request.patience.signal).catch((error: unknown) => {
      // Where the token service refuses, so does Unico; where it can not be asked, nobody has refused yet.
      if (error instanceof UpstreamFailure && error.kind === 'unauthorized') return null;
      throw error;
    });
    return newer === null ? answer : sendWith(newer);
  };
}
