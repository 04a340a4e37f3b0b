import type { CallOptions } from '../../domain/call-options.ts';
import type { Person } from '../../domain/person.ts';
import type { DocumentNumber, ProcessCreation } from '../../domain/process-creation.ts';
import type { ProcessId } from '../../domain/process-id.ts';
import type { Process, ProcessSource } from '../../domain/process.ts';
import type { ReusableDocument, ReusableDocumentsKey } from '../../domain/reusable-document.ts';
import type { UnicoHost } from '../../domain/unico-host.ts';
import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import type { UserError } from '../../domain/user-error.ts';
import type { ApiKeyUse } from '../../domain/verdict/api-key-promises.ts';
import { unreachable } from '../../lib/unreachable.ts';
import { HttpClient } from '../http/http-client.ts';
import type { HttpObserver, Send } from '../http/types.ts';
import type { RateLimiter } from '../resilience/rate-limiter.ts';
import { Resilience, type ResilienceObserver } from '../resilience/resilience.ts';
import { AuthorizedClient } from './authorized-client.ts';
import { FixedToken, ServiceAccountToken, type TokenSource } from './credentials/access-token.ts';
import type { ApiKeys } from './credentials/api-keys.ts';
import type { ServiceAccount } from './credentials/client-assertion.ts';
import { tokenVariable } from './credentials/credential-variables.ts';
import { DocumentsV1Client } from './documents-v1/client.ts';
import type { ErrorFamily } from './errors/error-catalogue.ts';
import { IdcloudClient } from './idcloud/client.ts';
import { ProcessesV1Client } from './processes-v1/client.ts';
import { validateCreation } from './validation/creation.ts';
import { validateDocumentNumber } from './validation/document-number.ts';
import { normalizeCreation } from './validation/normalize.ts';

/** The origins of Unico's three hosts, such as `https://api.idcloud.unico.app`. */
export type UnicoOrigins = { idcloudUrl: string; apiUrl: string; identityUrl: string };

/** How this service authenticates at Unico: a service account, or a fixed access token instead. */
export type UnicoCredential = ServiceAccount | { accessToken: string };

/** Reports attempts, retries and circuit changes, for metrics and logs. */
export type UnicoObserver = Partial<ResilienceObserver> & {
  attempt?: HttpObserver;
  /** The access token could not be renewed in the background; the present one is still valid. */
  renewalFailed?: (failure: UpstreamFailure) => void;
};

/** Where Unico is, how this service authenticates, and how long calls may take. */
export type UnicoClientOptions = {
  origins: UnicoOrigins;
  credential: UnicoCredential;
  apiKeys: ApiKeys;
  /** The uses whose APIKEY classifies fraud risk alone, which takes more than document numbers. */
  anyCodeUses?: ReadonlySet<ApiKeyUse>;
  /** The time of one attempt of a GET, in milliseconds. */
  attemptTimeoutMs: number;
  /** The time of a whole operation, in milliseconds: as long as a POST may take. */
  operationTimeoutMs: number;
  /** The quota of the tenant. With `null` there is no rate limiter, no circuit breaker and no retry. */
  rateLimiter: RateLimiter | null;
  observer?: UnicoObserver;
};

function createResilience(options: UnicoClientOptions): Resilience | null {
  const { rateLimiter, operationTimeoutMs, observer = {} } = options;
  if (rateLimiter === null) return null;
  return new Resilience({ rateLimiter, operationTimeoutMs, observer });
}

/** The client of both contracts and of the reusable documents. Nothing is sent before the first call. */
export class UnicoClient {
  readonly #attemptTimeoutMs: number;
  readonly #anyCodeUses: ReadonlySet<ApiKeyUse>;
  readonly #tokens: TokenSource;
  readonly #httpClients: readonly HttpClient[];
  readonly #idcloud: IdcloudClient;
  readonly #processesV1: ProcessesV1Client;
  readonly #documentsV1: DocumentsV1Client;

  constructor(options: UnicoClientOptions) {
    const { origins, credential, apiKeys, attemptTimeoutMs, operationTimeoutMs } = options;
    const attempt = options.observer?.attempt;
    const idcloud = new HttpClient(origins.idcloudUrl, attempt);
    const api = new HttpClient(origins.apiUrl, attempt);
    const identity = new HttpClient(origins.identityUrl, attempt);
    const resilience = createResilience(options);
    const sendTo = (host: UnicoHost, http: HttpClient): Send => {
      const send: Send = (request) => http.send(request);
      return resilience === null ? send : resilience.wrap(host, send);
    };
    this.#attemptTimeoutMs = attemptTimeoutMs;
    this.#anyCodeUses = options.anyCodeUses ?? new Set();
    this.#httpClients = [idcloud, api, identity];
    this.#tokens =
      'accessToken' in credential
        ? new FixedToken(credential.accessToken)
        : new ServiceAccountToken({
            account: credential,
            audience: new URL(origins.identityUrl).origin,
            send: sendTo('identity', identity),
            timeoutMs: attemptTimeoutMs,
            renewalFailed: (failure) => {
              if (failure instanceof UpstreamFailure) options.observer?.renewalFailed?.(failure);
            },
          });
    const authorize = (family: ErrorFamily, http: HttpClient): AuthorizedClient =>
      new AuthorizedClient({
        send: sendTo(family, http),
        family,
        tokens: this.#tokens,
        tokenVariable: tokenVariable(credential),
        attemptTimeoutMs,
        operationTimeoutMs,
      });
    const apiClient = authorize('api', api);
    this.#idcloud = new IdcloudClient(authorize('idcloud', idcloud));
    this.#processesV1 = new ProcessesV1Client(apiClient, apiKeys);
    this.#documentsV1 = new DocumentsV1Client(apiClient, apiKeys);
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
   * Returns everything in a creation that Unico certainly refuses, found without a call; empty when there is nothing.
   * Paths are relative to the input of the creation's kind, such as `['subject', 'code']`.
   */
  validateCreation(creation: ProcessCreation): UserError[] {
    return validateCreation(creation, this.#anyCodeUses);
  }

  /** Creates a process in the contract of its kind. Billable; sent once. Throws `UpstreamFailure`. */
  createProcess(creation: ProcessCreation, callOptions: CallOptions): Promise<Process> {
    const normalized = normalizeCreation(creation);
    return normalized.kind === 'journey'
      ? this.#idcloud.createProcess(normalized, callOptions)
      : this.#processesV1.createProcess(normalized, callOptions);
  }

  /** The same as `validateCreation` for `setDocument`; paths are relative to the mutation's input. */
  validateDocumentNumber(document: DocumentNumber): UserError[] {
    return validateDocumentNumber(document);
  }

  /** Sets the document of an idcloud process, permanently; sent once. Returns its person. Throws `UpstreamFailure`. */
  setDocument(id: ProcessId, document: DocumentNumber, callOptions: CallOptions): Promise<Person | null> {
    return this.#idcloud.setDocument(id, document, callOptions);
  }

  /** Finds the documents of a person that can be reused; empty when there are none. Throws `UpstreamFailure`. */
  findReusableDocuments(key: ReusableDocumentsKey, callOptions: CallOptions): Promise<ReusableDocument[]> {
    return this.#documentsV1.findReusable(key, callOptions);
  }

  /** Why Unico cannot be called yet, such as `no access token (…)`; `null` with an access token. Never throws. */
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
