import { z } from 'zod';
import { PROCESS_SOURCES, type ProcessSource } from '../domain/process.ts';
import { LOG_LEVELS } from '../observability/logger.ts';
import { serverSchema } from './server.ts';
import { storeSchema } from './storage.ts';
import { UNICO_ENVIRONMENTS, unicoSchema, type UnicoEnvironment } from './unico.ts';
import {
  constant,
  eachOf,
  integer,
  list,
  oneOf,
  parsed,
  setVariables,
  variable,
  type Variables,
} from './variables.ts';

/** Everything that is wrong with the environment variables: one line for each problem, without values of secrets. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** The values of `UNICO_CONTRACTS`. */
const CONTRACTS = new Map<string, ProcessSource>([
  ['idcloud', 'IDCLOUD'],
  ['processes-v1', 'PROCESSES_V1'],
]);

const contractList = list
  .pipe(z.array(parsed((name) => CONTRACTS.get(name) ?? null)))
  .refine((contracts) => new Set(contracts).size === contracts.length)
  .default([...PROCESS_SOURCES])
  .meta({ isPublic: true });

/** The variables that belong to no group, and depend on no other. */
const GENERAL = {
  host: variable('HOST', 'an address to listen on', z.string().default('127.0.0.1')),
  port: integer('PORT', { min: 0, max: 65_535, fallback: 4001 }),
  /** In the order in which an id without a source is looked up. */
  contracts: variable('UNICO_CONTRACTS', 'idcloud, processes-v1, or both with a comma', contractList),
  /** Requests a second of the tenant, all replicas together. */
  rateLimit: integer('UNICO_RATE_LIMIT', { min: 1, max: 100_000, fallback: 10 }),
  requestTimeoutMs: integer('REQUEST_TIMEOUT_MS', { min: 100, max: 120_000, fallback: 8_000 }),
  upstreamTimeoutMs: integer('UPSTREAM_TIMEOUT_MS', { min: 50, max: 120_000, fallback: 3_000 }),
  logLevel: oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
};

/** With `NODE_ENV` production the sandbox must not start. */
function environmentOf(nodeProduction: boolean): z.ZodType<UnicoEnvironment> {
  if (!nodeProduction) return oneOf('UNICO_ENVIRONMENT', UNICO_ENVIRONMENTS, 'sandbox');
  const schema = z.enum(['uat', 'production']).meta({ isPublic: true });
  return variable('UNICO_ENVIRONMENT', 'uat or production, because NODE_ENV is production', schema);
}

function configSchema(set: Variables) {
  const nodeProduction = set['NODE_ENV'] === 'production';
  const environment = environmentOf(nodeProduction);
  // The other groups depend on these two, also where another variable is invalid.
  const { data: known } = environment.safeParse(set);
  const { data: contracts = [] } = GENERAL.contracts.safeParse(set);
  // Both hold data of real people.
  const production = nodeProduction || known === 'production';
  return eachOf({
    environment,
    ...GENERAL,
    /** Whether `NODE_ENV` or `UNICO_ENVIRONMENT` is production: then every access check is configured. */
    production: constant(production),
    server: serverSchema(set, production),
    unico: unicoSchema(set, known, contracts),
    store: storeSchema(set, production),
  });
}

/** Everything that environment variables configure. Times are in milliseconds. */
export type Config = z.output<ReturnType<typeof configSchema>>;

/** Reads all environment variables. Throws one `ConfigError` that lists every problem. */
export function readConfig(variables: Readonly<Record<string, string | undefined>>): Config {
  const set = setVariables(variables);
  const result = configSchema(set).safeParse(set);
  if (result.success) return result.data;
  const lines = result.error.issues.map(({ path, message }) => `  - ${String(path.at(-1))}: ${message}`);
  throw new ConfigError(`The configuration is invalid:\n${lines.join('\n')}`);
}
