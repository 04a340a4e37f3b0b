import type { SignalPromise } from '../../src/domain/capability.ts';
import type { ProcessId } from '../../src/domain/process-id.ts';
import type { Process } from '../../src/domain/process.ts';
import { API_KEY_USES, apiKeyPromise } from '../../src/domain/verdict/api-key-promises.ts';
import { VerdictPolicy, type PolicySettings } from '../../src/domain/verdict/verdict.ts';
import { processResponse as idcloudResponse } from '../../src/upstream/unico/idcloud/response-schemas.ts';
import { toProcess as toIdcloudProcess } from '../../src/upstream/unico/idcloud/to-process.ts';
import { processResponse as v1Response } from '../../src/upstream/unico/processes-v1/response-schemas.ts';
import { toProcess as toV1Process } from '../../src/upstream/unico/processes-v1/to-process.ts';

const ID = '53060f52-f146-4c12-a234-5bb5031f6f5b' as ProcessId;

/** A deployment with an APIKEY of each use, whose capabilities are not configured, and no flow of its own. */
export const DEFAULT_SETTINGS: PolicySettings = {
  capabilities: {
    apiKeys: Object.fromEntries(API_KEY_USES.map((use) => [use, apiKeyPromise(use, null)])),
    flows: new Map(),
  },
  reviewTeam: false,
};

/** The policy of such a deployment. */
export const POLICY_BY_DEFAULT = new VerdictPolicy(DEFAULT_SETTINGS);

/** A process as client/v1/process answers it. */
export function idcloudProcess(process: object): Process {
  return toIdcloudProcess(idcloudResponse.parse({ process: { id: ID, ...process } }).process, ID, 0);
}

/** A process as processes/v1 answers it; `promise` is what its creation here recorded. */
export function v1Process(body: object, promise: SignalPromise | null = null): Process {
  return { ...toV1Process(v1Response.parse({ id: ID, ...body }), ID, 0), promise };
}

/** The decision on a process and its reason codes, as one string. */
export function outcomeOfProcess(process: Process, policy = POLICY_BY_DEFAULT): string {
  const { decision, reasons } = policy.verdictOf(process);
  return [decision, ...reasons.map(({ code }) => code)].join(' ');
}
