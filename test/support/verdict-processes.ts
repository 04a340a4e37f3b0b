import type { SignalPromise } from '../../src/domain/capability.ts';
import type { Process } from '../../src/domain/process.ts';
import { idcloudProcess } from './verdicts.ts';

export const HOLDER = { livenessResult: 'LIVE', authenticationResult: 'POSITIVE' };
export const OPEN = { livenessResult: 'LIVE', authenticationResult: 'INCONCLUSIVE' };
export const scoreOf = (score: number) => ({
  scoreEngineResult: { scoreEnabled: 'SCORE_ENABLED_TRUE', score },
});
export const FRAUD = { identityFraudstersResult: 'TRUST_RESULT_YES' };
export const PASSED = { typified: true, cpf_match: true, face_match: true, validate_doc: true };
export const NO_FILE = { serproResult: { score: -1 } };

type Services = { documents: object[] }[];

/** A finished process of a flow with these results and documents. */
export function finished(flow: string, authenticationInfo: object, ...documents: object[]): Process {
  const services: Services = documents.length === 0 ? [] : [{ documents }];
  return idcloudProcess({ flow, state: 'FINISHED', result: 'OK', authenticationInfo, services });
}

/** The same with the result INVALID_IDENTITY. */
export function invalid(flow: string, authenticationInfo: object): Process {
  return idcloudProcess({ flow, state: 'FINISHED', result: 'INVALID_IDENTITY', authenticationInfo });
}

export const ONBOARDING: SignalPromise = ['identity', 'orchestrated'];
export const WITH_LIVENESS: SignalPromise = ['liveness', 'identity', 'orchestrated'];
export const TRANSACTIONAL: SignalPromise = ['face-match'];
export const DOCUMENT: SignalPromise = ['document'];
export const REUSED: SignalPromise = ['reused-document'];
export const AGE: SignalPromise = ['age'];

export const YES = { unicoId: { result: 'yes' } };
export const INCONCLUSIVE = { unicoId: { result: 'inconclusive' } };
export const advice = (result: string) => ({ idCloud: { result } });
