import { IDENTITIES } from '../identities/index.ts';
import type { Identity } from '../identities/identity.ts';
import type { Person, Process } from './process.ts';
import { SAMPLE_PROCESS_ID, SAMPLE_RESPONSE } from './sample-process.ts';

const HOUR_MS = 3_600_000;

/** Seven days from creation to expiry (upstream.md §4.4). */
export const DEFAULT_LIFETIME_MS = 7 * 24 * HOUR_MS;

/** The only branch of the sandbox's company. */
export const BRANCH_ID = 'b7a1c000-0000-4000-8000-000000000001';

/** The reference of seeded 1:1 and revalidation processes: the approved process of the table. */
const APPROVED_PROCESS_ID = '1dc10d00-0000-4000-8000-000000000000';

const NO_PERSON: Person = { duiType: null, duiValue: null, friendlyName: null, channels: [] };

/**
 * Processes that exist from the start: one for each row of the table, the sample of upstream.md §S0 and the `abc-123`
 * of upstream.md §S3.
 */
export function seededProcesses(nowMs: number): Process[] {
  const rows = IDENTITIES.flatMap((row) =>
    row.idcloudProcessId === null ? [] : [processOf(row, row.idcloudProcessId, nowMs)],
  );
  return [...rows, documentedSample(nowMs), documentlessProcess(nowMs)];
}

/** The tail of the process id is also the tail of its other ids, so that they can be recognized. */
const authenticationIdOf = (tail: string) => `a07e0000-0000-4000-8000-${tail}`;

function baseProcess(id: string, createdAt: number, tail = id.slice(-12)): Process {
  return {
    id,
    flow: 'idchecktrust',
    callbackUri: 'https://example.com/callback',
    purpose: 'biometryonboarding',
    clientReference: null,
    useCase: null,
    branchId: BRANCH_ID,
    // A copy: setting the document changes the person.
    person: { ...NO_PERSON },
    reference: null,
    authenticationId: authenticationIdOf(tail),
    envelopeId: `e47e1000-0000-4000-8000-${tail}`,
    createdAt,
    expiresAt: createdAt + DEFAULT_LIFETIME_MS,
    isDocumentless: false,
    documentSetAt: null,
    finishedAt: null,
    fault: null,
    literalResponse: null,
  };
}

/** Created an hour before the start and finished ten minutes later, unless its scenario is that it never finishes. */
function processOf(row: Identity, id: string, nowMs: number): Process {
  const { idcloud, fault } = row.outcome;
  const { flow = 'idchecktrust', ends } = idcloud;
  const hasReference = flow === 'idtoken' || flow === 'idsmart';
  const createdAt = nowMs - HOUR_MS;
  return {
    ...baseProcess(id, createdAt),
    flow,
    person: {
      duiType: row.code.length === 18 ? 'DUI_TYPE_MX_CURP' : 'DUI_TYPE_BR_CPF',
      duiValue: row.code,
      friendlyName: row.name,
      channels: [],
    },
    useCase: flow === 'idsmart' ? 'USE_CASE_LOGIN' : null,
    reference: hasReference
      ? {
          processId: APPROVED_PROCESS_ID,
          authenticationId: authenticationIdOf(APPROVED_PROCESS_ID.slice(-12)),
        }
      : null,
    finishedAt: ends === 'never' ? null : createdAt + 600_000,
    fault,
  };
}

/** The sample of upstream.md §S0. */
function documentedSample(nowMs: number): Process {
  const createdAt = Date.parse('2024-01-01T10:00:00Z');
  return {
    ...baseProcess(SAMPLE_PROCESS_ID, createdAt),
    authenticationId: 'auth-123',
    person: { ...NO_PERSON, duiType: 'DUI_TYPE_BR_CPF', duiValue: '12345678909' },
    finishedAt: Math.min(createdAt + 900_000, nowMs),
    literalResponse: SAMPLE_RESPONSE,
  };
}

/** The example of upstream.md §S3 sets a document on a process with this id, which is no UUID. */
function documentlessProcess(nowMs: number): Process {
  return {
    ...baseProcess('abc-123', nowMs, '000000abc123'),
    flow: 'custom-optional-document',
    isDocumentless: true,
  };
}
