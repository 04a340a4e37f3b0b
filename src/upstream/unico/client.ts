import type { CallOptions } from '../../domain/call-options.ts';
import type { Person } from '../../domain/person.ts';
import type { DocumentNumber, ProcessCreation } from '../../domain/process-creation.ts';
import type { ProcessId } from '../../domain/process-id.ts';
import type { Process, ProcessSource } from '../../domain/process.ts';
import type { ReusableDocument, ReusableDocumentsKey } from '../../domain/reusable-document.ts';
import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import type { UserError } from '../../domain/user-error.ts';
import { unreachable } from '../../lib/unreachable.ts';
import { createHttpClient, type HttpClient } from '../http/http-client.ts';
import type { HttpObserver, Middleware } from '../http/types.ts';
import type { RateLimiter } from '../resilience/rate-limiter.ts';
import { createResilience, type ResilienceObserver } from '../resilience/resilience.ts';
import { createRetryBudget } from '../resilience/retry-budget.ts';
import { createAuthorizedSend, type AuthorizedSend } from './authorized-client.ts';
import { createFixedToken, createServiceAccountToken, type TokenSource } from './credentials/access-token.ts';
import type { ApiKeys } from './credentials/api-keys.ts';
import type { ServiceAccount } from './credentials/client-assertion.ts';
import { createDocumentsV1Client, type DocumentsV1Client } from './documents-v1/client.ts';
import { createIdcloudClient, type IdcloudClient } from './idcloud/client.ts';
import { createProcessesV1Client, type ProcessesV1Client } from './processes-v1/client.ts';
import { validateCapture } from './validation/capture.ts';
import { validateDocumentNumber } from './validation/document-number.ts';
import { validateJourney } from './validation/journey.ts';

/** The origins of Unico's three hosts, such as `https://api.idcloud.unico.app`. */
export type UnicoOrigins = { idcloudUrl: string; apiUrl: string; identityUrl: string };

/** Reports what happens between a call and Unico, for metrics and logs. */
export type UnicoObserver = Partial<ResilienceObserver> & { attempt?: HttpObserver };

/** Where Unico is, how this service authenticates, and how long calls may take. */
export type UnicoClientOptions = {
  origins: UnicoOrigins;
  credential: ServiceAccount | { accessToken: string };
  apiKeys: ApiKeys;
  /** The time of one attempt of a GET, in milliseconds. */
  attemptTimeoutMs: number;
  /** The time of a whole operation, in milliseconds: as long as a POST may take. */
  operationTimeoutMs: number;
  /** The quota of the tenant; `null` sends each request at once and once: no rate limiter, circuit breaker or retry. */
  rateLimiter: RateLimiter | null;
  observer?: UnicoObserver;
};

function createMiddleware(options: UnicoClientOptions): Middleware {
  const { rateLimiter, operationTimeoutMs, observer = {} } = options;
  if (rateLimiter === null) return (_, send) => send;
  const { retried = () => {}, circuit = () => {} } = observer;
  return createResilience(rateLimiter, createRetryBudget(), operationTimeoutMs, { retried, circuit });
}

/** The client of both contracts and of the reusable documents. Nothing is sent before the first call. */
export class UnicoClient {
  readonly #attemptTimeoutMs: number;
  readonly #tokens: TokenSource;
  readonly #httpClients: readonly HttpClient[];
  readonly #idcloud: IdcloudClient;
  readonly #processesV1: ProcessesV1Client;
  readonly #documentsV1: DocumentsV1Client;

  constructor(options: UnicoClientOptions) {
    const { origins, credential, apiKeys, attemptTimeoutMs, operationTimeoutMs } = options;
    const middleware = createMiddleware(options);
    const attempt = options.observer?.attempt;
    const idcloud = createHttpClient(origins.idcloudUrl, attempt);
    const api = createHttpClient(origins.apiUrl, attempt);
    const identity = createHttpClient(origins.identityUrl, attempt);
    this.#attemptTimeoutMs = attemptTimeoutMs;
    this.#httpClients = [idcloud, api, identity];
    this.#tokens =
      'accessToken' in credential
        ? createFixedToken(credential.accessToken)
        : createServiceAccountToken(
            credential,
            new URL(origins.identityUrl).origin,
            middleware('identity', identity.send),
            attemptTimeoutMs,
          );
    const authorized = (family: 'idcloud' | 'api', http: HttpClient): AuthorizedSend =>
      createAuthorizedSend(
        middleware(family, http.send),
        family,
        this.#tokens,
        attemptTimeoutMs,
        operationTimeoutMs,
      );
    const sendToApi = authorized('api', api);
    this.#idcloud = createIdcloudClient(authorized('idcloud', idcloud));
    this.#processesV1 = createProcessesV1Client(sendToApi, apiKeys);
    this.#documentsV1 = createDocumentsV1Client(sendToApi, apiKeys);
  }

  /** Reads a process of one contract; `null` when the contract does not know the id. Throws `UpstreamFailure`. */
  getProcess(source: ProcessSource, id: ProcessId, callOptions: CallOptions): Promise<Process | null> {
    switch (source) {
      case 'IDCLOUD':
        return this.#idcloud.getProcess(id, callOptions);
      case 'PROCESSES_V1':
        return this.#processesV1.getProcess(id, callOptions);
      default:
        return unreachable(source, 'contract');
    }
  }

  /**
   * Everything about a creation that Unico certainly refuses, found without a call; empty when nothing is. Paths are below the
   * form's own input, such as `['subject', 'code']`.
   */
  validateCreation(creation: ProcessCreation): UserError[] {
    return creation.kind === 'journey' ? validateJourney(creation) : validateCapture(creation, Date.now());
  }

  /** Creates a process in the contract of its form. Billable; sent once. Throws `UpstreamFailure`. */
  createProcess(creation: ProcessCreation, callOptions: CallOptions): Promise<Process> {
    return creation.kind === 'journey'
      ? this.#idcloud.createProcess(creation, callOptions)
      : this.#processesV1.createProcess(creation, callOptions);
  }

  /** The same as `validateCreation` for `setDocument`; paths are below the mutation's input. */
  validateDocumentNumber(document: DocumentNumber): UserError[] {
    return validateDocumentNumber(document);
  }

  /** Sets the document of an idcloud process. Cannot be undone; sent once. Returns the person in the response. Throws `UpstreamFailure`. */
  setDocument(id: ProcessId, document: DocumentNumber, callOptions: CallOptions): Promise<Person | null> {
    return this.#idcloud.setDocument(id, document, callOptions);
  }

  /** The documents of a person that may be reused; empty when there are none. Throws `UpstreamFailure`. */
  findReusableDocuments(key: ReusableDocumentsKey, callOptions: CallOptions): Promise<ReusableDocument[]> {
    return this.#documentsV1.findReusable(key, callOptions);
  }

  /** Why Unico cannot be called yet: there is no access token; `null` when there is one. */
  async notReadyReason(): Promise<string | null> {
    try {
      await this.#tokens.get(AbortSignal.timeout(this.#attemptTimeoutMs));
      return null;
    } catch (error) {
      return error instanceof UpstreamFailure ? `no access token (${error.message})` : 'no access token';
    }
  }

  /** Closes all connections; calls in flight fail. */
  async close(): Promise<void> {
    await Promise.all(this.#httpClients.map((client) => client.close()));
  }
}
