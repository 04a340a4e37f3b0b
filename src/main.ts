import { sandboxBanner } from './banner.ts';
import { ConfigError, readConfig, type Config } from './config.ts';
import { createAccess } from './access/access.ts';
import { createLogger } from './edge/log.ts';
import { createMetrics } from './edge/metrics.ts';
import { startServer } from './edge/server.ts';
import { createMemoryStore } from './store/memory.ts';
import { createUnico, type UnicoOptions } from './unico/unico.ts';

/** S0's sample process, which the sandbox has from the start. */
const SAMPLE_PROCESS = '53060f52-f146-4c12-a234-5bb5031f6f5b';

type Connection = Pick<UnicoOptions, 'idcloudUrl' | 'apiUrl' | 'identityUrl' | 'credential' | 'apiKeys'>;

/** How Unico is reached; starts the sandbox where it is asked for. */
async function connect({ unico }: Config): Promise<Connection & { close(): Promise<void> }> {
  if (unico.kind === 'remote') {
    return { ...unico.origins, credential: unico.credential, apiKeys: unico.apiKeys, close: async () => {} };
  }
  // Read only when it is needed: the sandbox has no place in production.
  const { startSandbox } = await import('./sandbox/sandbox.ts');
  const { idcloudUrl, apiUrl, identityUrl, credentials, close } = await startSandbox();
  const { apiKeys, ...credential } = credentials;
  return { idcloudUrl, apiUrl, identityUrl, credential, apiKeys, close };
}

async function run(config: Config): Promise<void> {
  const logger = createLogger(config.logLevel);
  const metrics = createMetrics();
  const connection = await connect(config);
  const unico = createUnico({
    ...connection,
    attemptTimeoutMs: config.upstreamTimeoutMs,
    operationTimeoutMs: config.requestTimeoutMs,
    observe: (call) => {
      metrics.observeUpstream(call);
      const { name, status, seconds } = call;
      const worth = status === null || status >= 500 || status === 401 || status === 403;
      if (worth)
        logger.warn({ event: 'upstream', call: name, status, seconds }, 'Unico gave no usable answer');
    },
  });
  let stopping = false;
  const server = await startServer({
    host: config.host,
    port: config.port,
    production: config.production,
    requestTimeoutMs: config.requestTimeoutMs,
    access: createAccess(unico, createMemoryStore(), config.contracts),
    metrics,
    logger,
    notReady: async () => (stopping ? 'stopping' : unico.notReady()),
  });

  if (config.unico.kind === 'embedded') console.log(sandboxBanner(server.url, SAMPLE_PROCESS));
  logger.info({ event: 'listening', url: server.url, environment: config.environment }, 'listening');

  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) return;
    stopping = true;
    logger.info({ event: 'stopping', signal }, 'finishing what is in flight');
    await server.stop();
    await unico.close();
    await connection.close();
    logger.info({ event: 'stopped' }, 'stopped');
  };
  process.once('SIGTERM', (signal) => void stop(signal));
  process.once('SIGINT', (signal) => void stop(signal));
}

try {
  await run(readConfig(process.env));
} catch (error) {
  // What is wrong with the configuration is for a human to read, and a fault at the start has nobody else to tell.
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}
