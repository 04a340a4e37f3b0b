import { describe, expect, test } from 'vitest';
import type { Document } from '../../../../src/domain/document.ts';
import type { Serpro } from '../../../../src/domain/signals.ts';
import { decide } from '../../../../src/domain/verdict/policy.ts';
import { document, evidence, score, type Facts } from '../../../support/evidence.ts';

type Known = Partial<Facts>;

/** A promise, what is known of a finished process, and what is decided, `APPROVED IDENTITY_CONFIRMED …`. */
type Case = [promise: string, known: Known, outcome: string];

const LIVE: Known = { liveness: 'LIVE' };
const MASK: Known = { liveness: 'NOT_LIVE' };
const HOLDER: Known = { liveness: 'LIVE', identity: 'POSITIVE' };
const STRANGER: Known = { liveness: 'LIVE', identity: 'NEGATIVE' };
/** The identity is open: Unico could not determine whose face it is. */
const OPEN: Known = { liveness: 'LIVE', identity: 'INCONCLUSIVE' };
const INVALID: Known = { result: 'INVALID_IDENTITY' };
const FRAUD: Known = { fraudRisk: 'SIGNS_FOUND' };
const NO_FRAUD: Known = { fraudRisk: 'NO_SIGNS_FOUND' };

const scored = (value: number): Known => ({ riskScore: score(value) });
const papers = (...checks: Partial<Document>[]): Known => ({ documents: checks.map(document) });
const serpro = (status: Serpro['status']): Known => ({ serpro: { similarity: null, status } });
const PASSED = { cpfMatch: true, faceMatch: true, validated: true };

const APPROVED_HOLDER = 'APPROVED IDENTITY_CONFIRMED LIVENESS_CONFIRMED';
const UNKNOWN_VALUE = 'REVIEW UNKNOWN_UPSTREAM_VALUE';

