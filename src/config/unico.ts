import { z } from 'zod';
import type { ProcessSource } from '../domain/process.ts';
import type { UnicoCredential, UnicoOrigins } from '../upstream/unico/client.ts';
import type { ApiKeys } from '../upstream/unico/credentials/api-keys.ts';
import { ACCESS_TOKEN, apiKeysSchema, credentialSchema, CREDENTIALS } from './unico-credentials.ts';
import { constant, eachOf, definedNames, origin, variable, type Variables } from './variables.ts';

/** The values of `UNICO_ENVIRONMENT`; `sandbox` is the local Unico of this package. */
export const UNICO_ENVIRONMENTS = ['sandbox', 'uat', 'production'] as const;
/** A value of `UNICO_ENVIRONMENT`. */
export type UnicoEnvironment = (typeof UNICO_ENVIRONMENTS)[number];

/** How to reach Unico. With `embedded`, the program starts the sandbox of this package and uses it. */
export type UnicoConfig =
  | { kind: 'embedded' }
  | { kind: 'remote'; origins: UnicoOrigins; credential: UnicoCredential; apiKeys: ApiKeys };

/** The usual origins (upstream.md, the table at its head, and §1). */
const ORIGINS: Record<'uat' | 'production', UnicoOrigins> = {
  uat: {
    idcloudUrl: 'https://api.idcloud.uat.unico.app',
    apiUrl: 'https://api.id.uat.unico.app',
    identityUrl: 'https://identityhomolog.acesso.io',
  },
  production: {
    idcloudUrl: 'https://api.idcloud.unico.app',
    apiUrl: 'https://api.id.unico.app',
    identityUrl: 'https://identity.acesso.io',
  },
};

const originOr = (fallback: string | undefined) =>
  fallback === undefined ? origin : origin.default(fallback);

/** The variables of the origins: each one replaces its fallback, and is required where there is none. */
function originVariables(fallbacks: Partial<UnicoOrigins>) {
  const what =
    'an origin such as https://api.id.unico.app (http:// only for this machine; another sandbox needs all)';
  return {
    idcloudUrl: variable('UNICO_IDCLOUD_URL', what, originOr(fallbacks.idcloudUrl)),
    apiUrl: variable('UNICO_API_URL', what, originOr(fallbacks.apiUrl)),
    identityUrl: variable('UNICO_IDENTITY_URL', what, originOr(fallbacks.identityUrl)),
  };
}

/** The embedded sandbox takes no credentials: with one set, `UNICO_ENVIRONMENT` is a mistake. */
function embeddedSchema(variables: Variables): z.ZodType<UnicoConfig> {
  const misplaced = definedNames(variables, CREDENTIALS);
  return variable(
    'UNICO_ENVIRONMENT',
    `uat or production, because ${misplaced.join(', ')} is set (the sandbox verifies no real person)`,
    misplaced.length > 0 ? z.never().meta({ isPublic: true }) : constant({ kind: 'embedded' }),
  );
}

/** What the variables of Unico depend on. */
type UnicoSchemaOptions = {
  /** `undefined` where `UNICO_ENVIRONMENT` is invalid, or missing in production. */
  environment: UnicoEnvironment | undefined;
  contracts: readonly ProcessSource[];
  production: boolean;
};

/**
 * Reads `UnicoConfig`. Where the environment is unknown, the variables of a real Unico are checked in production, and
 * where credentials are set.
 */
export function unicoSchema(
  variables: Variables,
  { environment, contracts, production }: UnicoSchemaOptions,
): z.ZodType<UnicoConfig> {
  const isReal = production || definedNames(variables, CREDENTIALS).length > 0;
  const assumed = environment ?? (isReal ? 'uat' : 'sandbox');
  const isOverridden = definedNames(variables, originVariables({})).length > 0;
  if (assumed === 'sandbox' && !isOverridden) return embeddedSchema(variables);
  // With a fixed access token the token service is never called, so its origin does not matter.
  const sandboxOrigins =
    definedNames(variables, ACCESS_TOKEN).length > 0 ? { identityUrl: ORIGINS.uat.identityUrl } : {};
  return eachOf({
    kind: constant('remote'),
    origins: eachOf(originVariables(assumed === 'sandbox' ? sandboxOrigins : ORIGINS[assumed])),
    credential: credentialSchema(variables),
    apiKeys: apiKeysSchema(variables, contracts),
  });
}

/**
 * Identifies the environment and tenant that stored data belongs to, so that data is never read for another tenant.
 * With a fixed access token the tenant is unknown: the origins identify it instead.
 */
export function tenantScope(config: { environment: UnicoEnvironment; unico: UnicoConfig }): string {
  const { environment, unico } = config;
  if (unico.kind === 'embedded') return environment;
  if ('tenantId' in unico.credential) return `${environment} ${unico.credential.tenantId}`;
  return [environment, unico.origins.idcloudUrl, unico.origins.apiUrl].join(' ');
}
