import { identity } from './identity.ts';
import type { Identity } from './identity.ts';

/** Requests that Unico refuses, and requests that fail on the way. */
export const FAILING: readonly Identity[] = [
  identity({
    row: 70,
    scenario: 'unknown-cpf',
    name: 'Uma Unknown Cpf',
    description: 'a well-formed CPF that Unico does not know: 20507',
    signals: { identity: 'none' },
    idcloud: { unknownNumber: true, result: 'PROCESS_RESULT_ERROR' },
    processesV1: { refusedWith: '20507' },
    seeded: 'none',
  }),
  identity({
    row: 71,
    scenario: 'conflict',
    name: 'Conny Conflict',
    description: 'POST processes/v1 answers 409 20073',
    processesV1: { refusedWith: '20073' },
    seeded: 'none',
  }),
  identity({
    row: 72,
    scenario: 'quota-seconds',
    name: 'Quentin Quota',
    description: '429 with Retry-After in seconds',
    fault: { kind: 'quota', retryAfter: 'seconds' },
  }),
  identity({
    row: 73,
    scenario: 'quota-http-date',
    name: 'Quinn Quota Date',
    description: '429 with Retry-After as an HTTP date',
    fault: { kind: 'quota', retryAfter: 'http-date' },
  }),
  identity({
    row: 74,
    scenario: 'quota-silent',
    name: 'Queen Quota Silent',
    description: '429 without Retry-After',
    fault: { kind: 'quota', retryAfter: 'absent' },
  }),
  identity({
    row: 75,
    scenario: 'internal-error',
    name: 'Irma Internal',
    description: '500 99999',
    fault: { kind: 'internal' },
  }),
  identity({
    row: 76,
    scenario: 'internal-error-then-fine',
    name: 'Ian Intermittent',
    description: '500 99999 and a correct response, alternately',
    fault: { kind: 'internal', everyOther: true },
  }),
  identity({
    row: 77,
    scenario: 'slow',
    name: 'Sloan Slow',
    description: 'answers after ten seconds: too late',
    fault: { kind: 'slow' },
  }),
  identity({
    row: 78,
    scenario: 'dropped',
    name: 'Drew Dropped',
    description: 'the work is done, the connection breaks before any response',
    fault: { kind: 'drop', when: 'before-response' },
  }),
  identity({
    row: 79,
    scenario: 'dropped-mid-body',
    name: 'Dina Half Answer',
    description: 'the connection breaks in the middle of the body',
    fault: { kind: 'drop', when: 'mid-body' },
  }),
  identity({
    row: 80,
    scenario: 'html',
    name: 'Hugo Html',
    description: '200 with a page instead of JSON',
    fault: { kind: 'html', status: 200 },
  }),
  identity({
    row: 81,
    scenario: 'html-bad-gateway',
    name: 'Hana Html Gateway',
    description: '502 with a page, as a proxy answers',
    fault: { kind: 'html', status: 502 },
  }),
];
