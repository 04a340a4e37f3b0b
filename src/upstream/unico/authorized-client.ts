import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import { yieldToIo } from '../http/send-request.ts';
import { isTokenRejected } from './errors/to-failure.ts';
import type { ErrorFamily } from './errors/error-catalogue.ts';
import type { HttpResponse, HttpRequest, Send } from '../http/types.ts';
import type { TokenSource } from './credentials/access-token.ts';

/** A request without its access token and its time limit, which `AuthorizedClient` adds. */
export type AuthorizedRequest = Omit<HttpRequest, 'timeoutMs'>;

/** What an authorized client needs. */
export type AuthorizedClientOptions = {
  send: Send;
  /** Which error codes the host uses. */
  family: ErrorFamily;
  tokens: TokenSource;
  /** The time of one attempt of a GET, in milliseconds. */
  attemptTimeoutMs: number;
  /** The time of a whole operation, in milliseconds: a POST is not retried, so it gets all of it. */
  operationTimeoutMs: number;
};

/** Sends requests with the tenant's access token to one host. */
export class AuthorizedClient {
  readonly #send: Send;
  readonly #family: ErrorFamily;
  readonly #tokens: TokenSource;
  readonly #attemptTimeoutMs: number;
  readonly #operationTimeoutMs: number;

  constructor({ send, family, tokens, attemptTimeoutMs, operationTimeoutMs }: AuthorizedClientOptions) {
    this.#send = send;
    this.#family = family;
    this.#tokens = tokens;
    this.#attemptTimeoutMs = attemptTimeoutMs;
    this.#operationTimeoutMs = operationTimeoutMs;
  }

  /**
   * Sends one request and returns its response, whatever its status. When Unico rejects the token, renews it and sends
   * the request once more: Unico carries out nothing with a rejected token, so this is safe for a POST too. A second
   * rejection is returned. Throws `UpstreamFailure`.
   */
  async send(request: AuthorizedRequest): Promise<HttpResponse> {
    const { signal } = request.callOptions;
    const token = await this.#tokens.get(signal);
    const response = await this.#sendWith(token, request);
    await yieldToIo();
    if (!isTokenRejected(this.#family, response)) return response;
    const renewed = await this.#tokens.renew(token, signal).catch((error: unknown) => {
      // When the token service rejects the credential too, Unico's 401 or 403 is returned. When it cannot be reached,
      // nothing is known about the credential.
      if (error instanceof UpstreamFailure && error.kind === 'unauthorized') return null;
      throw error;
    });
    return renewed === null ? response : this.#sendWith(renewed, request);
  }

  #sendWith(token: string, request: AuthorizedRequest): Promise<HttpResponse> {
    return this.#send({
      ...request,
      headers: { ...request.headers, authorization: `Bearer ${token}` },
      timeoutMs: request.method === 'GET' ? this.#attemptTimeoutMs : this.#operationTimeoutMs,
    });
  }
}
