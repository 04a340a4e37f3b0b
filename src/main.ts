import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { sandboxBanner } from './startup-banner.ts';
import { ConfigError, readConfig, type Config } from './config/config.ts';
import { createServices } from './services/services.ts';
import { createRateLimiter } from './upstream/resilience/rate-limiter.ts';
import { createResilience } from './upstream/resilience/resilience.ts';
import { createRetryBudget } from './upstream/resilience/retry-budget.ts';
import { unreachable } from './lib/unreachable.ts';
import { createAuditLog } from './observability/audit-log.ts';
import { createCallerAuthentication } from './server/auth/authenticate-caller.ts';
import { createLogger, describeFault } from './observability/logger.ts';
import { createMetrics, type Metrics } from './observability/metrics.ts';
import { createRouterCheck } from './server/auth/router-secret.ts';
import { startServer } from './server/http-server.ts';
import { dataKeyInFile, randomDataKey } from './storage/encryption/data-key.ts';
import { createUnguardedSchema, createSubgraphSchema } from './graphql/schema/subgraph-schema.ts';
import { openVerifiedStore } from './storage/key-verified-store.ts';
import { openStore } from './storage/open-store.ts';
import { StoreIncompatible, type Store } from './storage/store.ts';
import { createEncryptor, type Encryptor } from './storage/encryption/encryptor.ts';
import { createUnicoClient, type UnicoClientOptions } from './upstream/unico/client.ts';
import { makeAllYoung } from './young-generation.ts';

/** S0's sample process, which the sandbox has from the start. */
const SAMPLE_PROCESS = '53060f52-f146-4c12-a234-5bb5031f6f5b';

/** As long as `openssl rand -hex 16` prints. */
const GOOD_SECRET = 32;

/** How often it is looked whether the store works, in milliseconds: soon enough for a log. */
const WATCH_MS = 1_000;

/** The tenant's quota has a name of its own in a store that others share; it is no secret, and not readable either. */
function quotaName(scope: string): string {
  return `quota:${createHash('sha256').update(scope).digest('base64url')}`;
}

type Connection = Pick<
  UnicoClientOptions,
  'idcloudUrl' | 'apiUrl' | 'identityUrl' | 'credential' | 'apiKeys'
>;

/** How Unico is reached; starts the sandbox where it is asked for. */
async function connect({ unico }: Config): Promise<Connection & { close(): Promise<void> }> {
  if (unico.kind === 'remote') {
    return { ...unico.origins, credential: unico.credential, apiKeys: unico.apiKeys, close: async () => {} };
  }
  // Read only when it is needed: the sandbox has no place in production.
  const { startSandbox } = await import('../sandbox/sandbox.ts');
  const { idcloudUrl, apiUrl, identityUrl, credentials, close } = await startSandbox();
  const { apiKeys, ...credential } = credentials;
  return { idcloudUrl, apiUrl, identityUrl, credential, apiKeys, close };
}

/**
 * Whose data is kept: what another environment or tenant keeps in the same store is never seen. A fixed token does not
 * say whose it is; then the addresses have to do.
 */
function scopeOf({ environment, unico }: Config): string {
  if (unico.kind === 'embedded') return environment;
  if ('tenantId' in unico.credential) return `${environment} ${unico.credential.tenantId}`;
  return [environment, unico.origins.idcloudUrl, unico.origins.apiUrl].join(' ');
}

function encryptorOf(config: Config): Encryptor {
  const { dataKey } = config.store;
  switch (dataKey.kind) {
    case 'given':
      return createEncryptor(dataKey.keys, scopeOf(config));
    case 'file':
      return createEncryptor([dataKeyInFile(dataKey.file)], scopeOf(config));
    case 'passing':
      return createEncryptor([randomDataKey()], scopeOf(config));
    default:
      return unreachable(dataKey, 'data key');
  }
}

/** Tells once when the store fails, and once when it works again. */
function watchStore(store: Store, logger: Logger, metrics: Metrics): NodeJS.Timeout {
  let before: string | null = null;
  return setInterval(() => {
    const trouble = store.health();
    if (trouble !== before && trouble !== null) logger.warn({ event: 'store', trouble }, 'the store fails');
    if (trouble === null && before !== null) logger.info({ event: 'store' }, 'the store works again');
    metrics.setStoreFailing(trouble !== null);
    before = trouble;
  }, WATCH_MS).unref();
}

/** Tells once when the keys of callers' tokens can not be had, and once when they can. */
function watchKeys(logger: Logger): { tell: (trouble: string | null) => void; now(): string | null } {
  let now: string | null = null;
  return {
    now: () => now,
    tell(trouble) {
      now = trouble === null ? null : `the keys of callers' tokens can not be had: ${trouble}`;
      if (trouble === null) logger.info({ event: 'caller-keys' }, 'the keys of tokens can be had');
      else logger.warn({ event: 'caller-keys', trouble }, 'the keys of tokens can not be had');
    },
  };
}

/** A name under the data key, so that nobody can find whose it is by trying all that there are. */
function pseudonymOf(encryptor: Encryptor): (name: string) => string {
  return (name) => {
    const fingerprint = encryptor.fingerprint(`caller ${name}`);
    return `hmac:${createHash('sha256').update(fingerprint).digest('hex').slice(0, 32)}`;
  };
}

