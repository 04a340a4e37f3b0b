import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isCpf, isCurp, isUuid } from '../../../../sandbox/lib/check-digits.ts';
import { IDENTITIES } from '../../../../sandbox/identities/index.ts';
import { SandboxClient } from '../../../support/sandbox-client.ts';
import {
  idcloudCreationBody,
  idcloudIdOf,
  identityOf,
  onboardingBody,
  processesV1IdOf,
} from '../../../support/sandbox-requests.ts';

let client: SandboxClient;

beforeAll(async () => {
  client = await SandboxClient.start({ slowMs: 1 });
});

afterAll(() => client.close());

const repeated = (values: (string | undefined)[]) =>
  values.filter((value, at) => value !== undefined && values.indexOf(value) !== at);

const scenarioOf = (code: string) => IDENTITIES.find((row) => row.code === code)?.scenario;

describe('the table of identities', () => {
  test('every scenario, code, name and process id is unique in the table of identities', () => {
    expect(repeated(IDENTITIES.map((row) => row.scenario))).toEqual([]);
    expect(repeated(IDENTITIES.map((row) => row.code))).toEqual([]);
    expect(repeated(IDENTITIES.map((row) => row.name))).toEqual([]);
    expect(
      repeated(
        IDENTITIES.flatMap((row) => [row.idcloudProcessId, row.processesProcessId]).filter(
          (id) => id !== null,
        ),
      ),
    ).toEqual([]);
  });

  test.each(IDENTITIES)(
    'the identity $scenario has a well-formed code, name and process ids: $description',
    ({ scenario, code, name, idcloudProcessId, processesProcessId }) => {
      expect(scenario).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(isCpf(code) || isCurp(code)).toBe(true);
      expect(name.length).toBeLessThanOrEqual(50);
      const ids = [idcloudProcessId, processesProcessId].filter((id) => id !== null);
      expect(ids.every(isUuid)).toBe(true);
    },
  );

  test('the two well-known CPFs and the four published CURPs are in the table of identities', () => {
    expect(scenarioOf('12345678909')).toBe('approved');
    expect(scenarioOf('73689290074')).toBe('approved-strong-score');
    expect(scenarioOf('HEWW580907HGRSHL05')).toBe('orchestrated-reproved');
    expect(scenarioOf('BAWB700219HNLTYR01')).toBe('orchestrated-risk-high');
    expect(scenarioOf('IIFA830702HDFGNN06')).toBe('orchestrated-risk-critical');
    expect(scenarioOf('PASP901014HDFRPT03')).toBe('orchestrated-inconclusive');
  });
});

const YES = { unicoId: { result: 'yes' } };
const NO = { unicoId: { result: 'no' } };
const INCONCLUSIVE = { unicoId: { result: 'inconclusive' } };
const NO_FRAUD = { identityFraudsters: { result: 'inconclusive' } };
const FRAUD = { identityFraudsters: { result: 'yes' } };
const serpro = (score = 87) => ({ government: { serpro: score } });
const LIVE = { liveness: 1 };

/** Scenario → the body of GET processes/v1 without the id; the status is 3 unless it is given. */
const PROCESSES_V1_BODIES: Record<string, Record<string, unknown>> = {
  approved: { ...YES, ...NO_FRAUD, ...serpro(), ...LIVE },
  'approved-strong-score': { ...INCONCLUSIVE, ...NO_FRAUD, ...serpro(), ...LIVE, score: 85 },
  'approved-liveness-omitted': YES,
  'review-moderate-score': { ...INCONCLUSIVE, ...LIVE, score: 28 },
  'review-fraud-signs': { ...YES, ...FRAUD, ...serpro(), ...LIVE },
  'review-fraud-signs-score': { ...INCONCLUSIVE, ...FRAUD, ...serpro(), ...LIVE, score: 20 },
  'review-no-score': { ...INCONCLUSIVE, ...LIVE },
  'denied-identity': NO,
  'denied-liveness': { ...INCONCLUSIVE, liveness: 2 },
  'denied-fraud-negative-score': { ...INCONCLUSIVE, ...FRAUD, ...serpro(), ...LIVE, score: -62 },
  'denied-negative-score': { ...INCONCLUSIVE, ...NO_FRAUD, ...serpro(), ...LIVE, score: -15 },
  'denied-fraud-score-zero': { ...INCONCLUSIVE, ...FRAUD, ...serpro(), ...LIVE, score: 0 },
  'retry-score-neutral': { ...INCONCLUSIVE, ...NO_FRAUD, ...serpro(), ...LIVE, score: 0 },
  'retry-score-missing': { ...INCONCLUSIVE, ...NO_FRAUD, ...serpro(), ...LIVE },
  'retry-identity-not-evaluated': LIVE,
  'no-signal': {},
  'serpro-no-face': { ...YES, ...NO_FRAUD, ...serpro(-1), ...LIVE },
  'serpro-error': { ...YES, ...NO_FRAUD, ...serpro(-2), ...LIVE },
  'face-match': { authenticated: true, ...LIVE },
  'face-mismatch': { authenticated: false, ...LIVE },
  adult: { ...LIVE, idAge: { result: 'yes' } },
  minor: { ...LIVE, idAge: { result: 'no' } },
  'age-inconclusive': { ...LIVE, idAge: { result: 'inconclusive' } },
  'risk-level-approved': { riskLevel: { result: 'approved' } },
  'risk-level-reproved': { riskLevel: { result: 'reproved' } },
  'orchestrated-reproved': { idCloud: { result: 'reproved' } },
  'orchestrated-risk-high': { idCloud: { result: 'risk-high' } },
  'orchestrated-risk-critical': { idCloud: { result: 'risk-critical' } },
  'orchestrated-inconclusive': { idCloud: { result: 'inconclusive' } },
  'orchestrated-approved': { idCloud: { result: 'approved' } },
  'orchestrated-retry': { idCloud: { result: 'retry' } },
  failed: { status: 5 },
  'result-error': { status: 5 },
  'never-finishes': { status: 1, ...INCONCLUSIVE, ...NO_FRAUD, ...LIVE },
  'pending-then-done': { status: 1, ...INCONCLUSIVE, ...NO_FRAUD, ...LIVE },
  'pending-fraud': { status: 1, ...INCONCLUSIVE, ...FRAUD, ...LIVE },
  divergence: { status: 2, ...INCONCLUSIVE, ...LIVE },
  canceled: { status: 4 },
  'unknown-liveness': { ...YES, liveness: 3 },
  'unknown-state': { status: 6, ...YES, ...LIVE },
  'unknown-result': { unicoId: { result: 'maybe' }, ...LIVE },
  'unknown-everywhere': {
    unicoId: { result: 'likely' },
    identityFraudsters: { result: 'suspicious' },
    ...serpro(-3),
    liveness: 9,
    idCloud: { result: 'postponed' },
    frictionless: { result: 'yes' },
  },
  sparse: { unicoId: null, identityFraudsters: {}, liveness: null },
  bare: {},
};

