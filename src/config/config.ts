import { PROCESS_SOURCES, type ProcessSource } from '../domain/process.ts';
import { readServer, type ServerConfig } from './server.ts';
import { LOG_LEVELS, type LogLevel } from '../observability/logger.ts';
import { createEnvReader, type EnvReader } from './env-reader.ts';
import { readStore, type StoreConfig } from './storage.ts';
import { readUnico, UNICO_ENVIRONMENTS, type UnicoConfig, type UnicoEnvironment } from './unico.ts';

/** Everything that can be set from outside; times in milliseconds. */
export type Config = {
  host: string;
  port: number;
  /** Whether NODE_ENV or UNICO_ENVIRONMENT says so: no door may stand open then. */
  production: boolean;
  environment: UnicoEnvironment;
  server: ServerConfig;
  unico: UnicoConfig;
  contracts: ProcessSource[];
  /** Requests a second of the tenant, all replicas together. */
  rateLimit: number;
  store: StoreConfig;
  requestTimeoutMs: number;
  upstreamTimeoutMs: number;
  logLevel: LogLevel;
};

/** Everything that is wrong with the environment, in one message. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** The names of the contracts in `UNICO_CONTRACTS`. */
const CONTRACTS = { idcloud: 'IDCLOUD', 'processes-v1': 'PROCESSES_V1' } as const satisfies Record<
  string,
  ProcessSource
>;

function readEnvironment(env: EnvReader, nodeProduction: boolean): UnicoEnvironment {
  const environment = env.oneOf('UNICO_ENVIRONMENT', UNICO_ENVIRONMENTS, 'sandbox');
  if (nodeProduction && !env.has('UNICO_ENVIRONMENT')) {
    env.problem(
      'UNICO_ENVIRONMENT',
      'expected uat or production, because NODE_ENV is production; it is not set',
    );
  } else if (nodeProduction && environment === 'sandbox') {
    env.problem(
      'UNICO_ENVIRONMENT',
      'expected uat or production, because NODE_ENV is production; got sandbox',
    );
  }
  return environment;
}

/** Reads the whole environment. Throws one `ConfigError` that lists everything wrong; values of secrets stay out. */
export function readConfig(variables: Readonly<Record<string, string | undefined>>): Config {
  const env = createEnvReader(variables);
  const nodeProduction = env.text('NODE_ENV') === 'production';
  const environment = readEnvironment(env, nodeProduction);
  // Real people's data is there with either.
  const production = nodeProduction || environment === 'production';
  const contracts = env.list('UNICO_CONTRACTS', CONTRACTS, [...PROCESS_SOURCES]);
  const config: Config = {
    host: env.text('HOST') ?? '127.0.0.1',
    port: env.integer('PORT', { min: 0, max: 65_535, fallback: 4001 }),
    production,
    environment,
    server: readServer(env, production),
    unico: readUnico(env, environment, contracts),
    contracts,
    rateLimit: env.integer('UNICO_RATE_LIMIT', { min: 1, max: 100_000, fallback: 10 }),
    store: readStore(env, production),
    requestTimeoutMs: env.integer('REQUEST_TIMEOUT_MS', { min: 100, max: 120_000, fallback: 8_000 }),
    upstreamTimeoutMs: env.integer('UPSTREAM_TIMEOUT_MS', { min: 50, max: 120_000, fallback: 3_000 }),
    logLevel: env.oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
  };
  if (env.problems.length > 0) {
    throw new ConfigError(
      `The configuration is wrong:\n${env.problems.map((line) => `  - ${line}`).join('\n')}`,
    );
  }
  return config;
}
