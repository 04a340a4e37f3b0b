import type { GraphQLSchema } from 'graphql';
import { DEFAULT_SETTINGS } from './verdicts.ts';
import type { PolicySettings } from '../../src/domain/verdict/verdict.ts';
import { createServices } from '../../src/services/services.ts';
import { ALL_SCOPES_CALLER } from '../../src/domain/caller.ts';
import type { ProcessSource } from '../../src/domain/process.ts';
import type { AuditEvent } from '../../src/observability/log-events.ts';
import type { AuthenticateCaller } from '../../src/server/auth/authenticate-caller.ts';
import type { IsRouter } from '../../src/server/auth/router-secret.ts';
import { Logger } from '../../src/observability/logger.ts';
import { FailureLog } from '../../src/observability/failure-log.ts';
import { MutationLog } from '../../src/observability/mutation-log.ts';
import { Metrics } from '../../src/observability/metrics.ts';
import { startServer, type RunningServer } from '../../src/server/http-server.ts';
import { REJECTION_REASONS } from '../../src/server/request-rejected.ts';
import { createUnguardedSchema, createSubgraphSchema } from '../../src/graphql/schema/subgraph-schema.ts';
import { MemoryStore } from '../../src/storage/memory-store.ts';
import { randomDataKey } from '../../src/storage/encryption/data-key.ts';
import type { Store } from '../../src/storage/store.ts';
import { Encryptor } from '../../src/storage/encryption/encryptor.ts';
import { pseudonymOf } from '../../src/storage/encryption/pseudonym.ts';
import type { UnicoClient } from '../../src/upstream/unico/client.ts';

type GraphqlError = {
  message: string;
  path?: (string | number)[];
  extensions: { code: string; upstreamCode?: string; retryAfterSeconds?: number; argument?: string };
};
/** `data` has the shape of the query, which the compiler does not know. */
// oxlint-disable-next-line typescript/no-explicit-any
type Data = any;
export type Answer = { status: number; data: Data; errors: GraphqlError[] };

/** The codes of the errors of an answer. */
export function errorCodesOf({ errors }: Answer): string[] {
  return errors.map(({ extensions }) => extensions.code);
}

export type Subgraph = {
  url: string;
  ask(query: string, variables?: Record<string, unknown>, headers?: Record<string, string>): Promise<Answer>;
  /** Stops the server and its clients. */
  close(): Promise<void>;
};

export type SubgraphOptions = {
  contracts?: ProcessSource[];
  requestTimeoutMs?: number;
  production?: boolean;
  /** Where it stores data; two subgraphs with the same store and encryptor are two replicas. */
  store?: Store;
  encryptor?: Encryptor;
  /** What the deployment configures of the verdict policy. */
  policySettings?: PolicySettings;
  /** The schema to execute, where it is not the project's own. */
  schema?: GraphQLSchema;
  /** Whether queries are compiled. The default: yes for the project's own schema, no for another one. */
  compiles?: boolean;
  /** The access checks. The default: every client passes, with all scopes. */
  isRouter?: IsRouter;
  authenticate?: AuthenticateCaller;
  /** Whether the SDL for gateways has `@requiresScopes`. The default: yes. */
  securityDirectives?: boolean;
  /** Whether long responses are compressed for clients that ask for it. The default: yes. */
  compresses?: boolean;
  /** The longest URL and headers of a request together, in bytes. */
  maxHeaderBytes?: number;
  /** Gets the audit events, each with the name of the caller. */
  audited?: (caller: string, auditEvent: AuditEvent) => void;
  /** Where it logs and counts. The default: a silent logger, and metrics of its own. */
  logger?: Logger;
  metrics?: Metrics;
  failureLog?: FailureLog;
};

/** Sends an operation to a GraphQL server. */
export async function ask(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors = [] } = (await response.json()) as { data?: Data; errors?: GraphqlError[] };
  return { status: response.status, data, errors };
}

/** Starts the real server on a real socket, with the given client of Unico. */
export async function startSubgraph(unico: UnicoClient, options: SubgraphOptions = {}): Promise<Subgraph> {
  const { contracts = ['IDCLOUD', 'PROCESSES_V1'], requestTimeoutMs = 5_000, production = false } = options;
  const { securityDirectives = true } = options;
  const schema = options.schema ?? (await createSubgraphSchema({ securityDirectives }));
  const { compiles = options.schema === undefined } = options;
  const { compresses = true, maxHeaderBytes = 16_384 } = options;
  const { isRouter = () => true, authenticate = async () => ALL_SCOPES_CALLER, audited = () => {} } = options;
  const { logger = new Logger('silent'), metrics = new Metrics({ rejectionReasons: REJECTION_REASONS }) } =
    options;
  const { failureLog = new FailureLog(logger, metrics.countCredentialRefused) } = options;
  const { store = new MemoryStore(), encryptor = new Encryptor([randomDataKey()], 'test') } = options;
  const { policySettings = DEFAULT_SETTINGS } = options;
  const services = createServices({ unico, store, encryptor, contracts, policySettings });
  const server: RunningServer = await startServer({
    host: '127.0.0.1',
    port: 0,
    production,
    requestTimeoutMs,
    schema,
    // Another schema has no unguarded form.
    unguardedSchema: compiles ? await createUnguardedSchema({ securityDirectives }) : null,
    services,
    gate: { isRouter, authenticate },
    compresses,
    maxHeaderBytes,
    audit: {
      requireRoom() {},
      write: async ({ name }, auditEvent) => audited(name, auditEvent),
    },
    failureLog,
    mutationLog: new MutationLog({
      metrics,
      logger,
      pseudonym: (label, text) => pseudonymOf(encryptor, label, text),
      nameOf: (client) => client,
    }),
    metrics,
    logger,
    health: { notReady: () => unico.notReadyReason(), degraded: () => store.health() },
  });
  return {
    url: server.url,
    async ask(query, variables, headers) {
      const answer = await ask(server.url, query, variables, headers);
      // A response is cached a moment after it was sent, and tests look into the cache.
      await services.processReader.flush();
      return answer;
    },
    close: async () => {
      await server.stop();
      await unico.close();
    },
  };
}
