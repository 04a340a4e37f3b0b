/** The signals that a flow of idcloud promises. */
export type FlowPromise = { liveness: boolean; identity: boolean };

const BOTH: FlowPromise = { liveness: true, identity: true };
const LIVENESS_ONLY: FlowPromise = { liveness: true, identity: false };
const NEITHER: FlowPromise = { liveness: false, identity: false };

/**
 * The published flows (facts 4.3) and the capabilities they contain. Flows that only public samples show, and those
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
    'idage',
  ].map((flow) => [flow, BOTH] as const),
  ...['idlive', 'idlivetrust', 'idtoken', 'idtokentrust', 'idtokensign', 'idagedocumentless'].map(
    (flow) => [flow, LIVENESS_ONLY] as const,
  ),
  ['idsmart', NEITHER],
]);

/** The words for the two capacities in S0's sample and in real payloads (facts 4.4). */
const LIVENESS_CAPACITIES = ['liveness', 'PROCESS_CAPACITY_IDLIVE'];
const IDENTITY_CAPACITIES = ['PROCESS_CAPACITY_IDUNICO', 'PROCESS_CAPACITY_IDCHECK'];

/**
 * Which signals a process should have once it is finished. `flow` is `null` for processes/v1, which promises none:
 * it leaves out the liveness wherever the identity already implies it (facts 5.3).
 */
export function flowPromise(flow: string | null, capacities: readonly string[]): FlowPromise {
  if (flow === null) return NEITHER;
  return (
    FLOWS.get(flow) ?? {
      liveness: LIVENESS_CAPACITIES.some((word) => capacities.includes(word)),
      identity: IDENTITY_CAPACITIES.some((word) => capacities.includes(word)),
    }
  );
}
