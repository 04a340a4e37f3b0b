import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import type { ApiKeys } from './credentials/api-keys.ts';
import { createDocumentsV1Client, type DocumentsV1Client } from './documents-v1/client.ts';
import type { ServiceAccount } from './credentials/client-assertion.ts';
import { createAuthorizedSend } from './authorized-request.ts';
import { createHttpClient, type HttpObserver, type Send } from '../http/http-client.ts';
import { createIdcloudClient, type IdcloudClient } from './idcloud/client.ts';
import { createProcessesV1Client, type ProcessesV1Client } from './processes-v1/client.ts';
import { createFixedToken, createServiceAccountToken } from './credentials/access-token.ts';

/** Where Unico is, who we are to it, and how long it may take. */
export type UnicoClientOptions = {
  /** Origins, such as `https://api.idcloud.unico.app`. */
  idcloudUrl: string;
  apiUrl: string;
  identityUrl: string;
  credential: ServiceAccount | { accessToken: string };
  apiKeys: ApiKeys;
  /** One attempt of a GET, in milliseconds. */
  attemptTimeoutMs: number;
  /** A whole operation, in milliseconds: as long as a POST may take. */
  operationTimeoutMs: number;
  observe?: HttpObserver;
  /** What every request to a host goes through on its way. */
  guard?: Middleware;
};

/** The hosts of Unico: one for each contract, and the token service. */
export type UnicoHost = 'idcloud' | 'api' | 'identity';

/** Puts something in front of `send`. */
export type Middleware = (host: UnicoHost, send: Send) => Send;

/** Both contracts and the documents, each behind its own client. */
export type UnicoClient = {
  idcloud: IdcloudClient;
  processesV1: ProcessesV1Client;
  documentsV1: DocumentsV1Client;
  /** Why Unico can not be asked yet: there is no access token; `null` when there is one. */
  readiness(): Promise<string | null>;
  close(): Promise<void>;
};

/** Connects the clients; nothing is sent until the first call. */
export function createUnicoClient(options: UnicoClientOptions): UnicoClient {
  const { attemptTimeoutMs, operationTimeoutMs, apiKeys, credential } = options;
  const { guard = (_, send) => send } = options;
  const idcloud = createHttpClient(options.idcloudUrl, options.observe);
  const api = createHttpClient(options.apiUrl, options.observe);
  const identity = createHttpClient(options.identityUrl, options.observe);
  const tokens =
    'accessToken' in credential
      ? createFixedToken(credential.accessToken)
      : createServiceAccountToken(
          credential,
          new URL(options.identityUrl).origin,
          guard('identity', identity.send),
          attemptTimeoutMs,
        );
  const idcloudEndpoint = createAuthorizedSend(
    guard('idcloud', idcloud.send),
    'idcloud',
    tokens,
    attemptTimeoutMs,
    operationTimeoutMs,
  );
  const apiEndpoint = createAuthorizedSend(
    guard('api', api.send),
    'api',
    tokens,
    attemptTimeoutMs,
    operationTimeoutMs,
  );
  return {
    idcloud: createIdcloudClient(idcloudEndpoint),
    processesV1: createProcessesV1Client(apiEndpoint, apiKeys),
    documentsV1: createDocumentsV1Client(apiEndpoint, apiKeys),
    readiness: async () => {
      try {
        await tokens.get(AbortSignal.timeout(attemptTimeoutMs));
        return null;
      } catch (error) {
        return error instanceof UpstreamFailure ? `no access token (${error.message})` : 'no access token';
      }
    },
    close: async () => {
      await Promise.all([idcloud.close(), api.close(), identity.close()]);
    },
  };
}
