import { identity } from './identity.ts';
import type { Identity } from './identity.ts';

/** Requests that Unico refuses, and requests that go wrong on the way. */
export const failing: Identity[] = [
  identity(70, 'unknown-cpf', 'Uma Unknown Cpf', 'a well-formed CPF that Unico does not know: 20507', {
    signals: { identity: 'none' },
    journey: { unknownNumber: true, result: 'PROCESS_RESULT_ERROR' },
    analysis: { refusedWith: '20507' },
    seeded: 'none',
  }),
  identity(71, 'conflict', 'Conny Conflict', 'POST processes/v1 answers 409 20073', {
    analysis: { refusedWith: '20073' },
    seeded: 'none',
  }),
  identity(72, 'quota-seconds', 'Quentin Quota', '429 with Retry-After in seconds', {
    fault: { kind: 'quota', retryAfter: 'seconds' },
  }),
  identity(73, 'quota-http-date', 'Quinn Quota Date', '429 with Retry-After as an HTTP date', {
    fault: { kind: 'quota', retryAfter: 'http-date' },
  }),
  identity(74, 'quota-silent', 'Queen Quota Silent', '429 without Retry-After', {
    fault: { kind: 'quota', retryAfter: 'absent' },
  }),
  identity(75, 'internal-error', 'Irma Internal', '500 99999', { fault: { kind: 'internal' } }),
  identity(
    76,
    'internal-error-then-fine',
    'Ian Intermittent',
    '500 99999, then an answer, and again in turn',
    {
      fault: { kind: 'internal', everyOther: true },
    },
  ),
  identity(77, 'slow', 'Sloan Slow', 'answers after slowMs', { fault: { kind: 'slow' } }),
  identity(78, 'dropped', 'Drew Dropped', 'the work is done, the connection breaks before any answer', {
    fault: { kind: 'drop', when: 'before-answer' },
  }),
  identity(79, 'dropped-mid-body', 'Dina Half Answer', 'the connection breaks in the middle of the body', {
    fault: { kind: 'drop', when: 'mid-body' },
  }),
  identity(80, 'html', 'Hugo Html', '200 with a page instead of JSON', {
    fault: { kind: 'html', status: 200 },
  }),
  identity(81, 'html-bad-gateway', 'Hana Html Gateway', '502 with a page, as a proxy answers', {
    fault: { kind: 'html', status: 502 },
  }),
];
