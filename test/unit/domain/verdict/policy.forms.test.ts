import { expect, test } from 'vitest';
import type { SignalPromise } from '../../../../src/domain/capability.ts';
import type { Process } from '../../../../src/domain/process.ts';
import type { Confirmation } from '../../../../src/domain/verdict/confirmations.ts';
import {
  HOLDER,
  OPEN,
  scoreOf,
  PASSED,
  finished,
  ONBOARDING,
  WITH_LIVENESS,
  TRANSACTIONAL,
  DOCUMENT,
  REUSED,
  AGE,
  YES,
  INCONCLUSIVE,
  advice,
} from '../../../support/verdict-processes.ts';
import {
  idcloudProcess,
  outcomeOfProcess as outcome,
  POLICY_BY_DEFAULT,
  v1Process,
} from '../../../support/verdicts.ts';

const FORMS: [title: string, promise: SignalPromise | null, body: object, outcome: string][] = [
  ['onboarding, yes', ONBOARDING, YES, 'APPROVED IDENTITY_CONFIRMED'],
  ['onboarding, no', ONBOARDING, { unicoId: { result: 'no' } }, 'DENIED IDENTITY_MISMATCH'],
  [
    'onboarding, a strong score',
    ONBOARDING,
    { ...INCONCLUSIVE, liveness: 1, score: 50 },
    'APPROVED SCORE_STRONG',
  ],
  [
    'onboarding, a strong score without the promised liveness',
    WITH_LIVENESS,
    { ...INCONCLUSIVE, score: 50 },
    'RETRY LIVENESS_UNAVAILABLE',
  ],
  ['onboarding, liveness alone', ONBOARDING, { liveness: 1 }, 'RETRY IDENTITY_UNAVAILABLE'],
  [
    'orchestrated, approved',
    ONBOARDING,
    { ...INCONCLUSIVE, ...advice('approved') },
    'APPROVED ORCHESTRATED_APPROVED',
  ],
  [
    'orchestrated, reproved beside an unknown word',
    ONBOARDING,
    { unicoId: { result: 'maybe' }, ...advice('reproved') },
    'DENIED ORCHESTRATED_DENIED',
  ],
  ['orchestrated, risk-high', ONBOARDING, advice('risk-high'), 'REVIEW ORCHESTRATED_REVIEW'],
  ['orchestrated, retry', ONBOARDING, advice('retry'), 'RETRY ORCHESTRATED_RETRY'],
  [
    'riskLevel approved, a fraud-risk-only key',
    ['fraud-risk'],
    { riskLevel: { result: 'approved' } },
    'APPROVED FRAUD_RISK_CLEARED',
  ],
  [
    'riskLevel approved, onboarding',
    ONBOARDING,
    { riskLevel: { result: 'approved' } },
    'RETRY IDENTITY_UNAVAILABLE',
  ],
  [
    'riskLevel approved, made elsewhere',
    null,
    { riskLevel: { result: 'approved' } },
    'REVIEW EVIDENCE_INCOMPLETE',
  ],
  [
    'transactional, authenticated',
    TRANSACTIONAL,
    { authenticated: true, liveness: 1 },
    'APPROVED FACE_CONFIRMED LIVENESS_CONFIRMED',
  ],
  ['transactional, liveness alone', TRANSACTIONAL, { liveness: 1 }, 'RETRY FACE_MATCH_UNAVAILABLE'],
  ['transactional, another face', TRANSACTIONAL, { authenticated: false }, 'DENIED FACE_MISMATCH'],
  [
    'transactional, no promised liveness',
    ['liveness', 'face-match'],
    { authenticated: true },
    'RETRY LIVENESS_UNAVAILABLE',
  ],
  [
    'document, all checks',
    DOCUMENT,
    { document: { cpfMatch: true, faceMatch: true } },
    'APPROVED DOCUMENT_CONFIRMED',
  ],
  ['document, no face', DOCUMENT, { document: { cpfMatch: true } }, 'RETRY DOCUMENT_CHECK_UNAVAILABLE'],
  ['document, reused without a face', REUSED, { document: { cpfMatch: true } }, 'REVIEW EVIDENCE_INCOMPLETE'],
  [
    'document, another holder',
    DOCUMENT,
    { document: { cpfMatch: false, faceMatch: true } },
    'REVIEW DOCUMENT_CHECK_FAILED',
  ],
  [
    'document, two and one unchecked',
    DOCUMENT,
    { document: [{ cpfMatch: true, faceMatch: true }, { cpfMatch: true }] },
    'REVIEW EVIDENCE_INCOMPLETE',
  ],
  [
    'ageVerification, an adult',
    AGE,
    { liveness: 1, idAge: { result: 'yes' } },
    'APPROVED AGE_CONFIRMED LIVENESS_CONFIRMED',
  ],
  ['ageVerification, a minor', AGE, { idAge: { result: 'no' } }, 'DENIED UNDERAGE'],
  ['ageVerification, inconclusive', AGE, { idAge: { result: 'inconclusive' } }, 'REVIEW AGE_INCONCLUSIVE'],
  ['ageVerification, no age', AGE, { liveness: 1 }, 'RETRY AGE_UNAVAILABLE'],
  ['ageVerification, an identity instead', AGE, { liveness: 1, ...YES }, 'RETRY AGE_UNAVAILABLE'],
  [
    'ageVerification, a scalar that may be the age',
    AGE,
    { liveness: 1, ageVerification: 'no' },
    'REVIEW UNKNOWN_UPSTREAM_VALUE',
  ],
  ['made elsewhere, yes', null, YES, 'APPROVED IDENTITY_CONFIRMED'],
  [
    'made elsewhere, authenticated',
    null,
    { authenticated: true, liveness: 1 },
    'APPROVED FACE_CONFIRMED LIVENESS_CONFIRMED',
  ],
  ['made elsewhere, liveness alone', null, { liveness: 1 }, 'REVIEW EVIDENCE_INCOMPLETE'],
  [
    'made elsewhere, a scalar that may be an age',
    null,
    { ...YES, ageVerification: 'no' },
    'REVIEW UNKNOWN_UPSTREAM_VALUE',
  ],
  ['made elsewhere, nothing', null, {}, 'REVIEW EVIDENCE_INCOMPLETE'],
  [
    'made elsewhere, no score where fraud was checked',
    null,
    { ...INCONCLUSIVE, liveness: 1, identityFraudsters: { result: 'inconclusive' } },
    'RETRY SCORE_UNAVAILABLE',
  ],
  [
    'made elsewhere, a moderate score',
    null,
    { ...INCONCLUSIVE, liveness: 1, score: 28 },
    'REVIEW SCORE_MODERATE',
  ],
  [
    'a score in hexadecimal',
    ONBOARDING,
    { ...INCONCLUSIVE, liveness: 1, score: '0x55' },
    'REVIEW UNKNOWN_UPSTREAM_VALUE',
  ],
];