test.each(Object.entries(PROCESSES_V1_BODIES))(
  'GET processes/v1 responds for the seeded process of %s as documented',
  async (scenario, body) => {
    const id = processesV1IdOf(scenario);
    const response = await client.api('GET', `/processes/v1/${id}`);
    expect(response.json).toEqual({ id, status: 3, ...body });
    expect(response.status).toBe(body['status'] === 5 ? 410 : 200);
  },
);

test.each(Object.keys(PROCESSES_V1_BODIES).filter((scenario) => !/match|adult|minor|age-/.test(scenario)))(
  'an onboarding of %s responds like the seeded process, but an error is a 200',
  async (scenario) => {
    const body = onboardingBody({ code: identityOf(scenario).code });
    const response = await client.api('POST', '/processes/v1', { body });
    expect(response.status).toBe(200);
    expect(response.json).toEqual({ id: expect.any(String), status: 3, ...PROCESSES_V1_BODIES[scenario] });
    const again = await client.api('GET', `/processes/v1/${response.json.id}`);
    expect(again.status).toBe(response.json.status === 5 ? 410 : 200);
  },
);

test('the processes of without-id have no id', async () => {
  const response = await client.api('GET', `/processes/v1/${processesV1IdOf('without-id')}`);
  expect([response.status, response.json]).toEqual([200, { status: 3, unicoId: { result: 'yes' } }]);
  const { json } = await client.idcloud('GET', `/client/v1/process/${idcloudIdOf('without-id')}`);
  expect(json.process).toMatchObject({ state: 'PROCESS_STATE_FINISHED', result: 'PROCESS_RESULT_OK' });
  expect(json.process).not.toHaveProperty('id');
});

/** Scenario → state, result, liveness, identity, fraud, score of the seeded process; `-` for UNSPECIFIED or absent. */
const IDCLOUD_VALUES: Record<string, string> = {
  approved: 'FINISHED OK LIVE POSITIVE INCONCLUSIVE -',
  'approved-strong-score': 'FINISHED OK LIVE INCONCLUSIVE INCONCLUSIVE 85.5',
  'review-moderate-score': 'FINISHED OK LIVE INCONCLUSIVE INCONCLUSIVE 28',
  'review-fraud-signs': 'FINISHED OK LIVE POSITIVE YES -',
  'review-fraud-signs-score': 'FINISHED OK LIVE INCONCLUSIVE YES 20',
  'review-no-score': 'FINISHED OK LIVE INCONCLUSIVE - -',
  'denied-identity': 'FINISHED INVALID_IDENTITY LIVE NEGATIVE INCONCLUSIVE -',
  'denied-liveness': 'FINISHED INVALID_IDENTITY NOT_LIVE INCONCLUSIVE INCONCLUSIVE -',
  'denied-fraud-negative-score': 'FINISHED OK LIVE INCONCLUSIVE YES -62',
  'denied-negative-score': 'FINISHED OK LIVE INCONCLUSIVE INCONCLUSIVE -15',
  'denied-fraud-score-zero': 'FINISHED OK LIVE INCONCLUSIVE YES 0',
  'retry-score-neutral': 'FINISHED OK LIVE INCONCLUSIVE INCONCLUSIVE 0',
  'retry-score-missing': 'FINISHED OK LIVE INCONCLUSIVE INCONCLUSIVE -',
  'retry-identity-not-evaluated': 'FINISHED OK LIVE - - -',
  'retry-invalid-identity': 'FINISHED INVALID_IDENTITY LIVE - - -',
  'retry-liveness-not-evaluated': 'FINISHED OK - POSITIVE INCONCLUSIVE -',
  'no-signal': 'FINISHED OK - - - -',
  failed: 'FAILED ERROR - - - -',
  'result-error': 'FINISHED ERROR - - - -',
  expired: 'FINISHED EXPIRED - - - -',
  'never-finishes': 'CREATED - - - - -',
  divergence: 'FINISHED INVALID_IDENTITY LIVE INCONCLUSIVE - 0',
  'unknown-liveness': 'FINISHED OK SUSPECT POSITIVE INCONCLUSIVE -',
  'unknown-state': 'UNDER_ANALYSIS OK LIVE POSITIVE INCONCLUSIVE -',
  'unknown-result': 'FINISHED WARNING LIVE POSITIVE INCONCLUSIVE -',
  'unknown-everywhere': 'FINISHED PARTIAL SUSPECT LIKELY SUSPICIOUS -',
};

