import type { AccessTokens } from './access-tokens.ts';
import type { FaultScene } from './faults.ts';
import type { Analyses } from './api/analysis.ts';
import type { SdkJwts } from './api/sdk-jwt.ts';
import type { AnalysisKind } from './identity.ts';
import type { Journeys } from './idcloud/journey.ts';

/** Everything that the two API hosts share. Processes live in memory and die with the sandbox. */
export type World = FaultScene & {
  journeyMs: number;
  tokens: AccessTokens;
  /** APIKEY → the use case that it was issued for (S2: the key decides). */
  useCaseOf: ReadonlyMap<string, AnalysisKind>;
  journeys: Journeys;
  analyses: Analyses;
  sdkJwts: SdkJwts;
};
