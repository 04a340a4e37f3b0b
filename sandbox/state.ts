import type { AccessTokens } from './identity-host/access-tokens.ts';
import type { FaultScene } from './http/faults.ts';
import type { Analyses } from './processes-v1/process.ts';
import type { SdkJwts } from './processes-v1/sdk-token.ts';
import type { AnalysisKind } from './identities/identity.ts';
import type { Journeys } from './idcloud/process.ts';

/** Everything that the two API hosts share. Processes live in memory and die with the sandbox. */
export type World = FaultScene & {
  journeyMs: number;
  tokens: AccessTokens;
  /** APIKEY → the use case that it was issued for (upstream.md §S2: the key decides). */
  useCaseOf: ReadonlyMap<string, AnalysisKind>;
  journeys: Journeys;
  analyses: Analyses;
  sdkJwts: SdkJwts;
};