const readIdcloud = async (scenario: string) =>
  (await client.idcloud('GET', `/client/v1/process/${idcloudIdOf(scenario)}`)).json.process;

const withoutPrefix = (value: string) => value.replace(/^.*_(STATE|RESULT)_/, '').replace('UNSPECIFIED', '-');

test.each(Object.entries(IDCLOUD_VALUES))(
  'the seeded idcloud process of %s has the values %s',
  async (scenario, values) => {
    const process = await readIdcloud(scenario);
    const info = process.authenticationInfo;
    const { scoreEnabled, score = '-' } = info.scoreEngineResult;
    const prefixed = [
      process.state,
      process.result,
      info.livenessResult,
      info.authenticationResult,
      info.identityFraudstersResult,
    ].map(withoutPrefix);
    expect([...prefixed, scoreEnabled === 'SCORE_ENABLED_TRUE' ? score : '-'].join(' ')).toBe(values);
  },
);

test.each([
  ['face-match', { bioTokenEngineResult: 'BIO_TOKEN_ENGINE_RESULT_POSITIVE' }],
  ['face-mismatch', { bioTokenEngineResult: 'BIO_TOKEN_ENGINE_RESULT_NEGATIVE' }],
  ['revalidation-positive', { smartRevalidationResult: 'SMART_REVALIDATION_RESULT_POSITIVE' }],
  ['revalidation-negative', { smartRevalidationResult: 'SMART_REVALIDATION_RESULT_NEGATIVE' }],
  ['adult', { idAgeResult: 'ID_AGE_RESULT_POSITIVE' }],
  ['minor', { idAgeResult: 'ID_AGE_RESULT_NEGATIVE' }],
  ['age-inconclusive', { idAgeResult: 'ID_AGE_RESULT_INCONCLUSIVE' }],
  ['serpro-no-face', { serproResult: { score: -1 } }],
  ['serpro-error', { serproResult: { score: -2 } }],
])('the seeded idcloud process of %s has the authenticationInfo %o', async (scenario, info) => {
  expect((await readIdcloud(scenario)).authenticationInfo).toMatchObject(info);
});

test('a seeded 1:1 process has the approved process as its reference', async () => {
  const approved = await readIdcloud('approved');
  expect((await readIdcloud('face-match')).bioTokenData).toEqual({
    referenceProcessId: approved.id,
    authenticationId: approved.authenticationInfo.authenticationId,
  });
  expect(approved).not.toHaveProperty('bioTokenData');
});

test('a seeded idcloud process has a document with every OCR field, another has a document with another CPF', async () => {
  const full = (await readIdcloud('document-full-ocr')).services[0].documents[0];
  expect(full).toMatchObject({
    cpf_match: true,
    doc: { code: 'CNH', data: { categoria: 'B', filiacao: expect.any(Array) } },
  });
  const failed = (await readIdcloud('document-check-failed')).services[0].documents[0];
  expect(failed).toMatchObject({ cpf_match: false, doc: { data: { cpfNumero: '98765432100' } } });
});

test('the idcloud processes of sparse and bare have null or missing properties', async () => {
  expect(await readIdcloud('sparse')).toMatchObject({ person: null, services: null, flow: null });
  expect(Object.keys(await readIdcloud('bare'))).toEqual(['id', 'state']);
});

test('a person who is not in the table of identities is approved', async () => {
  const { json } = await client.api('POST', '/processes/v1', {
    body: onboardingBody({ code: '98765432100', name: 'Nadia Negative' }),
  });
  expect(json).toMatchObject({ status: 3, unicoId: { result: 'yes' } });
  const response = await client.idcloud(
    'POST',
    '/client/v1/process',
    idcloudCreationBody({}, { duiValue: '98765432100' }),
  );
  expect(response.json.process.state).toBe('PROCESS_STATE_CREATED');
});
