type Promised = 'liveness' | 'identity' | 'faceMatch' | 'smartRevalidation' | 'age' | 'anyFace';

/**
 * The signals that a flow of idcloud promises. `anyFace` is a comparison of the face with the holder of the number or
 * with a reference, whichever: capacities do not always say which.
 */
export type FlowPromise = Record<Promised, boolean>;

function promise(...promised: Promised[]): FlowPromise {
  return {
    liveness: promised.includes('liveness'),
    identity: promised.includes('identity'),
    faceMatch: promised.includes('faceMatch'),
    smartRevalidation: promised.includes('smartRevalidation'),
    age: promised.includes('age'),
    anyFace: promised.includes('anyFace'),
  };
}

const LIVENESS_AND_IDENTITY = promise('liveness', 'identity');
const LIVENESS = promise('liveness');
const FACE_MATCH = promise('liveness', 'faceMatch');

/**
 * The published flows (upstream.md §4.3) and the capabilities they contain. Flows that only public samples show, and those
 * of tenants, are absent: what they promise is read off the process's capacities.
 */
const FLOWS: ReadonlyMap<string, FlowPromise> = new Map([
  ...[
    'id',
    'idcheck',
    'iddocs',
    'idsign',
    'iddocssign',
    'idchecktrust',
    'idchecktrustdocs',
    'idchecktrustsign',
    'idchecktrustdocssign',
    'idcheckserpro',
    'idcheckserprodocs',
    'idcheckserprodocssign',
    'creditoconsignado',
    'idtrust',
    'idunicodocs',
    'idunicosign',
    'idunicodocssign',
    'idunicoserprodocssign',
    'idtrustdocs',
    'idtrustsign',
    'idtrustdocssign',
  ].map((flow) => [flow, LIVENESS_AND_IDENTITY] as const),
  ...['idlive', 'idlivetrust'].map((flow) => [flow, LIVENESS] as const),
  ...['idtoken', 'idtokentrust', 'idtokensign'].map((flow) => [flow, FACE_MATCH] as const),
  ['idage', promise('liveness', 'identity', 'age')],
  ['idagedocumentless', promise('liveness', 'age')],
  ['idsmart', promise('smartRevalidation')],
]);

/** The words for capacities in S0's sample and in real payloads (upstream.md §4.4). */
const LIVENESS_CAPACITIES = ['liveness', 'PROCESS_CAPACITY_IDLIVE'];
const IDENTITY_CAPACITIES = ['PROCESS_CAPACITY_IDUNICO', 'PROCESS_CAPACITY_IDCHECK'];
const FACE_MATCH_CAPACITIES = ['PROCESS_CAPACITY_IDTOKEN'];
/** S0's sample has it beside an identity that was evaluated and a 1:1 that was not. */
const ANY_FACE_CAPACITIES = ['face_match'];

/**
 * Which signals a process should have once it is finished. Processes of processes/v1 have neither flow nor capacities,
 * and so promise none: that contract leaves out the liveness wherever the identity already implies it (upstream.md §5.3).
 */
export function flowPromise(flow: string | null, capacities: readonly string[]): FlowPromise {
  const has = (words: readonly string[]): boolean => words.some((word) => capacities.includes(word));
  return (
    FLOWS.get(flow ?? '') ?? {
      ...promise(),
      liveness: has(LIVENESS_CAPACITIES),
      identity: has(IDENTITY_CAPACITIES),
      faceMatch: has(FACE_MATCH_CAPACITIES),
      anyFace: has(ANY_FACE_CAPACITIES),
    }
  );
}
