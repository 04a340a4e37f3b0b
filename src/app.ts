import type { Config } from './config/config.ts';
import { tenantScope } from './config/unico.ts';
import { fraudRiskOnlyUses, policySettings, undeclaredCapabilities } from './config/verdict.ts';
import type { ClientId } from './domain/caller.ts';
import { createSubgraphSchema, createUnguardedSchema } from './graphql/schema/subgraph-schema.ts';
import { createAuditLog } from './observability/audit-log.ts';
import { FailureLog } from './observability/failure-log.ts';
import { JwksWatch, StoreWatch } from './observability/health-watch.ts';
import type { Logger } from './observability/logger.ts';
import { STANDARD_OUTPUT } from './observability/log-output.ts';
import { Metrics } from './observability/metrics.ts';
import { MutationLog } from './observability/mutation-log.ts';
import { plainName } from './observability/plain-name.ts';
import { RateLimitWatch } from './observability/rate-limit-watch.ts';
import { UpstreamMonitor } from './observability/upstream-monitor.ts';
import { createCallerAuthentication } from './server/auth/authenticate-caller.ts';
import { callerPseudonym } from './server/auth/caller-pseudonym.ts';
import { createRouterCheck } from './server/auth/router-secret.ts';
import { warnIfUnauthenticated } from './server/auth/warn-if-unauthenticated.ts';
import type { RequestGate } from './server/admit-request.ts';
import { startServer } from './server/http-server.ts';
import { REJECTION_REASONS } from './server/request-rejected.ts';
import { createServices, type ServicesObserver } from './services/services.ts';
import { sandboxBanner } from './startup-banner.ts';
import type { Encryptor } from './storage/encryption/encryptor.ts';
import { openEncryptor } from './storage/encryption/open-encryptor.ts';
import { pseudonymOf } from './storage/encryption/pseudonym.ts';
import { openStorage } from './storage/open-storage.ts';
import type { RateWindow } from './storage/rate-window.ts';
import { RateLimiter } from './upstream/resilience/rate-limiter.ts';
import { UnicoClient, type UnicoClientOptions } from './upstream/unico/client.ts';
import type { ApiKeys } from './upstream/unico/credentials/api-keys.ts';

/** A running subgraph. */
export type App = {
  /** The address that it listens on, such as `http://127.0.0.1:4001`. */
  url: string;
  /** Refuses new requests, finishes those in flight, then closes connections and store. Later calls do nothing. */
  stop(signal: string): Promise<void>;
};

/** Unico, or the sandbox in its place. `close` stops the sandbox. */
type Connection = Pick<UnicoClientOptions, 'origins' | 'credential' | 'apiKeys'> & { close(): Promise<void> };

/** Finds out how to reach Unico. Starts the sandbox where the configuration has it embedded. */
async function connect({ unico }: Config): Promise<Connection> {
  if (unico.kind === 'remote') {
    const { origins, credential, apiKeys } = unico;
    return { origins, credential, apiKeys, close: async () => {} };
  }
  // Loaded only when it is used: the container image does not contain the sandbox.
  const { startSandbox } = await import('../sandbox/sandbox.ts');
  const { idcloudUrl, apiUrl, identityUrl, credentials, close } = await startSandbox();
  const { apiKeys, ...credential } = credentials;
  return { origins: { idcloudUrl, apiUrl, identityUrl }, credential, apiKeys, close };
}

function createServicesObserver(metrics: Metrics, logger: Logger): ServicesObserver {
  return {
    readFrom: metrics.countRead,
    outcomeLost() {
      metrics.countCreation('outcome-lost');
      logger.error({ event: 'outcome-lost' }, 'the outcome of a creation could not be stored');
    },
  };
}

/** How clients are written in logs and metrics. */
function clientNames(encryptor: Encryptor): (client: ClientId) => string {
  const pseudonym = callerPseudonym(encryptor);
  return (client) => plainName(client, pseudonym);
}

/** Counts the lines of the log that its reader misses, and logs their number once it reads again. */
function reportDroppedLines(metrics: Metrics, logger: Logger): void {
  STANDARD_OUTPUT.observe({
    dropped: () => metrics.countDroppedLine(),
    flowsAgain: (count) =>
      logger.warn({ event: 'log-dropped', count }, 'the reader of the log had stalled, and has missed lines'),
  });
}

/** What counts and logs the work of the floors below. */
type Observers = {
  logger: Logger;
  metrics: Metrics;
  failureLog: FailureLog;
  mutationLog: MutationLog;
  rateLimitWatch: RateLimitWatch;
  jwksWatch: JwksWatch;
};

function createObservers(logger: Logger, encryptor: Encryptor): Observers {
  const metrics = new Metrics({ rejectionReasons: REJECTION_REASONS });
  const nameOf = clientNames(encryptor);
  reportDroppedLines(metrics, logger);
  return {
    logger,
    metrics,
    failureLog: new FailureLog(logger, metrics.countCredentialRefused),
    mutationLog: new MutationLog({
      metrics,
      logger,
      nameOf,
      pseudonym: (label, text) => pseudonymOf(encryptor, label, text),
    }),
    rateLimitWatch: new RateLimitWatch({ metrics, logger, nameOf }),
    jwksWatch: new JwksWatch(logger),
  };
}