const CASES: Record<string, Case[]> = {
  'row 1, not finished': [
    [
      'a process whose person is still on the journey is pending',
      { state: 'CREATED' },
      'PENDING IN_PROGRESS',
    ],
    [
      'a process that waits for a document is pending, and says so',
      { state: 'AWAITING_DOCUMENT' },
      'PENDING AWAITING_DOCUMENT',
    ],
    ['good signs end no analysis', { ...HOLDER, state: 'PROCESSING' }, 'PENDING IN_PROGRESS'],
    ['bad signs end no analysis either', { ...OPEN, ...FRAUD, state: 'DIVERGENT' }, 'PENDING IN_PROGRESS'],
    ['an unknown value ends no analysis', { state: 'CREATED', liveness: 'UNKNOWN' }, 'PENDING IN_PROGRESS'],
    ['a process in an unknown state is not pending', { state: 'UNKNOWN' }, UNKNOWN_VALUE],
  ],
  'row 2, an error of processing': [
    ['a failed process is tried again', { state: 'FAILED' }, 'RETRY PROCESSING_ERROR'],
    ['an error for a result is tried again', { result: 'ERROR' }, 'RETRY PROCESSING_ERROR'],
    ['good signs do not undo an error', { ...HOLDER, result: 'ERROR' }, 'RETRY PROCESSING_ERROR'],
    ['an error denies no process', { ...MASK, state: 'FAILED' }, 'RETRY PROCESSING_ERROR'],
    ['a result that is no error goes on to the signals', { ...HOLDER, result: 'OK' }, APPROVED_HOLDER],
  ],
  'row 3, expired': [
    ['a journey that ran out of time starts again', { result: 'EXPIRED' }, 'RETRY JOURNEY_EXPIRED'],
    ['good signs do not revive it', { ...HOLDER, result: 'EXPIRED' }, 'RETRY JOURNEY_EXPIRED'],
    ['a failure goes before', { state: 'FAILED', result: 'EXPIRED' }, 'RETRY PROCESSING_ERROR'],
  ],
  'row 4, cancelled': [
    ['a cancelled process starts again', { state: 'CANCELED' }, 'RETRY CANCELED'],
    ['good signs do not revive it', { ...HOLDER, state: 'CANCELED' }, 'RETRY CANCELED'],
    ['bad signs do not deny it', { ...MASK, state: 'CANCELED' }, 'RETRY CANCELED'],
  ],
  'row 5, no living person': [
    ['a mask is denied', MASK, 'DENIED LIVENESS_FAILED'],
    ['a mask of the holder is denied', { ...HOLDER, ...MASK }, 'DENIED LIVENESS_FAILED'],
    ['a strong score saves no mask', { ...OPEN, ...MASK, ...scored(90) }, 'DENIED LIVENESS_FAILED'],
    ['the mask is the reason, not the mismatch', { ...STRANGER, ...MASK }, 'DENIED LIVENESS_FAILED'],
    ['an unknown word saves no mask', { ...MASK, age: 'UNKNOWN' }, 'DENIED LIVENESS_FAILED'],
    ['a liveness left out is no mask', { identity: 'POSITIVE' }, 'APPROVED IDENTITY_CONFIRMED'],
  ],
  'row 6, the wrong person': [
    ['a living face of the wrong person is denied', STRANGER, 'DENIED IDENTITY_MISMATCH'],
    ['a face other than the reference is denied', { ...LIVE, faceMatch: 'NEGATIVE' }, 'DENIED FACE_MISMATCH'],
    ['a person other than before is denied', { smartRevalidation: 'NEGATIVE' }, 'DENIED REVALIDATION_FAILED'],
    ['a minor is denied', { ...HOLDER, age: 'MINOR' }, 'DENIED UNDERAGE'],
    ['every reason is given', { ...STRANGER, age: 'MINOR' }, 'DENIED IDENTITY_MISMATCH UNDERAGE'],
    ['a strong score saves no stranger', { ...STRANGER, ...scored(90) }, 'DENIED IDENTITY_MISMATCH'],
    ['an unknown word saves none', { ...STRANGER, liveness: 'UNKNOWN' }, 'DENIED IDENTITY_MISMATCH'],
    ['advice saves none', { faceMatch: 'NEGATIVE', orchestration: 'APPROVED' }, 'DENIED FACE_MISMATCH'],
  ],
  'row 7, a value that is not known': [
    ['a new word for the state is reviewed', { ...HOLDER, state: 'UNKNOWN' }, UNKNOWN_VALUE],
    ['… for the result', { ...HOLDER, result: 'UNKNOWN' }, UNKNOWN_VALUE],
    ['… for the liveness', { ...HOLDER, liveness: 'UNKNOWN' }, UNKNOWN_VALUE],
    ['… for the identity', { ...LIVE, identity: 'UNKNOWN' }, UNKNOWN_VALUE],
    ['… for the fraud risk', { ...HOLDER, fraudRisk: 'UNKNOWN' }, UNKNOWN_VALUE],
    ['… for the 1:1 comparison', { ...HOLDER, faceMatch: 'UNKNOWN' }, UNKNOWN_VALUE],
    ['… for the revalidation', { ...HOLDER, smartRevalidation: 'UNKNOWN' }, UNKNOWN_VALUE],
    ['… for the age', { ...HOLDER, age: 'UNKNOWN' }, UNKNOWN_VALUE],
    ['… for the advice', { ...HOLDER, orchestration: 'UNKNOWN' }, UNKNOWN_VALUE],
    ['a score that is no number', { ...OPEN, riskScore: { value: null, band: null } }, UNKNOWN_VALUE],
    ['a score above 100', { ...OPEN, ...scored(101) }, UNKNOWN_VALUE],
    ['a score that is not readable, of the holder', { ...HOLDER, ...scored(-101) }, UNKNOWN_VALUE],
    ['a check of a document', { ...HOLDER, ...papers({ cpfMatch: 'UNKNOWN' }) }, UNKNOWN_VALUE],
    ['… of its face', { ...HOLDER, ...papers({ ...PASSED, faceMatch: 'UNKNOWN' }) }, UNKNOWN_VALUE],
    ['… of its validity', papers(PASSED, { validated: 'UNKNOWN' }), UNKNOWN_VALUE],
    ['… next to one that failed', papers({ cpfMatch: false, validated: 'UNKNOWN' }), UNKNOWN_VALUE],
    ['no check saves a mask', { ...MASK, ...papers({ cpfMatch: 'UNKNOWN' }) }, 'DENIED LIVENESS_FAILED'],
    ['it goes before what is missing', { flow: 'id', age: 'UNKNOWN' }, UNKNOWN_VALUE],
  ],
  'rows 8 and 9, an invalid identity': [
    ['without a look at the identity: again', { ...LIVE, ...INVALID }, 'RETRY IDENTITY_UNAVAILABLE'],
    ['without any signal: again', INVALID, 'RETRY IDENTITY_UNAVAILABLE'],
    ['after a look: denied', { ...OPEN, ...INVALID }, 'DENIED INVALID_IDENTITY'],
    ['in spite of the face: denied', { ...HOLDER, ...INVALID }, 'DENIED INVALID_IDENTITY'],
    ['no strong score outweighs it', { ...OPEN, ...INVALID, ...scored(90) }, 'DENIED INVALID_IDENTITY'],
    ['the cause is named where there is one', { ...INVALID, ...MASK }, 'DENIED LIVENESS_FAILED'],
  ],
  'row 10, a signal that the flow includes is missing': [
    ['idlive without liveness', { flow: 'idlive', result: 'OK' }, 'RETRY LIVENESS_UNAVAILABLE'],
    ['id without identity', { flow: 'id', ...LIVE }, 'RETRY IDENTITY_UNAVAILABLE'],
    ['id without either', { flow: 'id' }, 'RETRY LIVENESS_UNAVAILABLE IDENTITY_UNAVAILABLE'],
    ['an identity is no liveness', { flow: 'id', identity: 'POSITIVE' }, 'RETRY LIVENESS_UNAVAILABLE'],
    ['an age is no identity', { flow: 'idage', ...LIVE, age: 'ADULT' }, 'RETRY IDENTITY_UNAVAILABLE'],
    ['idlive needs no identity', { flow: 'idlive', ...LIVE }, 'APPROVED LIVENESS_CONFIRMED'],
    [
      'idsmart needs no face',
      { flow: 'idsmart', smartRevalidation: 'POSITIVE' },
      'APPROVED REVALIDATION_CONFIRMED',
    ],
    ['idtoken without the 1:1', { flow: 'idtoken', ...LIVE }, 'RETRY FACE_MATCH_UNAVAILABLE'],
    [
      'idtokentrust without anything',
      { flow: 'idtokentrust' },
      'RETRY LIVENESS_UNAVAILABLE FACE_MATCH_UNAVAILABLE',
    ],
    ['an identity is no 1:1', { flow: 'idtokensign', ...HOLDER }, 'RETRY FACE_MATCH_UNAVAILABLE'],
    [
      'idtoken needs no identity',
      { flow: 'idtoken', ...LIVE, faceMatch: 'POSITIVE' },
      'APPROVED FACE_CONFIRMED LIVENESS_CONFIRMED',
    ],
    ['idage without the age', { flow: 'idage', ...HOLDER }, 'RETRY AGE_UNAVAILABLE'],
    ['idage without either', { flow: 'idage', ...LIVE }, 'RETRY IDENTITY_UNAVAILABLE AGE_UNAVAILABLE'],
    ['idagedocumentless without the age', { flow: 'idagedocumentless', ...LIVE }, 'RETRY AGE_UNAVAILABLE'],
    [
      'idagedocumentless needs no identity',
      { flow: 'idagedocumentless', ...LIVE, age: 'ADULT' },
      'APPROVED AGE_CONFIRMED LIVENESS_CONFIRMED',
    ],
    ['idsmart without its revalidation', { flow: 'idsmart', result: 'OK' }, 'RETRY REVALIDATION_UNAVAILABLE'],
    ['a face is no revalidation', { flow: 'idsmart', ...HOLDER }, 'RETRY REVALIDATION_UNAVAILABLE'],
    ['who is denied needs no more', { flow: 'idage', ...STRANGER }, 'DENIED IDENTITY_MISMATCH'],
    [
      'it goes before fraud signs',
      { flow: 'idtokentrust', ...LIVE, ...FRAUD },
      'RETRY FACE_MATCH_UNAVAILABLE',
    ],
    [
      'it goes before advice',
      { flow: 'id', ...LIVE, orchestration: 'APPROVED' },
      'RETRY IDENTITY_UNAVAILABLE',
    ],
    ['capacities count', { flow: 'ours', capacities: ['liveness'] }, 'RETRY LIVENESS_UNAVAILABLE'],
    [
      '… for the 1:1',
      { flow: 'ours', capacities: ['PROCESS_CAPACITY_IDTOKEN'], ...HOLDER },
      'RETRY FACE_MATCH_UNAVAILABLE',
    ],
    [
      '… where no flow is named',
      { capacities: ['PROCESS_CAPACITY_IDUNICO'], ...LIVE },
      'RETRY IDENTITY_UNAVAILABLE',
    ],
    [
      'a flow of a tenant with no capacity that is known promises nothing',
      { flow: 'ours', capacities: ['PROCESS_CAPACITY_NEW'], ...LIVE },
      'APPROVED LIVENESS_CONFIRMED',
    ],
    ['what is inconclusive is not missing', { flow: 'id', ...OPEN }, 'REVIEW IDENTITY_INCONCLUSIVE'],
    ['… nor is an age', { flow: 'idage', ...HOLDER, age: 'INCONCLUSIVE' }, 'REVIEW AGE_INCONCLUSIVE'],
  ],
  "row 11, Unico's own advice": [
    ['a denial is followed', { orchestration: 'DENIED' }, 'DENIED ORCHESTRATED_DENIED'],
    ['… in spite of the face', { ...HOLDER, orchestration: 'DENIED' }, 'DENIED ORCHESTRATED_DENIED'],
    ['a review is followed', { ...HOLDER, orchestration: 'REVIEW' }, 'REVIEW ORCHESTRATED_REVIEW'],
    ['a retry is followed', { ...HOLDER, orchestration: 'RETRY' }, 'RETRY ORCHESTRATED_RETRY'],
    [
      'it goes before the score',
      { ...OPEN, ...scored(-9), orchestration: 'REVIEW' },
      'REVIEW ORCHESTRATED_REVIEW',
    ],
    ['an approval alone approves', { orchestration: 'APPROVED' }, 'APPROVED ORCHESTRATED_APPROVED'],
    ['… no open identity', { ...OPEN, orchestration: 'APPROVED' }, 'REVIEW IDENTITY_INCONCLUSIVE'],
    ['… no fraud signs', { ...FRAUD, orchestration: 'APPROVED' }, 'REVIEW FRAUD_SIGNS'],
  ],
  'row 12, an open identity with a negative score': [
    ['a negative score denies', { ...OPEN, ...scored(-62) }, 'DENIED SCORE_NEGATIVE'],
    ['a moderate one too', { ...OPEN, ...NO_FRAUD, ...scored(-1) }, 'DENIED SCORE_NEGATIVE'],
    ['a fraction too', { ...OPEN, ...scored(-0.5) }, 'DENIED SCORE_NEGATIVE'],
    ['fraud signs are named', { ...OPEN, ...FRAUD, ...scored(-62) }, 'DENIED SCORE_NEGATIVE FRAUD_SIGNS'],
    [
      'no document softens it',
      { ...OPEN, ...scored(-1), ...papers({ cpfMatch: false }) },
      'DENIED SCORE_NEGATIVE',
    ],
  ],
  'row 13, an open identity with fraud signs': [
    ['fraud signs without a score deny', { ...OPEN, ...FRAUD }, 'DENIED FRAUD_SIGNS'],
    ['fraud signs with a score of zero deny', { ...OPEN, ...FRAUD, ...scored(0) }, 'DENIED FRAUD_SIGNS'],
    ['not with a positive one', { ...OPEN, ...FRAUD, ...scored(0.5) }, 'REVIEW SCORE_MODERATE FRAUD_SIGNS'],
  ],
  'row 14, an open identity that the score does not settle': [
    ['zero is a bad capture, not a verdict', { ...OPEN, ...NO_FRAUD, ...scored(0) }, 'RETRY SCORE_NEUTRAL'],
    ['also where fraud was not checked', { ...OPEN, ...scored(0) }, 'RETRY SCORE_NEUTRAL'],
    ['a score that should be there', { ...OPEN, ...NO_FRAUD }, 'RETRY SCORE_UNAVAILABLE'],
    [
      'it goes before a document',
      { ...OPEN, ...scored(0), ...papers({ cpfMatch: false }) },
      'RETRY SCORE_NEUTRAL',
    ],
  ],
  'row 15, good signs with a blemish': [
    ['a CPF other than given', { ...HOLDER, ...papers({ cpfMatch: false }) }, 'REVIEW DOCUMENT_CHECK_FAILED'],
    [
      'a face other than printed',
      { ...HOLDER, ...papers({ faceMatch: false }) },
      'REVIEW DOCUMENT_CHECK_FAILED',
    ],
    ['not authentic', { ...HOLDER, ...papers({ validated: false }) }, 'REVIEW DOCUMENT_CHECK_FAILED'],
    ['one of two', { ...HOLDER, ...papers(PASSED, { cpfMatch: false }) }, 'REVIEW DOCUMENT_CHECK_FAILED'],
    [
      'no score makes up for it',
      { ...OPEN, ...scored(90), ...papers({ cpfMatch: false }) },
      'REVIEW DOCUMENT_CHECK_FAILED',
    ],
    ['the holder with fraud signs', { ...HOLDER, ...FRAUD }, 'REVIEW FRAUD_SIGNS'],
    ['fraud signs without an identity', { flow: 'idlivetrust', ...LIVE, ...FRAUD }, 'REVIEW FRAUD_SIGNS'],
    ['the holder with a negative score', { ...HOLDER, ...scored(-62) }, 'REVIEW SCORE_NEGATIVE'],
    ['… even a fraction of one', { ...HOLDER, ...scored(-0.5) }, 'REVIEW SCORE_NEGATIVE'],
    ['a negative score without an identity', { ...LIVE, ...scored(-1) }, 'REVIEW SCORE_NEGATIVE'],
    ['a negative score and nothing else', scored(-100), 'REVIEW SCORE_NEGATIVE'],
    ['a score of zero is no blemish', { ...HOLDER, ...scored(0) }, APPROVED_HOLDER],
    ['nor is a moderate one', { ...HOLDER, ...scored(1) }, APPROVED_HOLDER],
    ['it saves no stranger', { ...STRANGER, ...scored(-62) }, 'DENIED IDENTITY_MISMATCH'],
    ['an adult, perhaps', { ...HOLDER, age: 'INCONCLUSIVE' }, 'REVIEW AGE_INCONCLUSIVE'],
    ['the same face, perhaps', { ...LIVE, faceMatch: 'INCONCLUSIVE' }, 'REVIEW IDENTITY_INCONCLUSIVE'],
    ['the same person, perhaps', { smartRevalidation: 'INCONCLUSIVE' }, 'REVIEW IDENTITY_INCONCLUSIVE'],
    [
      'every reason is given',
      { ...HOLDER, ...FRAUD, ...scored(-9), age: 'INCONCLUSIVE', ...papers({ cpfMatch: false }) },
      'REVIEW DOCUMENT_CHECK_FAILED FRAUD_SIGNS SCORE_NEGATIVE AGE_INCONCLUSIVE',
    ],
    ['a check not made is no blemish', { ...HOLDER, ...papers({}) }, APPROVED_HOLDER],
    [
      'a fresh or untyped document is none',
      { ...HOLDER, ...papers({ reused: false, typified: false }) },
      APPROVED_HOLDER,
    ],
  ],
  'row 16, an open identity with something for it': [
    ['a moderate score is for a human', { ...OPEN, ...scored(28) }, 'REVIEW SCORE_MODERATE'],
    ['49 and a fraction is moderate', { ...OPEN, ...NO_FRAUD, ...scored(49.5) }, 'REVIEW SCORE_MODERATE'],
    ['a strong score with fraud signs', { ...OPEN, ...FRAUD, ...scored(85.5) }, 'REVIEW FRAUD_SIGNS'],
    ['neither score nor fraud check', OPEN, 'REVIEW IDENTITY_INCONCLUSIVE'],
    ['no other good sign settles it', { ...OPEN, faceMatch: 'POSITIVE' }, 'REVIEW IDENTITY_INCONCLUSIVE'],
  ],
  'row 17, an open identity with a strong score': [
    ['a score of 50 approves', { ...OPEN, ...scored(50) }, 'APPROVED SCORE_STRONG'],
    ['a fraction above approves', { ...OPEN, ...NO_FRAUD, ...scored(85.5) }, 'APPROVED SCORE_STRONG'],
    ['a hair below 50 does not', { ...OPEN, ...scored(49.99) }, 'REVIEW SCORE_MODERATE'],
  ],
  'row 18, every signal is good': [
    ['the living holder', HOLDER, APPROVED_HOLDER],
    ['the living holder without fraud signs', { ...HOLDER, ...NO_FRAUD }, APPROVED_HOLDER],
    ['a living person, where that was the question', LIVE, 'APPROVED LIVENESS_CONFIRMED'],
    ['an adult', { ...LIVE, age: 'ADULT' }, 'APPROVED AGE_CONFIRMED LIVENESS_CONFIRMED'],
    ['a document', papers(PASSED), 'APPROVED DOCUMENT_CONFIRMED'],
    ['the same face', { ...LIVE, faceMatch: 'POSITIVE' }, 'APPROVED FACE_CONFIRMED LIVENESS_CONFIRMED'],
  ],
  'row 19, nothing was evaluated': [
    ['a finished process without signals', {}, 'RETRY NO_SIGNAL'],
    ['OK is not an approval', { result: 'OK' }, 'RETRY NO_SIGNAL'],
    ['finding no fraud signs is not a clean bill', { result: 'OK', ...NO_FRAUD }, 'RETRY NO_SIGNAL'],
    ['a score without an identity is not an approval', scored(90), 'RETRY NO_SIGNAL'],
    ['a comparison of Serpro is not an approval', serpro('COMPARED'), 'RETRY NO_SIGNAL'],
    ['a document without a check is not an approval', papers({ typified: true }), 'RETRY NO_SIGNAL'],
  ],
  'Serpro informs': [
    [
      'a remark on an approval',
      { ...HOLDER, ...serpro('NO_FACE_ON_FILE') },
      `${APPROVED_HOLDER} NO_FACE_ON_FILE`,
    ],
    [
      'a remark on a denial',
      { ...MASK, ...serpro('INTEGRATION_ERROR') },
      'DENIED LIVENESS_FAILED INTEGRATION_ERROR',
    ],
    ['a comparison is no remark', { ...HOLDER, ...serpro('COMPARED') }, APPROVED_HOLDER],
    ['an unknown number is no remark and no review', { ...HOLDER, ...serpro('UNKNOWN') }, APPROVED_HOLDER],
  ],
};

/** The cases with the row of the policy that each is about. */
const ROWS = Object.entries(CASES).flatMap(([row, cases]) => cases.map((one) => [row, ...one] as const));

describe('decide', () => {
  test.each(ROWS)('%s: %s', (_row, _promise, known, outcome) => {
    const { decision, reasons } = decide(evidence(known));
    expect([decision, ...reasons].join(' ')).toBe(outcome);
  });
});
