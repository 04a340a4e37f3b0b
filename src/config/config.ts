import { z } from 'zod';
import { PROCESS_SOURCES, type ProcessSource } from '../domain/process.ts';
import { LOG_LEVELS } from '../observability/logger.ts';
import { serverSchema } from './server.ts';
import { storeSchema } from './storage.ts';
import { verdictSchema } from './verdict.ts';
import { UNICO_ENVIRONMENTS, unicoSchema, type UnicoEnvironment } from './unico.ts';
import {
  constant,
  eachOf,
  integer,
  list,
  onOrOff,
  oneOf,
  parsed,
  trimVariables,
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

/** The variables that belong to no group and depend on no other variable. */
const GENERAL = {
  host: variable('HOST', 'an address to listen on', z.string().default('127.0.0.1')),
  port: integer('PORT', { min: 0, max: 65_535, fallback: 4001 }),
  /** The contracts in use, in the order in which a process of unknown source is looked for. */
  contracts: variable('UNICO_CONTRACTS', 'idcloud, processes-v1, or both with a comma', contractList),
  /** The tenant's quota: requests a second, of all replicas together. */
  rateLimit: integer('UNICO_RATE_LIMIT', { min: 1, max: 100_000, fallback: 10 }),
  /** The time of a whole operation. */
  requestTimeoutMs: integer('REQUEST_TIMEOUT_MS', { min: 100, max: 120_000, fallback: 8_000 }),
  /** The time of one attempt of a call to Unico. */
  upstreamTimeoutMs: integer('UPSTREAM_TIMEOUT_MS', { min: 50, max: 120_000, fallback: 3_000 }),
  /** The longest URL and headers of a request together, in bytes. */
  maxHeaderBytes: integer('MAX_HEADER_BYTES', { min: 1_024, max: 1_048_576, fallback: 16_384 }),
  /** Whether long responses are compressed for the clients that ask for it. */
  compresses: onOrOff('COMPRESS_RESPONSES', 'on'),
  /** Whether the SDL for gateways and composers has `@requiresScopes`. */
  securityDirectives: onOrOff('SDL_SECURITY_DIRECTIVES', 'on'),
  logLevel: oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
};

/** The schema of `UNICO_ENVIRONMENT`. Where `NODE_ENV` is production, it does not accept the sandbox. */
function environmentOf(nodeProduction: boolean): z.ZodType<UnicoEnvironment> {
  if (!nodeProduction) return oneOf('UNICO_ENVIRONMENT', UNICO_ENVIRONMENTS, 'sandbox');
  const schema = z.enum(['uat', 'production']).meta({ isPublic: true });
  return variable('UNICO_ENVIRONMENT', 'uat or production, because NODE_ENV is production', schema);
}

function configSchema(variables: Variables) {
  const nodeProduction = variables['NODE_ENV'] === 'production';
  const environment = environmentOf(nodeProduction);
  // The groups depend on these two. Where one is invalid, the strictest value that may be meant is assumed, so that the
  // message lists what would be missing otherwise.
  const { data: validEnvironment } = environment.safeParse(variables);
  const { data: contracts = [...PROCESS_SOURCES] } = GENERAL.contracts.safeParse(variables);
  // Either one means data of real people.
  const production = nodeProduction || /^prod/i.test(variables['UNICO_ENVIRONMENT'] ?? '');
  return eachOf({
    environment,
    ...GENERAL,
    /** Whether `NODE_ENV` or `UNICO_ENVIRONMENT` is production: then every access check is configured. */
    production: constant(production),
    server: serverSchema(variables, production),
    unico: unicoSchema(variables, { environment: validEnvironment, contracts, production }),
    store: storeSchema(variables, production),
    verdict: verdictSchema(),
  });
}

/** Everything that environment variables configure. Times are in milliseconds. */
export type Config = z.output<ReturnType<typeof configSchema>>;

/** Reads all environment variables. Throws one `ConfigError` that lists every problem. */
export function readConfig(environmentVariables: Readonly<Record<string, string | undefined>>): Config {
  const variables = trimVariables(environmentVariables);
  const result = configSchema(variables).safeParse(variables);
  if (result.success) return result.data;
  const lines = result.error.issues.map(({ path, message }) => `  - ${String(path.at(-1))}: ${message}`);
  throw new ConfigError(`The configuration is invalid:\n${lines.join('\n')}`);
}
