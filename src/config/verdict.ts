import { z } from 'zod';
import { CAPABILITIES, type Capability } from '../domain/capability.ts';
import { API_KEY_USES, apiKeyPromise, type ApiKeyUse } from '../domain/verdict/api-key-promises.ts';
import { isOnlyAboutFraudRisk } from '../domain/verdict/evidence.ts';
import { promiseOfFlow } from '../domain/verdict/flow-promises.ts';
import type { PolicySettings } from '../domain/verdict/verdict.ts';
import { API_KEY_VARIABLES, type ApiKeys } from '../upstream/unico/credentials/api-keys.ts';
import { eachOf, list, onOrOff, parsed, variable } from './variables.ts';

/** What a deployment says about its verdicts: capabilities by APIKEY and flow, and who reviews decisions. */
export type VerdictConfig = {
  /** What the APIKEY of each use evaluates; `null` where it is not set. */
  apiKeyCapabilities: Record<ApiKeyUse, Capability[] | null>;
  flowCapabilities: ReadonlyMap<string, Capability[]>;
  reviewTeam: boolean;
};

const NAMES = CAPABILITIES.join(', ');

/** Known capabilities without repetition. */
const capabilities = z.array(z.enum(CAPABILITIES)).refine((names) => new Set(names).size === names.length);

/** Parses `myflow:liveness+identity`; `null` for other text and for a published flow, whose capabilities are known. */
function parseFlow(text: string): [string, Capability[]] | null {
  const [, flow = '', names = ''] = /^([^:\s]+):([^:]+)$/.exec(text) ?? [];
  const { data: evaluated } = capabilities.safeParse(names.split('+'));
  return flow === '' || evaluated === undefined || promiseOfFlow(flow) !== null ? null : [flow, evaluated];
}

const capabilityList = list.pipe(capabilities).nullable().default(null).meta({ isPublic: true });

const flowList = list
  .pipe(z.array(parsed(parseFlow)))
  .refine((flows) => new Set(flows.map(([flow]) => flow)).size === flows.length)
  .transform((flows): ReadonlyMap<string, Capability[]> => new Map(flows))
  .default(new Map())
  .meta({ isPublic: true });

/** The variable with the capabilities of an APIKEY, such as `UNICO_APIKEY_AGE_CAPABILITIES`. */
export function capabilitiesVariable(use: ApiKeyUse): string {
  return `${API_KEY_VARIABLES[use]}_CAPABILITIES`;
}

function ofApiKey(use: ApiKeyUse) {
  return variable(
    capabilitiesVariable(use),
    `what the APIKEY evaluates, some of ${NAMES} with commas`,
    capabilityList,
  );
}

/** Reads `VerdictConfig`. */
export function verdictSchema(): z.ZodType<VerdictConfig> {
  return eachOf({
    apiKeyCapabilities: eachOf({
      onboarding: ofApiKey('onboarding'),
      transactional: ofApiKey('transactional'),
      document: ofApiKey('document'),
      age: ofApiKey('age'),
    }),
    flowCapabilities: variable(
      'UNICO_FLOW_CAPABILITIES',
      `the tenant's own flows and what they evaluate, such as myflow:liveness+identity,other:age (some of ${NAMES}; a published flow needs no entry)`,
      flowList,
    ),
    reviewTeam: onOrOff('REVIEW_TEAM', 'off'),
  });
}

/** The settings of the verdict policy: the configured APIKEYs with what they evaluate, and the tenant's own flows. */
export function policySettings(
  { apiKeyCapabilities, flowCapabilities, reviewTeam }: VerdictConfig,
  apiKeys: ApiKeys,
): PolicySettings {
  const configured = API_KEY_USES.filter((use) => apiKeys[use] !== null);
  return {
    capabilities: {
      apiKeys: Object.fromEntries(
        configured.map((use) => [use, apiKeyPromise(use, apiKeyCapabilities[use])]),
      ),
      flows: flowCapabilities,
    },
    reviewTeam,
  };
}

/** The variables that are not set although their APIKEY is: then the promises of its processes are assumed. */
export function undeclaredCapabilities({ apiKeyCapabilities }: VerdictConfig, apiKeys: ApiKeys): string[] {
  return API_KEY_USES.filter((use) => apiKeys[use] !== null && apiKeyCapabilities[use] === null).map(
    capabilitiesVariable,
  );
}

/** The uses whose APIKEY classifies fraud risk alone. */
export function fraudRiskOnlyUses({ apiKeyCapabilities }: VerdictConfig): ReadonlySet<ApiKeyUse> {
  return new Set(API_KEY_USES.filter((use) => isOnlyAboutFraudRisk(apiKeyCapabilities[use])));
}
