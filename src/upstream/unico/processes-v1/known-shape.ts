import { known, type KnownShape } from '../parsing/unknown-evidence.ts';

/** Most signals of this contract have the form `{ "result": "yes" }`. */
const SIGNAL: KnownShape = { properties: known('result'), results: true };

/** A process of processes/v1 (upstream.md §S1, S2; §5.2, §5.3), and what it may echo of its creation. */
export const PROCESSES_V1_SHAPE: KnownShape = {
  properties: {
    ...known(
      'id status liveness score authenticated clientReference externalUserId subsidiaryId useCase subject',
    ),
    unicoId: SIGNAL,
    identityFraudsters: SIGNAL,
    idAge: SIGNAL,
    idCloud: SIGNAL,
    riskLevel: SIGNAL,
    government: { properties: known('serpro'), results: true },
    document: { properties: known('id type cpfMatch faceMatch content fileUrls reused'), results: true },
  },
  results: true,
};
