import { identities } from '../identities/index.ts';
import type { Identity } from '../identities/identity.ts';
import type { Journey } from './process.ts';
import { sampleProcess, sampleProcessId } from './sample-process.ts';

const hourMs = 3_600_000;

/** Seven days from creation to expiry (upstream.md §4.4). */
export const defaultLifeMs = 7 * 24 * hourMs;

/** The only branch of the sandbox's company. */
export const branchId = 'b7a1c000-0000-4000-8000-000000000001';

/** Where 1:1 and revalidation seeds point: the approved journey of the table. */
const approvedJourneyId = '1dc10d00-0000-4000-8000-000000000000';

/** Journeys that exist from the start: one for each row of the table, the S0 sample and S3's `abc-123`. */
export function seededJourneys(nowMs: number): Journey[] {
  const rows = identities.flatMap((row) =>
    row.idcloudProcessId === undefined ? [] : [seed(row, row.idcloudProcessId, nowMs)],
  );
  return [...rows, sample(nowMs), documentless(nowMs)];
}

/** The tail of the id marks what belongs to it, so that the parts of a seeded process can be told from others. */
function base(id: string, createdAt: number, tail = id.slice(-12)): Journey {
  return {
    id,
    flow: 'idchecktrust',
    callbackUri: 'https://example.com/callback',
    purpose: 'biometryonboarding',
    branchId,
    person: { channels: [] },
    authenticationId: `a07e0000-0000-4000-8000-${tail}`,
    envelopeId: `e47e1000-0000-4000-8000-${tail}`,
    createdAt,
    expiresAt: createdAt + defaultLifeMs,
    documentless: false,
  };
}

/** Created an hour before the start and finished ten minutes later, unless its story is that it does not finish. */
function seed(row: Identity, id: string, nowMs: number): Journey {
  const { flow = 'idchecktrust', ends } = row.outcome.journey ?? {};
  const compares = flow === 'idtoken' || flow === 'idsmart';
  const duiType = row.code.length === 18 ? 'DUI_TYPE_MX_CURP' : 'DUI_TYPE_BR_CPF';
  const { fault } = row.outcome;
  return {
    ...base(id, nowMs - hourMs),
    flow,
    person: { duiType, duiValue: row.code, friendlyName: row.name, channels: [] },
    ...(flow === 'idsmart' ? { useCase: 'USE_CASE_LOGIN' } : {}),
    ...(compares
      ? {
          reference: {
            processId: approvedJourneyId,
            authenticationId: `a07e0000-0000-4000-8000-${approvedJourneyId.slice(-12)}`,
          },
        }
      : {}),
    ...(ends === 'never' ? {} : { finishedAt: nowMs - hourMs + 600_000 }),
    ...(fault === undefined ? {} : { fault }),
  };
}

function sample(nowMs: number): Journey {
  const createdAt = Date.parse('2024-01-01T10:00:00Z');
  return {
    ...base(sampleProcessId, createdAt),
    authenticationId: 'auth-123',
    person: { duiType: 'DUI_TYPE_BR_CPF', duiValue: '12345678909', channels: [] },
    finishedAt: Math.min(createdAt + 900_000, nowMs),
    literal: sampleProcess,
  };
}

/** S3's example sets a document on a process of this id, which is no UUID. */
function documentless(nowMs: number): Journey {
  return {
    ...base('abc-123', nowMs, '000000abc123'),
    flow: 'custom-optional-document',
    person: { channels: [] },
    documentless: true,
  };
}
