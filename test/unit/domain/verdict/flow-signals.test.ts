import { expect, test } from 'vitest';
import { expectedSignals, type ExpectedSignals } from '../../../../src/domain/verdict/flow-signals.ts';

const NOTHING: ExpectedSignals = {
  liveness: false,
  identity: false,
  faceMatch: false,
  smartRevalidation: false,
  age: false,
  anyFace: false,
};
const LIVENESS: ExpectedSignals = { ...NOTHING, liveness: true };
const IDENTITY: ExpectedSignals = { ...NOTHING, identity: true };
const FACE_MATCH: ExpectedSignals = { ...NOTHING, faceMatch: true };
const LIVENESS_AND_IDENTITY: ExpectedSignals = { ...LIVENESS, identity: true };

/** The published flows with an identity (upstream.md §4.3), but `idage`. */
const WITH_IDENTITY = [
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
];

test.each(WITH_IDENTITY)('the flow %s promises liveness and identity', (flow) => {
  expect(expectedSignals(flow, [])).toEqual(LIVENESS_AND_IDENTITY);
});

test.each(['idlive', 'idlivetrust'])('the flow %s promises liveness', (flow) => {
  expect(expectedSignals(flow, [])).toEqual(LIVENESS);
});

test.each(['idtoken', 'idtokentrust', 'idtokensign'])(
  'the flow %s promises liveness and the 1:1 comparison',
  (flow) => {
    expect(expectedSignals(flow, [])).toEqual({ ...LIVENESS, faceMatch: true });
  },
);

test('idage promises liveness, identity and age', () => {
  expect(expectedSignals('idage', [])).toEqual({ ...LIVENESS_AND_IDENTITY, age: true });
});

test('idagedocumentless promises liveness and age, and no identity, because it has no document number', () => {
  expect(expectedSignals('idagedocumentless', [])).toEqual({ ...LIVENESS, age: true });
});

test('idsmart promises the revalidation and no liveness, because its first tiers need no face', () => {
  expect(expectedSignals('idsmart', [])).toEqual({ ...NOTHING, smartRevalidation: true });
});

test('a published flow promises what is published, whatever its capacities say', () => {
  expect(expectedSignals('idlive', ['PROCESS_CAPACITY_IDUNICO', 'PROCESS_CAPACITY_IDTOKEN'])).toEqual(
    LIVENESS,
  );
  expect(expectedSignals('id', ['something else'])).toEqual(LIVENESS_AND_IDENTITY);
});

test('processes/v1 has neither flow nor capacities and promises nothing', () => {
  expect(expectedSignals(null, [])).toEqual(NOTHING);
});

test.each<[string[], ExpectedSignals]>([
  [['PROCESS_CAPACITY_IDLIVE'], LIVENESS],
  [['PROCESS_CAPACITY_IDUNICO'], IDENTITY],
  [['PROCESS_CAPACITY_IDCHECK'], IDENTITY],
  [['PROCESS_CAPACITY_IDTOKEN'], FACE_MATCH],
  [['PROCESS_CAPACITY_IDLIVE', 'PROCESS_CAPACITY_IDUNICO'], LIVENESS_AND_IDENTITY],
  [['PROCESS_CAPACITY_IDTOKEN', 'PROCESS_CAPACITY_IDLIVE'], { ...LIVENESS, faceMatch: true }],
  [['PROCESS_CAPACITY_IDDOCS'], NOTHING],
  [[], NOTHING],
])('a flow of a tenant, or none, with the capacities %j promises %j', (capacities, promise) => {
  expect(expectedSignals('a-flow-of-a-tenant', capacities)).toEqual(promise);
  expect(expectedSignals(null, capacities)).toEqual(promise);
});

test.each(['ID', 'id ', 'toString', ''])('"%s" is not a published flow', (flow) => {
  expect(expectedSignals(flow, [])).toEqual(NOTHING);
  expect(expectedSignals(flow, ['PROCESS_CAPACITY_IDLIVE'])).toEqual(LIVENESS);
});

test('face_match, the capacity in the sample of upstream.md §S0, promises a comparison of either kind', () => {
  expect(expectedSignals('a-flow-of-the-tenant', ['liveness', 'face_match'])).toEqual({
    ...LIVENESS,
    anyFace: true,
  });
  expect(expectedSignals('idlive', ['face_match'])).toEqual(LIVENESS);
});
