import type { FaultContext } from './http/faults.ts';
import { AccessTokens } from './identity-host/access-tokens.ts';
import type { UseCase } from './identities/identity.ts';
import type { Process as IdcloudProcess } from './idcloud/process.ts';
import { seededProcesses as seededIdcloudProcesses } from './idcloud/seeds.ts';
import { ProcessCollection } from './lib/process-collection.ts';
import type { Process as ProcessV1 } from './processes-v1/process.ts';
import { SdkTokens } from './processes-v1/sdk-token.ts';
import { seededProcesses as seededProcessesV1 } from './processes-v1/seeds.ts';

/** Created processes that are stored, per contract. */
const MAX_CREATED_PROCESSES = 10_000;

type SandboxStateOptions = {
  tenantId: string;
  apiKeys: Record<UseCase, string>;
  /** Milliseconds since the epoch. */
  now: () => number;
  processingMs: number;
  slowMs: number;
};

/** The state that the two API hosts share. Processes are in memory and end with the sandbox. */
export class SandboxState implements FaultContext {
  readonly now: () => number;
  readonly processingMs: number;
  readonly slowMs: number;
  readonly tokens: AccessTokens;
  readonly sdkTokens: SdkTokens;
  readonly idcloudProcesses: ProcessCollection<IdcloudProcess>;
  readonly processesV1: ProcessCollection<ProcessV1>;
  readonly #useCases: ReadonlyMap<string, UseCase>;
  readonly #faultCounts = new Map<string, number>();

  constructor({ tenantId, apiKeys, now, processingMs, slowMs }: SandboxStateOptions) {
    this.now = now;
    this.processingMs = processingMs;
    this.slowMs = slowMs;
    this.tokens = new AccessTokens(tenantId, now);
    this.sdkTokens = new SdkTokens(now);
    this.idcloudProcesses = new ProcessCollection(seededIdcloudProcesses(now()), MAX_CREATED_PROCESSES);
    this.processesV1 = new ProcessCollection(seededProcessesV1(now(), processingMs), MAX_CREATED_PROCESSES);
    this.#useCases = new Map([
      [apiKeys.onboarding, 'onboarding'],
      [apiKeys.transactional, 'transactional'],
      [apiKeys.document, 'document'],
      [apiKeys.age, 'age'],
    ]);
  }

  /** The use case that an APIKEY was issued for (upstream.md §S2: the key decides), or `null` for an unknown key. */
  useCaseOf(apiKey: string): UseCase | null {
    return this.#useCases.get(apiKey) ?? null;
  }

  /**
   * The idcloud process with this `authenticationInfo.authenticationId`, or `null`. References of a 1:1 comparison
   * name it (upstream.md §S2 `referenceProcessId`).
   */
  idcloudProcessByAuthentication(authenticationId: string): IdcloudProcess | null {
    for (const process of this.idcloudProcesses.values()) {
      if (process.authenticationId === authenticationId) return process;
    }
    return null;
  }

  /** The targets are scenarios and seeded processes, so the map is bounded. */
  countFault(target: string): number {
    const count = this.#faultCounts.get(target) ?? 0;
    this.#faultCounts.set(target, count + 1);
    return count;
  }
}
