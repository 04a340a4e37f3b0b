/** A signal that a flow may lead to. */
type FlowSignal = 'liveness' | 'identity' | 'faceMatch' | 'smartRevalidation' | 'age' | 'anyFace';

/**
 * Which signals a finished process of idcloud should have. `anyFace` is a comparison of the face either with the holder
 * of the number or with a reference: capacities do not always say which one.
 */
export type ExpectedSignals = Record<FlowSignal, boolean>;

function expecting(...signals: FlowSignal[]): ExpectedSignals {
  return {
    liveness: signals.includes('liveness'),
    identity: signals.includes('identity'),
    faceMatch: signals.includes('faceMatch'),
    smartRevalidation: signals.includes('smartRevalidation'),
    age: signals.includes('age'),
    anyFace: signals.includes('anyFace'),
  };
}

const LIVENESS_AND_IDENTITY = expecting('liveness', 'identity');
const LIVENESS = expecting('liveness');
const FACE_MATCH = expecting('liveness', 'faceMatch');

/**
 * The published flows (upstream.md §4.3) with the signals of their capabilities. Flows that occur only in public
 * samples, and flows of tenants, are absent: their signals are derived from the capacities of the process.
 */
const FLOWS: ReadonlyMap<string, ExpectedSignals> = new Map([
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
  ['idage', expecting('liveness', 'identity', 'age')],
  ['idagedocumentless', expecting('liveness', 'age')],
  ['idsmart', expecting('smartRevalidation')],
]);

/** The values of capacities in the sample of upstream.md §S0 and in real payloads (upstream.md §4.4). */
const LIVENESS_CAPACITIES = ['liveness', 'PROCESS_CAPACITY_IDLIVE'];
const IDENTITY_CAPACITIES = ['PROCESS_CAPACITY_IDUNICO', 'PROCESS_CAPACITY_IDCHECK'];
const FACE_MATCH_CAPACITIES = ['PROCESS_CAPACITY_IDTOKEN'];
/** The sample of upstream.md §S0 has it with an evaluated identity and without an evaluated 1:1 comparison. */
const ANY_FACE_CAPACITIES = ['face_match'];

/**
 * The signals that a process should have once it is finished. For processes of processes/v1, which have neither flow
 * nor capacities, it expects none: that contract omits the liveness wherever the identity already implies it
 * (upstream.md §5.3).
 */
export function expectedSignals(flow: string | null, capacities: readonly string[]): ExpectedSignals {
  const has = (names: readonly string[]): boolean => names.some((name) => capacities.includes(name));
  return (
    FLOWS.get(flow ?? '') ?? {
      ...expecting(),
      liveness: has(LIVENESS_CAPACITIES),
      identity: has(IDENTITY_CAPACITIES),
      faceMatch: has(FACE_MATCH_CAPACITIES),
      anyFace: has(ANY_FACE_CAPACITIES),
    }
  );
}
