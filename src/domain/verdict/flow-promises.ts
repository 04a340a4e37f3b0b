import type { PromisedSignal, SignalPromise } from '../capability.ts';

const IDENTITY = ['liveness', 'identity'] as const;

/** The published flows and what they evaluate (upstream.md §4.3): a flow with `docs` in its name checks documents. */
const FLOWS: ReadonlyMap<string, SignalPromise> = new Map(
  (
    [
      [IDENTITY, ['id', 'idunicosign']],
      [
        [...IDENTITY, 'document'],
        ['idunicodocs', 'idunicodocssign', 'idunicoserprodocssign'],
      ],
      [
        [...IDENTITY, 'risk-score'],
        ['idcheck', 'idsign', 'idcheckserpro', 'creditoconsignado'],
      ],
      [
        [...IDENTITY, 'risk-score', 'document'],
        ['iddocs', 'iddocssign', 'idcheckserprodocs', 'idcheckserprodocssign'],
      ],
      [
        [...IDENTITY, 'fraud-risk', 'risk-score'],
        ['idchecktrust', 'idchecktrustsign'],
      ],
      [
        [...IDENTITY, 'fraud-risk', 'risk-score', 'document'],
        ['idchecktrustdocs', 'idchecktrustdocssign'],
      ],
      [
        [...IDENTITY, 'fraud-risk'],
        ['idtrust', 'idtrustsign'],
      ],
      [
        [...IDENTITY, 'fraud-risk', 'document'],
        ['idtrustdocs', 'idtrustdocssign'],
      ],
      [['liveness'], ['idlive']],
      [['liveness', 'fraud-risk'], ['idlivetrust']],
      [
        ['liveness', 'face-match'],
        ['idtoken', 'idtokensign'],
      ],
      [['liveness', 'face-match', 'fraud-risk'], ['idtokentrust']],
      [[...IDENTITY, 'age'], ['idage']],
      [['liveness', 'age'], ['idagedocumentless']],
      [['revalidation'], ['idsmart']],
    ] satisfies [SignalPromise, string[]][]
  ).flatMap(([promise, flows]) => flows.map((flow): [string, SignalPromise] => [flow, promise])),
);

/**
 * What a capacity of a process promises: the values of the sample of upstream.md §S0 and of real payloads (upstream.md
 * §4.4). The sample has `face_match` with an evaluated identity and without an evaluated 1:1. Documents, signatures,
 * fraud checks and Serpro are not promised: whether such a flow always evaluates them is not published.
 */
const CAPACITIES: ReadonlyMap<string, readonly PromisedSignal[]> = new Map([
  ['liveness', ['liveness']],
  ['PROCESS_CAPACITY_IDLIVE', ['liveness']],
  ['PROCESS_CAPACITY_IDUNICO', ['identity']],
  ['PROCESS_CAPACITY_IDCHECK', ['identity']],
  ['PROCESS_CAPACITY_IDTOKEN', ['face-match']],
  ['face_match', ['any-face']],
  ['PROCESS_CAPACITY_IDDOCS', []],
  ['PROCESS_CAPACITY_IDSIGN', []],
  ['PROCESS_CAPACITY_IDTRUST', []],
  ['PROCESS_CAPACITY_IDSERPRO', []],
]);

/** The promise of a published flow; `null` for the flow of a tenant, and without a flow. */
export function promiseOfFlow(flow: string | null): SignalPromise | null {
  return FLOWS.get(flow ?? '') ?? null;
}

/**
 * The promise of the capacities of a process whose flow is not published. `null` where they promise nothing, or where
 * one of them is an unknown value: then the others are not all that the flow was to establish.
 */
export function promiseOfCapacities(capacities: readonly string[]): SignalPromise | null {
  const promise: PromisedSignal[] = [];
  for (const capacity of capacities) {
    const promised = CAPACITIES.get(capacity);
    if (promised === undefined) return null;
    promise.push(...promised);
  }
  return promise.length === 0 ? null : [...new Set(promise)];
}