/** In production neither can be; elsewhere an operator should not find it out by chance. */
function warnOfOpenDoors({ server }: Config, logger: Logger): void {
  if (server.routerSecrets.length === 0) {
    logger.warn({ event: 'open-door' }, 'ROUTER_SECRET is not set: whoever reaches this address may ask');
  } else if (server.routerSecrets.some(({ length }) => length < GOOD_SECRET)) {
    logger.warn(
      { event: 'open-door' },
      `a ROUTER_SECRET has less than ${GOOD_SECRET} characters: it may be guessed`,
    );
  }
  if (server.jwt === null) {
    logger.warn({ event: 'open-door' }, 'JWT_JWKS_URL is not set: every caller has all scopes');
  }
}

async function run(config: Config): Promise<void> {
  const logger = createLogger(config.logLevel);
  const metrics = createMetrics();
  const opened = await openStore(config.store.address);
  const encryptor = encryptorOf(config);
  const store = await openVerifiedStore(opened, encryptor, scopeOf(config));
  const watching = watchStore(store, logger, metrics);
  const keysTrouble = watchKeys(logger);
  const connection = await connect(config);
  const rateWindow = store.rateWindow(quotaName(scopeOf(config)), config.rateLimit);
  const rateLimiter = createRateLimiter(rateWindow, config.rateLimit, metrics.observeQueueWait);
  const unico = createUnicoClient({
    ...connection,
    attemptTimeoutMs: config.upstreamTimeoutMs,
    operationTimeoutMs: config.requestTimeoutMs,
    guard: createResilience(rateLimiter, createRetryBudget(), config.requestTimeoutMs, {
      retried: metrics.countRetry,
      circuit: (host, open) => {
        metrics.setCircuit(host, open);
        logger.warn({ event: 'circuit', host, open }, open ? 'left alone for a moment' : 'asked again');
      },
    }),
    observe: (call) => {
      metrics.observeUpstream(call);
      const { name, status, seconds } = call;
      // Data, whatever the number: a process that is not there (404), and one that ended in an error (410).
      const usable = status !== null && (status < 400 || status === 404 || status === 410);
      if (!usable) logger.warn({ event: 'upstream', call: name, status, seconds }, 'no usable answer');
    },
  });
  const services = createServices(unico, store, encryptor, config.contracts, {
    readFrom: metrics.countRead,
    creationEnded: metrics.countCreation,
    outcomeLost: () => {
      metrics.countCreation('outcome-lost');
      logger.error({ event: 'outcome-lost' }, 'what came of a creation could not be written down');
    },
  });
  // What was rejected with nobody waiting for it has hurt nobody: it is a fault to mend, not a reason to end.
  process.on('unhandledRejection', (fault) => logger.error(describeFault(fault), 'fault'));
  // After this nothing is sure any more, so it ends; but not with the message, which may quote a value.
  process.on('uncaughtException', (fault) => {
    logger.fatal(describeFault(fault), 'fault');
    process.exit(1);
  });
  let stopping = false;
  const server = await startServer({
    host: config.host,
    port: config.port,
    production: config.production,
    requestTimeoutMs: config.requestTimeoutMs,
    schema: await createSubgraphSchema(),
    unguardedSchema: await createUnguardedSchema(),
    services,
    gate: {
      isRouter: createRouterCheck(config.server.routerSecrets),
      authenticate: createCallerAuthentication(config.server.jwt, pseudonymOf(encryptor), keysTrouble.tell),
      rejected: metrics.countRejected,
    },
    audit: createAuditLog(createLogger('info')),
    metrics,
    logger,
    notReady: async () => (stopping ? 'stopping' : unico.readiness()),
    degraded: () => store.health() ?? keysTrouble.now(),
  });

  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) return;
    stopping = true;
    logger.info({ event: 'stopping', signal }, 'finishing what is in flight');
    await server.stop();
    // A creation whose caller has left is still under way, and must not be cut off.
    await services.processWriter.flush();
    await services.processReader.flush();
    await unico.close();
    await connection.close();
    clearInterval(watching);
    await store.close();
    logger.info({ event: 'stopped' }, 'stopped');
  };
  // Supervisors may send a signal twice: the second must not cut off what the first lets finish.
  process.on('SIGTERM', (signal) => void stop(signal));
  process.on('SIGINT', (signal) => void stop(signal));

  if (config.unico.kind === 'embedded') {
    console.log(sandboxBanner(server.url, SAMPLE_PROCESS, config.server));
  } else {
    warnOfOpenDoors(config, logger);
  }
  logger.info({ event: 'listening', url: server.url, environment: config.environment }, 'listening');
}

makeAllYoung();
try {
  await run(readConfig(process.env));
} catch (error) {
  // For a human to read: what is wrong with the configuration, the port or the host.
  const reason = error instanceof Error ? error.message : String(error);
  console.error(
    error instanceof ConfigError || error instanceof StoreIncompatible
      ? reason
      : `The subgraph can not start: ${reason}`,
  );
  process.exit(1);
}
