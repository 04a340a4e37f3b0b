type Promised = 'liveness' | 'identity' | 'faceMatch' | 'smartRevalidation' | 'age' | 'anyFace';

/**
 * The signals that a flow of idcloud promises. `anyFace` is a comparison of the face either with the holder of the number
 * or with a reference: capacities do not always say which.
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
 * The published flows (upstream.md §4.3) with the signals of their capabilities. Flows that occur only in public samples, and
 * flows of tenants, are absent: what they promise is derived from the capacities of the process.
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

/** The values of capacities in the sample of upstream.md §S0 and in real payloads (upstream.md §4.4). */
const LIVENESS_CAPACITIES = ['liveness', 'PROCESS_CAPACITY_IDLIVE'];
const IDENTITY_CAPACITIES = ['PROCESS_CAPACITY_IDUNICO', 'PROCESS_CAPACITY_IDCHECK'];
const FACE_MATCH_CAPACITIES = ['PROCESS_CAPACITY_IDTOKEN'];
/** The sample of upstream.md §S0 has it with an evaluated identity and without an evaluated 1:1 comparison. */
const ANY_FACE_CAPACITIES = ['face_match'];

/**
 * The signals that a process should have once it is finished. Processes of processes/v1 have neither flow nor capacities, and
 * so promise none: that contract omits the liveness wherever the identity already implies it (upstream.md §5.3).
 */
export function flowPromise(flow: string | null, capacities: readonly string[]): FlowPromise {
  const has = (names: readonly string[]): boolean => names.some((name) => capacities.includes(name));
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