test.each(FORMS)('the form %s is decided by the policy', (_title, promise, body, expected) => {
  expect(outcome(v1Process({ status: 3, ...body }, promise))).toBe(expected);
});

test.each<[string, Process, Confirmation[], string]>([
  ['an identity', finished('id', HOLDER), ['IDENTITY', 'LIVENESS'], 'PROCEED'],
  ['a strong score', finished('idcheck', { ...OPEN, ...scoreOf(85) }), ['IDENTITY', 'LIVENESS'], 'PROCEED'],
  ['advice', v1Process({ status: 3, ...advice('approved') }, ONBOARDING), ['IDENTITY'], 'PROCEED'],
  ['a 1:1', v1Process({ status: 3, authenticated: true }, TRANSACTIONAL), ['SAME_PERSON'], 'PROCEED'],
  [
    'a revalidation',
    finished('idsmart', { smartRevalidationResult: 'POSITIVE' }),
    ['SAME_PERSON'],
    'PROCEED',
  ],
  ['an age', v1Process({ status: 3, idAge: { result: 'yes' } }, AGE), ['AGE'], 'PROCEED'],
  [
    'a document',
    v1Process({ status: 3, document: { cpfMatch: true, faceMatch: true } }, DOCUMENT),
    ['DOCUMENT'],
    'PROCEED',
  ],
  ['liveness', finished('idlive', { livenessResult: 'LIVE' }), ['LIVENESS'], 'PROCEED'],
  [
    'a cleared fraud risk',
    v1Process({ status: 3, riskLevel: { result: 'approved' } }, ['fraud-risk']),
    ['FRAUD_RISK'],
    'PROCEED',
  ],
  ['nothing, when denied', finished('id', { ...HOLDER, livenessResult: 'NOT_LIVE' }), [], 'STOP'],
  ['nothing, when reviewed', finished('ours', { livenessResult: 'LIVE' }), [], 'HUMAN_REVIEW'],
  [
    'nothing, in a journey that has to start again',
    finished('id', { livenessResult: 'LIVE' }),
    [],
    'START_AGAIN',
  ],
  ['nothing, with a selfie to repeat', v1Process({ status: 3 }, AGE), [], 'NEW_SELFIE'],
  [
    'nothing, with a document to photograph again',
    v1Process({ status: 3 }, DOCUMENT),
    [],
    'NEW_DOCUMENT_PHOTO',
  ],
  ['nothing, after an error', v1Process({ status: 5 }, DOCUMENT), [], 'START_AGAIN'],
  ['nothing, while Unico works', v1Process({ status: 1 }, ONBOARDING), [], 'WAIT'],
  ['nothing, in a journey', idcloudProcess({ flow: 'id', state: 'CREATED' }), [], 'CONTINUE_JOURNEY'],
  [
    'nothing, without a document number',
    idcloudProcess({ state: 'AWAITING_FOR_DOCUMENT' }),
    [],
    'GIVE_DOCUMENT_NUMBER',
  ],
])('a verdict on %s says what it confirms and what to do next', (_title, process, confirms, nextStep) => {
  expect(POLICY_BY_DEFAULT.verdictOf(process)).toMatchObject({ confirms, nextStep });
});

