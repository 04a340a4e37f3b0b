import { yieldToIo } from '../http/send-request.ts';
import { isTokenRejected } from './errors/to-failure.ts';
import type { ErrorFamily } from './errors/error-catalogue.ts';
import type { HttpResponse, HttpRequest, Send } from '../http/types.ts';
import type { TokenSource } from './credentials/access-token.ts';
import type { ApiKey } from './credentials/api-keys.ts';
import type { AuthorizedResponse } from './credentials/credential-variables.ts';

/** A request without its access token and its time limit, which `AuthorizedClient` adds. */
export type AuthorizedRequest = Omit<HttpRequest, 'timeoutMs'> & { apiKey?: ApiKey };

/** What an authorized client needs. */
export type AuthorizedClientOptions = {
  send: Send;
  /** Which error codes the host uses. */
  family: ErrorFamily;
  tokens: TokenSource;
  /** The environment variable of the access token. */
  tokenVariable: string;
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
  readonly #tokenVariable: string;
  readonly #attemptTimeoutMs: number;
  readonly #operationTimeoutMs: number;

  constructor(options: AuthorizedClientOptions) {
    const { send, family, tokens, tokenVariable, attemptTimeoutMs, operationTimeoutMs } = options;
    this.#send = send;
    this.#family = family;
    this.#tokens = tokens;
    this.#tokenVariable = tokenVariable;
    this.#attemptTimeoutMs = attemptTimeoutMs;
    this.#operationTimeoutMs = operationTimeoutMs;
  }

  /**
   * Sends one request and returns its response, whatever its status. When Unico rejects the token, renews it and sends
   * the request once more: Unico carries out nothing with a rejected token, so this is safe for a POST too. A second
   * rejection is returned. Throws `UpstreamFailure`: that of the token service, where it gives no new token.
   */
  async send(request: AuthorizedRequest): Promise<AuthorizedResponse> {
    const credentials = { token: this.#tokenVariable, apiKey: request.apiKey?.variable ?? null };
    return { ...(await this.#sendAndRenew(request)), credentials };
  }

  async #sendAndRenew(request: AuthorizedRequest): Promise<HttpResponse> {
    const { signal } = request.callOptions;
    const token = await this.#tokens.get(signal);
    const response = await this.#sendWith(token, request);
    await yieldToIo();
    if (!isTokenRejected(this.#family, response)) return response;
    const renewed = await this.#tokens.renew(token, signal);
    return renewed === null ? response : this.#sendWith(renewed, request);
  }

  #sendWith(token: string, { apiKey, ...request }: AuthorizedRequest): Promise<HttpResponse> {
    const key = apiKey === undefined ? {} : { apikey: apiKey.value };
    return this.#send({
      ...request,
      headers: { ...request.headers, ...key, authorization: `Bearer ${token}` },
      timeoutMs: request.method === 'GET' ? this.#attemptTimeoutMs : this.#operationTimeoutMs,
    });
  }
}
