import { expect, test } from 'vitest';
import type { SignalPromise } from '../../../../src/domain/capability.ts';
import { promiseOfCapacities, promiseOfFlow } from '../../../../src/domain/verdict/flow-promises.ts';

/** The published flows (upstream.md §4.3) and what each evaluates. */
const FLOWS: [SignalPromise, string[]][] = [
  [
    ['liveness', 'identity'],
    ['id', 'idunicosign'],
  ],
  [
    ['document', 'liveness', 'identity'],
    ['idunicodocs', 'idunicodocssign', 'idunicoserprodocssign'],
  ],
  [
    ['liveness', 'identity', 'risk-score'],
    ['idcheck', 'idsign', 'idcheckserpro', 'creditoconsignado'],
  ],
  [
    ['document', 'liveness', 'identity', 'risk-score'],
    ['iddocs', 'iddocssign', 'idcheckserprodocs', 'idcheckserprodocssign'],
  ],
  [
    ['fraud-risk', 'liveness', 'identity', 'risk-score'],
    ['idchecktrust', 'idchecktrustsign'],
  ],
  [
    ['document', 'fraud-risk', 'liveness', 'identity', 'risk-score'],
    ['idchecktrustdocs', 'idchecktrustdocssign'],
  ],
  [
    ['fraud-risk', 'liveness', 'identity'],
    ['idtrust', 'idtrustsign'],
  ],
  [
    ['document', 'fraud-risk', 'liveness', 'identity'],
    ['idtrustdocs', 'idtrustdocssign'],
  ],
  [['liveness'], ['idlive']],
  [['fraud-risk', 'liveness'], ['idlivetrust']],
  [
    ['face-match', 'liveness'],
    ['idtoken', 'idtokensign'],
  ],
  [['face-match', 'fraud-risk', 'liveness'], ['idtokentrust']],
  [['age', 'liveness', 'identity'], ['idage']],
  [['age', 'liveness'], ['idagedocumentless']],
  [['revalidation'], ['idsmart']],
];

test.each(FLOWS.flatMap(([promise, flows]) => flows.map((flow) => [flow, promise] as const)))(
  'the published flow %s promises %j',
  (flow, promise) => {
    expect(promiseOfFlow(flow)?.toSorted()).toEqual(promise.toSorted());
  },
);

test.each(['a-flow-of-a-tenant', 'ID', '', null])('the flow %j has no published promise', (flow) => {
  expect(promiseOfFlow(flow)).toBeNull();
});

test.each<[string[], SignalPromise | null]>([
  [['liveness'], ['liveness']],
  [
    ['liveness', 'face_match'],
    ['liveness', 'any-face'],
  ],
  [
    ['PROCESS_CAPACITY_IDLIVE', 'PROCESS_CAPACITY_IDUNICO'],
    ['liveness', 'identity'],
  ],
  [['PROCESS_CAPACITY_IDUNICO', 'PROCESS_CAPACITY_IDCHECK'], ['identity']],
  [['PROCESS_CAPACITY_IDTOKEN', 'PROCESS_CAPACITY_IDDOCS'], ['face-match']],
  [['PROCESS_CAPACITY_IDSIGN'], null],
  [['liveness', 'PROCESS_CAPACITY_NEW'], null],
  [[], null],
])('the capacities %j promise %j', (capacities, promise) => {
  expect(promiseOfCapacities(capacities)).toEqual(promise);
});