test.each<[string, Process, string, Confirmation[]]>([
  [
    'a 1:1 with advice to approve',
    v1Process({ status: 3, authenticated: true, ...advice('approved') }, TRANSACTIONAL),
    'APPROVED FACE_CONFIRMED',
    ['SAME_PERSON'],
  ],
  [
    'an inconclusive age with advice to approve',
    v1Process({ status: 3, idAge: { result: 'inconclusive' }, ...advice('approved') }, AGE),
    'REVIEW AGE_INCONCLUSIVE',
    [],
  ],
  [
    'an age with advice to approve',
    v1Process({ status: 3, idAge: { result: 'yes' }, ...advice('approved') }, AGE),
    'APPROVED AGE_CONFIRMED',
    ['AGE'],
  ],
  [
    'a 1:1 of an orchestrated APIKEY without advice',
    v1Process({ status: 3, authenticated: true, liveness: 1 }, ['liveness', 'face-match', 'orchestrated']),
    'APPROVED FACE_CONFIRMED LIVENESS_CONFIRMED',
    ['SAME_PERSON', 'LIVENESS'],
  ],
  [
    'no advice where there is nothing else',
    v1Process({ status: 3, liveness: 1 }, ['orchestrated']),
    'RETRY IDENTITY_UNAVAILABLE',
    [],
  ],
  [
    'a strong score beside a good document',
    finished('iddocs', { ...OPEN, ...scoreOf(85) }, PASSED),
    'APPROVED SCORE_STRONG',
    ['IDENTITY', 'DOCUMENT', 'LIVENESS'],
  ],
  [
    'a strong score without liveness, made elsewhere',
    v1Process({ status: 3, ...INCONCLUSIVE, score: 85 }),
    'REVIEW EVIDENCE_INCOMPLETE',
    [],
  ],
  [
    'creditoconsignado with an unreadable similarity',
    finished('creditoconsignado', { ...HOLDER, serproResult: { score: -3 } }),
    'REVIEW EVIDENCE_INCOMPLETE',
    [],
  ],
  [
    'creditoconsignado without a similarity',
    finished('creditoconsignado', HOLDER),
    'REVIEW EVIDENCE_INCOMPLETE',
    [],
  ],
  [
    'an invalid identity with a positive 1:1 where the capacities name a face',
    idcloudProcess({
      flow: 'ours',
      state: 'FINISHED',
      result: 'INVALID_IDENTITY',
      capacities: ['liveness', 'face_match'],
      authenticationInfo: { livenessResult: 'LIVE', bioTokenEngineResult: 'POSITIVE' },
    }),
    'REVIEW INVALID_IDENTITY',
    [],
  ],
  [
    'a reused document whose id was empty',
    v1Process({ status: 3, document: { cpfMatch: true } }, DOCUMENT),
    'RETRY DOCUMENT_CHECK_UNAVAILABLE',
    [],
  ],
])('%s is decided by what was promised', (_title, process, expected, confirms) => {
  expect(outcome(process)).toBe(expected);
  expect(POLICY_BY_DEFAULT.verdictOf(process).confirms).toEqual(confirms);
});