function createUnicoClient(
  config: Config,
  { origins, credential, apiKeys }: Connection,
  { rateWindow, observers }: { rateWindow: RateWindow; observers: Observers },
): UnicoClient {
  const { logger, metrics, failureLog, rateLimitWatch } = observers;
  return new UnicoClient({
    origins,
    credential,
    apiKeys,
    anyCodeUses: fraudRiskOnlyUses(config.verdict),
    attemptTimeoutMs: config.upstreamTimeoutMs,
    operationTimeoutMs: config.requestTimeoutMs,
    rateLimiter: new RateLimiter(rateWindow, config.rateLimit, {
      waited: metrics.observeQueueWait,
      refused: rateLimitWatch.refused,
    }),
    observer: new UpstreamMonitor(metrics, logger, failureLog),
  });
}

function createGate({ server }: Config, encryptor: Encryptor, jwksWatch: JwksWatch): RequestGate {
  const { routerSecrets, jwt } = server;
  return {
    isRouter: createRouterCheck(routerSecrets),
    authenticate: createCallerAuthentication(jwt, callerPseudonym(encryptor), (fault) =>
      jwksWatch.report(fault),
    ),
  };
}

/** Tells a developer how to use the sandbox, or an operator what is not protected. */
function reportStart({ unico, server, environment }: Config, url: string, logger: Logger): void {
  if (unico.kind === 'embedded') console.log(sandboxBanner(url, server));
  else warnIfUnauthenticated(server, logger);
  logger.info({ event: 'listening', url, environment }, 'listening');
}

/**
 * Warns in production of each APIKEY whose capabilities are assumed: a verdict then expects only what the form of a
 * creation always has.
 */
function warnOfAssumedCapabilities({ production, verdict }: Config, apiKeys: ApiKeys, logger: Logger): void {
  if (!production) return;
  for (const name of undeclaredCapabilities(verdict, apiKeys)) {
    logger.warn(
      { event: 'capabilities', variable: name },
      `${name} is not set: verdicts assume what the APIKEY evaluates`,
    );
  }
}

/** In production a store in a file serves one replica: others would not know its idempotency keys. */
function storeNote({ production, store }: Config): string | null {
  return production && store.address.kind === 'sqlite' ? 'one replica only' : null;
}

/** Warns an operator of what the store cannot do, and of a flag that must not stay. */
function reportStore(config: Config, acceptsLoss: boolean, logger: Logger): void {
  if (storeNote(config) !== null) {
    const message = 'SQLite serves one replica only: a second one would create processes again';
    logger.warn({ event: 'store-note' }, message);
  }
  if (acceptsLoss) {
    const message = 'a loss of data in the store is accepted: start without --accept-store-loss from now on';
    logger.warn({ event: 'store-note' }, message);
  }
}

/** Tells an operator that the store is new, which in production may mean that it lost everything. */
function reportNewStore({ production, store }: Config, logger: Logger): void {
  if (store.address.kind === 'memory') return;
  const message = 'the store is new: it knows no creation of before';
  logger[production ? 'warn' : 'info']({ event: 'store-note' }, message);
}

/**
 * Wires the floors together and starts to listen. `acceptsStoreLoss`: whether the operator accepts that the store has
 * lost data, and creations may be repeated. Throws an error with the reason where it cannot start.
 */
export async function startApp(
  config: Config,
  logger: Logger,
  { acceptsStoreLoss = false }: { acceptsStoreLoss?: boolean } = {},
): Promise<App> {
  const scope = tenantScope(config);
  const encryptor = openEncryptor(config.store.dataKey, scope);
  const observers = createObservers(logger, encryptor);
  const { metrics, failureLog, mutationLog, rateLimitWatch, jwksWatch } = observers;
  const storage = await openStorage(config.store.address, {
    encryptor,
    scope,
    perSecond: config.rateLimit,
    acceptsLoss: acceptsStoreLoss,
    onNew: () => reportNewStore(config, logger),
  });
  const { store, rateWindow } = storage;
  const storeWatch = new StoreWatch(
    () => store.health(),
    (failing) => metrics.setStoreFailing(failing),
    logger,
  );
  const connection = await connect(config);
  const unico = createUnicoClient(config, connection, { rateWindow, observers });
  const services = createServices({
    unico,
    store,
    encryptor,
    contracts: config.contracts,
    policySettings: policySettings(config.verdict, connection.apiKeys),
    observer: createServicesObserver(metrics, logger),
  });
  let stopping = false;
  const server = await startServer({
    host: config.host,
    port: config.port,
    production: config.production,
    requestTimeoutMs: config.requestTimeoutMs,
    schema: await createSubgraphSchema(config),
    unguardedSchema: await createUnguardedSchema(config),
    services,
    gate: createGate(config, encryptor, jwksWatch),
    compresses: config.compresses,
    maxHeaderBytes: config.maxHeaderBytes,
    audit: createAuditLog(STANDARD_OUTPUT),
    failureLog,
    mutationLog,
    metrics,
    logger,
    health: {
      notReady: async () => (stopping ? 'stopping' : unico.notReadyReason()),
      degraded: () => store.health() ?? jwksWatch.fault ?? STANDARD_OUTPUT.fault,
      storeNote: storeNote(config),
    },
  });
  reportStart(config, server.url, logger);
  reportStore(config, acceptsStoreLoss, logger);
  warnOfAssumedCapabilities(config, connection.apiKeys, logger);

  return {
    url: server.url,
    async stop(signal) {
      if (stopping) return;
      stopping = true;
      logger.info({ event: 'stopping', signal }, 'finishing the requests in flight');
      await server.stop();
      // A creation whose caller has disconnected still runs, and must not be cut off.
      await services.processWriter.flush();
      await services.processReader.flush();
      await unico.close();
      await connection.close();
      storeWatch.stop();
      await storage.close();
      rateLimitWatch.flush();
      logger.flush();
      logger.info({ event: 'stopped' }, 'stopped');
    },
  };
}
