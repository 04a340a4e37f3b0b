import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isCpf, isCurp, isUuid } from '../../../../sandbox/lib/check-digits.ts';
import { IDENTITIES } from '../../../../sandbox/identities/index.ts';
import { journey, onboarding, startKit } from '../../../support/sandbox-client.ts';
import type { Kit } from '../../../support/sandbox-client.ts';

let kit: Kit;

beforeAll(async () => {
  kit = await startKit({ slowMs: 1 });
});

afterAll(() => kit.close());

const repeated = (values: (string | undefined)[]) =>
  values.filter((value, at) => value !== undefined && values.indexOf(value) !== at);

const scenarioOf = (code: string) => IDENTITIES.find((row) => row.code === code)?.scenario;

describe('the table', () => {
  test('no two rows share a scenario, a code, a name or an id', () => {
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
    '$scenario: $what',
    ({ scenario, code, name, idcloudProcessId, processesProcessId }) => {
      expect(scenario).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(isCpf(code) || isCurp(code)).toBe(true);
      expect(name.length).toBeLessThanOrEqual(50);
      const ids = [idcloudProcessId, processesProcessId].filter((id) => id !== null);
      expect(ids.every(isUuid)).toBe(true);
    },
  );

  test('the two well-known CPFs and the four published CURPs are in it', () => {
    expect(scenarioOf('12345678909')).toBe('approved');
    expect(scenarioOf('73689290074')).toBe('approved-strong-score');
    expect(scenarioOf('HEWW580907HGRSHL05')).toBe('orchestrated-reproved');
    expect(scenarioOf('BAWB700219HNLTYR01')).toBe('orchestrated-risk-high');
    expect(scenarioOf('IIFA830702HDFGNN06')).toBe('orchestrated-risk-critical');
    expect(scenarioOf('PASP901014HDFRPT03')).toBe('orchestrated-inconclusive');
  });
});

const yes = { unicoId: { result: 'yes' } };
const no = { unicoId: { result: 'no' } };
const inconclusive = { unicoId: { result: 'inconclusive' } };
const noFraud = { identityFraudsters: { result: 'inconclusive' } };
const fraud = { identityFraudsters: { result: 'yes' } };
const serpro = (score = 87) => ({ government: { serpro: score } });
const live = { liveness: 1 };

/** Scenario → what GET processes/v1 says, apart from the id; status 3 unless it says another. */
const analyses: Record<string, Record<string, unknown>> = {
  approved: { ...yes, ...noFraud, ...serpro(), ...live },
  'approved-strong-score': { ...inconclusive, ...noFraud, ...serpro(), ...live, score: 85 },
  'approved-liveness-omitted': yes,
  'review-moderate-score': { ...inconclusive, ...live, score: 28 },
  'review-fraud-signs': { ...yes, ...fraud, ...serpro(), ...live },
  'review-fraud-signs-score': { ...inconclusive, ...fraud, ...serpro(), ...live, score: 20 },
  'review-no-score': { ...inconclusive, ...live },
  'denied-identity': no,
  'denied-liveness': { ...inconclusive, liveness: 2 },
  'denied-fraud-negative-score': { ...inconclusive, ...fraud, ...serpro(), ...live, score: -62 },
  'denied-negative-score': { ...inconclusive, ...noFraud, ...serpro(), ...live, score: -15 },
  'denied-fraud-score-zero': { ...inconclusive, ...fraud, ...serpro(), ...live, score: 0 },
  'retry-score-neutral': { ...inconclusive, ...noFraud, ...serpro(), ...live, score: 0 },
  'retry-score-missing': { ...inconclusive, ...noFraud, ...serpro(), ...live },
  'retry-identity-not-evaluated': live,
  'no-signal': {},
  'serpro-no-face': { ...yes, ...noFraud, ...serpro(-1), ...live },
  'serpro-error': { ...yes, ...noFraud, ...serpro(-2), ...live },
  'face-match': { authenticated: true, ...live },
  'face-mismatch': { authenticated: false, ...live },
  adult: { ...live, idAge: { result: 'yes' } },
  minor: { ...live, idAge: { result: 'no' } },
  'age-inconclusive': { ...live, idAge: { result: 'inconclusive' } },
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
  'never-finishes': { status: 1, ...inconclusive, ...noFraud, ...live },
  'pending-then-done': { status: 1, ...inconclusive, ...noFraud, ...live },
  'pending-fraud': { status: 1, ...inconclusive, ...fraud, ...live },
  divergence: { status: 2, ...inconclusive, ...live },
  canceled: { status: 4 },
  'unknown-liveness': { ...yes, liveness: 3 },
  'unknown-state': { status: 6, ...yes, ...live },
  'unknown-result': { unicoId: { result: 'maybe' }, ...live },
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

test.each(Object.entries(analyses))('processes/v1 of %s', async (scenario, body) => {
  const id = IDENTITIES.find((row) => row.scenario === scenario)?.processesProcessId ?? '';
  const answer = await kit.api('GET', `/processes/v1/${id}`);
  expect(answer.json).toEqual({ id, status: 3, ...body });
  expect(answer.status).toBe(body['status'] === 5 ? 410 : 200);
});

test.each(Object.keys(analyses).filter((scenario) => !/match|adult|minor|age-/.test(scenario)))(
  'onboarding %s answers what the seeded process says, and an error as a 200',
  async (scenario) => {
    const row = IDENTITIES.find((one) => one.scenario === scenario);
    const answer = await kit.api('POST', '/processes/v1', onboarding({ code: row?.code }));
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({ id: expect.any(String), status: 3, ...analyses[scenario] });
    const again = await kit.api('GET', `/processes/v1/${answer.json.id}`);
    expect(again.status).toBe(answer.json.status === 5 ? 410 : 200);
  },
);

test('a promised id can be missing', async () => {
  const row = IDENTITIES.find((one) => one.scenario === 'without-id');
  const answer = await kit.api('GET', `/processes/v1/${row?.processesProcessId}`);
  expect([answer.status, answer.json]).toEqual([200, { status: 3, unicoId: { result: 'yes' } }]);
  const { json } = await kit.idcloud('GET', `/client/v1/process/${row?.idcloudProcessId}`);
  expect(json.process).toMatchObject({ state: 'PROCESS_STATE_FINISHED', result: 'PROCESS_RESULT_OK' });
  expect(json.process).not.toHaveProperty('id');
});

/** Scenario → state, result, liveness, identity, fraud, score of the seeded journey; `-` for UNSPECIFIED or absent. */
const journeys: Record<string, string> = {
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

const seededJourney = async (scenario: string) => {
  const id = IDENTITIES.find((row) => row.scenario === scenario)?.idcloudProcessId ?? '';
  return (await kit.idcloud('GET', `/client/v1/process/${id}`)).json.process;
};

const short = (word: string) => word.replace(/^.*_(STATE|RESULT)_/, '').replace('UNSPECIFIED', '-');

test.each(Object.entries(journeys))('the journey of %s: %s', async (scenario, words) => {
  const process = await seededJourney(scenario);
  const info = process.authenticationInfo;
  const { scoreEnabled, score = '-' } = info.scoreEngineResult;
  const seen = [
    process.state,
    process.result,
    info.livenessResult,
    info.authenticationResult,
    info.identityFraudstersResult,
  ].map(short);
  expect([...seen, scoreEnabled === 'SCORE_ENABLED_TRUE' ? score : '-'].join(' ')).toBe(words);
});

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
])('the journey of %s says %o', async (scenario, info) => {
  expect((await seededJourney(scenario)).authenticationInfo).toMatchObject(info);
});

test('a seeded 1:1 journey names the approved one as its reference', async () => {
  const approved = await seededJourney('approved');
  expect((await seededJourney('face-match')).bioTokenData).toEqual({
    referenceProcessId: approved.id,
    authenticationId: approved.authenticationInfo.authenticationId,
  });
  expect(approved).not.toHaveProperty('bioTokenData');
});

test('a document with every field, and one whose CPF is another', async () => {
  const full = (await seededJourney('document-full-ocr')).services[0].documents[0];
  expect(full).toMatchObject({
    cpf_match: true,
    doc: { code: 'CNH', data: { categoria: 'B', filiacao: expect.any(Array) } },
  });
  const failed = (await seededJourney('document-check-failed')).services[0].documents[0];
  expect(failed).toMatchObject({ cpf_match: false, doc: { data: { cpfNumero: '98765432100' } } });
});

test('promised members can be missing or null', async () => {
  expect(await seededJourney('sparse')).toMatchObject({ person: null, services: null, flow: null });
  expect(Object.keys(await seededJourney('bare'))).toEqual(['id', 'state']);
});

test('anybody who is not in the table is approved', async () => {
  const { json } = await kit.api(
    'POST',
    '/processes/v1',
    onboarding({ code: '98765432100', name: 'Nadia Negative' }),
  );
  expect(json).toMatchObject({ status: 3, unicoId: { result: 'yes' } });
  const answer = await kit.idcloud('POST', '/client/v1/process', journey({}, { duiValue: '98765432100' }));
  expect(answer.json.process.state).toBe('PROCESS_STATE_CREATED');
});
