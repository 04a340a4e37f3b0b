import { z } from 'zod';
import type { ProcessSource } from '../domain/process.ts';
import type { ApiKeys } from '../upstream/unico/credentials/api-keys.ts';
import {
  ACCESS_TOKEN,
  apiKeysSchema,
  credentialSchema,
  CREDENTIALS,
  type UnicoCredential,
} from './unico-credentials.ts';
import { constant, eachOf, namesSet, origin, variable, type Variables } from './variables.ts';

/** The environments of Unico; `sandbox` is the one of this package. */
export const UNICO_ENVIRONMENTS = ['sandbox', 'uat', 'production'] as const;
export type UnicoEnvironment = (typeof UNICO_ENVIRONMENTS)[number];

/** The origins of Unico's three services. */
type Origins = { idcloudUrl: string; apiUrl: string; identityUrl: string };

/** How to reach Unico. With `embedded`, the program starts the sandbox of this package and uses it. */
export type UnicoConfig =
  { kind: 'embedded' } | { kind: 'remote'; origins: Origins; credential: UnicoCredential; apiKeys: ApiKeys };

/** upstream.md, the table at its head, and §1. */
const ORIGINS: Record<'uat' | 'production', Origins> = {
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

const originOr = (usual: string | undefined) => (usual === undefined ? origin : origin.default(usual));

/** The origins: each variable may replace a usual origin, and is required where there is none. */
function originsOf(usual: Partial<Origins>) {
  const what =
    'an origin such as https://api.id.unico.app (http:// only for this machine; another sandbox needs all)';
  return {
    idcloudUrl: variable('UNICO_IDCLOUD_URL', what, originOr(usual.idcloudUrl)),
    apiUrl: variable('UNICO_API_URL', what, originOr(usual.apiUrl)),
    identityUrl: variable('UNICO_IDENTITY_URL', what, originOr(usual.identityUrl)),
  };
}

/** The embedded sandbox takes no credentials: with one set, `UNICO_ENVIRONMENT` is a mistake. */
function embeddedSchema(variables: Variables): z.ZodType<UnicoConfig> {
  const misplaced = namesSet(variables, CREDENTIALS);
  return variable(
    'UNICO_ENVIRONMENT',
    `uat or production, because ${misplaced.join(', ')} is set (the sandbox verifies no real person)`,
    misplaced.length > 0 ? z.never().meta({ isPublic: true }) : constant({ kind: 'embedded' }),
  );
}

/**
 * Reads `UnicoConfig`. `environment` is `undefined` where `UNICO_ENVIRONMENT` is invalid: then credentials that are set
 * are checked as those of a real Unico.
 */
export function unicoSchema(
  variables: Variables,
  environment: UnicoEnvironment | undefined,
  contracts: readonly ProcessSource[],
): z.ZodType<UnicoConfig> {
  const assumed = environment ?? (namesSet(variables, CREDENTIALS).length > 0 ? 'uat' : 'sandbox');
  const isOverridden = namesSet(variables, originsOf({})).length > 0;
  if (assumed === 'sandbox' && !isOverridden) return embeddedSchema(variables);
  // With a fixed token the token service is never called: any origin will do.
  const spare = namesSet(variables, ACCESS_TOKEN).length > 0 ? { identityUrl: ORIGINS.uat.identityUrl } : {};
  return eachOf({
    kind: constant('remote'),
    origins: eachOf(originsOf(assumed === 'sandbox' ? spare : ORIGINS[assumed])),
    credential: credentialSchema(variables),
    apiKeys: apiKeysSchema(variables, contracts),
  });
}

/**
 * Identifies the environment and tenant that stored data belongs to, so that none is ever read for another one. With a
 * fixed access token the tenant is unknown: the origins identify it instead.
 */
export function tenantScope(config: { environment: UnicoEnvironment; unico: UnicoConfig }): string {
  const { environment, unico } = config;
  if (unico.kind === 'embedded') return environment;
  if ('tenantId' in unico.credential) return `${environment} ${unico.credential.tenantId}`;
  return [environment, unico.origins.idcloudUrl, unico.origins.apiUrl].join(' ');
}
