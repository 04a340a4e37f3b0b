import { expect, test } from 'vitest';
import type { Process } from '../../../../src/domain/process.ts';
import {
  HOLDER,
  OPEN,
  scoreOf,
  FRAUD,
  PASSED,
  NO_FILE,
  finished,
  invalid,
} from '../../../support/verdict-processes.ts';
import { outcomeOfProcess as outcome } from '../../../support/verdicts.ts';

const FLOWS: [title: string, process: Process, outcome: string][] = [
  ['id, the holder', finished('id', HOLDER), 'APPROVED IDENTITY_CONFIRMED LIVENESS_CONFIRMED'],
  [
    'idunicosign, the holder',
    finished('idunicosign', HOLDER),
    'APPROVED IDENTITY_CONFIRMED LIVENESS_CONFIRMED',
  ],
  ['id, a mask', finished('id', { ...HOLDER, livenessResult: 'NOT_LIVE' }), 'DENIED LIVENESS_FAILED'],
  [
    'id, another face',
    finished('id', { ...HOLDER, authenticationResult: 'NEGATIVE' }),
    'DENIED IDENTITY_MISMATCH',
  ],
  ['id, no liveness', finished('id', { authenticationResult: 'POSITIVE' }), 'RETRY LIVENESS_UNAVAILABLE'],
  ['id, no identity', finished('id', { livenessResult: 'LIVE' }), 'RETRY IDENTITY_UNAVAILABLE'],
  [
    'idcheck, invalid and inconclusive with 0',
    invalid('idcheck', { ...OPEN, ...scoreOf(0) }),
    'REVIEW INVALID_IDENTITY',
  ],
  [
    'creditoconsignado, compared',
    finished('creditoconsignado', { ...HOLDER, serproResult: { score: 90 } }),
    'APPROVED IDENTITY_CONFIRMED LIVENESS_CONFIRMED',
  ],
  [
    'creditoconsignado, no face on file and no document',
    finished('creditoconsignado', { ...HOLDER, ...NO_FILE }),
    'REVIEW EVIDENCE_INCOMPLETE NO_FACE_ON_FILE',
  ],
  [
    'creditoconsignado, no face on file and a good document',
    finished('creditoconsignado', { ...HOLDER, ...NO_FILE }, PASSED),
    'APPROVED IDENTITY_CONFIRMED DOCUMENT_CONFIRMED LIVENESS_CONFIRMED NO_FACE_ON_FILE',
  ],
  [
    'creditoconsignado, no identity',
    finished('creditoconsignado', { livenessResult: 'LIVE' }),
    'REVIEW EVIDENCE_INCOMPLETE',
  ],
  [
    'iddocs, a strong score and a document of another face',
    finished('iddocs', { ...OPEN, ...scoreOf(85) }, { ...PASSED, face_match: false }),
    'REVIEW DOCUMENT_CHECK_FAILED',
  ],
  [
    'idunicodocs, a strong score and no document',
    finished('idunicodocs', { ...OPEN, ...scoreOf(85) }),
    'REVIEW EVIDENCE_INCOMPLETE',
  ],
  ['iddocs, the holder without a document', finished('iddocs', HOLDER), 'REVIEW EVIDENCE_INCOMPLETE'],
  [
    'iddocs, a document of the wrong kind',
    finished('iddocs', HOLDER, { ...PASSED, typified: false }),
    'REVIEW DOCUMENT_CHECK_FAILED',
  ],
  [
    'iddocs, a reused document without its face',
    finished('iddocs', HOLDER, { cpf_match: true, reused_doc: true }),
    'REVIEW EVIDENCE_INCOMPLETE',
  ],
  [
    'iddocs, all checks',
    finished('iddocs', HOLDER, PASSED),
    'APPROVED IDENTITY_CONFIRMED DOCUMENT_CONFIRMED LIVENESS_CONFIRMED',
  ],
  [
    'idtrust, fraud signs and no identity',
    finished('idtrust', { livenessResult: 'LIVE', ...FRAUD }),
    'REVIEW FRAUD_SIGNS IDENTITY_UNAVAILABLE',
  ],
  [
    'idtokentrust, fraud signs and no 1:1',
    finished('idtokentrust', { livenessResult: 'LIVE', ...FRAUD }),
    'REVIEW FRAUD_SIGNS FACE_MATCH_UNAVAILABLE',
  ],
  ['idlive, a living person', finished('idlive', { livenessResult: 'LIVE' }), 'APPROVED LIVENESS_CONFIRMED'],
  ['idlive, invalid', invalid('idlive', { livenessResult: 'LIVE' }), 'DENIED INVALID_IDENTITY'],
  [
    'idlivetrust, no fraud answer',
    finished('idlivetrust', { livenessResult: 'LIVE' }),
    'REVIEW EVIDENCE_INCOMPLETE',
  ],
  [
    'idlivetrust, fraud signs',
    finished('idlivetrust', { livenessResult: 'LIVE', ...FRAUD }),
    'REVIEW FRAUD_SIGNS',
  ],
  [
    'idlivetrust, no fraud signs',
    finished('idlivetrust', {
      livenessResult: 'LIVE',
      identityFraudstersResult: 'TRUST_RESULT_INCONCLUSIVE',
    }),
    'APPROVED LIVENESS_CONFIRMED',
  ],
  [
    'idtoken, the face of the reference',
    finished('idtoken', { livenessResult: 'LIVE', bioTokenEngineResult: 'POSITIVE' }),
    'APPROVED FACE_CONFIRMED LIVENESS_CONFIRMED',
  ],
  [
    'idtokensign, no 1:1',
    finished('idtokensign', { livenessResult: 'LIVE' }),
    'RETRY FACE_MATCH_UNAVAILABLE',
  ],
  [
    'idtoken, invalid without a 1:1',
    invalid('idtoken', { livenessResult: 'LIVE' }),
    'DENIED INVALID_IDENTITY',
  ],
  [
    'idtoken, invalid with a positive 1:1',
    invalid('idtoken', { livenessResult: 'LIVE', bioTokenEngineResult: 'POSITIVE' }),
    'REVIEW INVALID_IDENTITY',
  ],
  [
    'idsmart, the same person',
    finished('idsmart', { smartRevalidationResult: 'POSITIVE' }),
    'APPROVED REVALIDATION_CONFIRMED',
  ],
  [
    'idsmart, another person',
    finished('idsmart', { smartRevalidationResult: 'NEGATIVE' }),
    'DENIED REVALIDATION_FAILED',
  ],
  [
    'idsmart, not evaluated',
    finished('idsmart', { smartRevalidationResult: 'SMART_REVALIDATION_RESULT_UNSPECIFIED' }),
    'RETRY REVALIDATION_UNAVAILABLE',
  ],
  ['idsmart, invalid and not evaluated', invalid('idsmart', {}), 'DENIED INVALID_IDENTITY'],
  [
    'idage, an adult holder',
    finished('idage', { ...HOLDER, idAgeResult: 'POSITIVE' }),
    'APPROVED IDENTITY_CONFIRMED AGE_CONFIRMED LIVENESS_CONFIRMED',
  ],
  [
    'idage, an adult with an open identity',
    finished('idage', { ...OPEN, idAgeResult: 'POSITIVE' }),
    'REVIEW IDENTITY_INCONCLUSIVE',
  ],
  ['idage, a minor', finished('idage', { ...HOLDER, idAgeResult: 'NEGATIVE' }), 'DENIED UNDERAGE'],
  [
    'idagedocumentless, an adult',
    finished('idagedocumentless', { livenessResult: 'LIVE', idAgeResult: 'POSITIVE' }),
    'APPROVED AGE_CONFIRMED LIVENESS_CONFIRMED',
  ],
  [
    'idagedocumentless, no age',
    finished('idagedocumentless', { livenessResult: 'LIVE' }),
    'RETRY AGE_UNAVAILABLE',
  ],
  [
    'idagedocumentless, invalid without an age',
    invalid('idagedocumentless', { livenessResult: 'LIVE' }),
    'RETRY AGE_UNAVAILABLE',
  ],
  [
    'a tenant flow, liveness alone',
    finished('ours', { livenessResult: 'LIVE' }),
    'REVIEW EVIDENCE_INCOMPLETE',
  ],
  [
    'a tenant flow, a document alone',
    finished('ours', { livenessResult: 'LIVENESS_RESULT_UNSPECIFIED' }, PASSED),
    'REVIEW EVIDENCE_INCOMPLETE',
  ],
];

test.each(FLOWS)('the flow %s is decided by the policy', (_title, process, expected) => {
  expect(outcome(process)).toBe(expected);
});
