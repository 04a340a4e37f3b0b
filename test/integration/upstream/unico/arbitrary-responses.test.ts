import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UpstreamFailure } from '../../../../src/domain/upstream-failure.ts';
import type { UnicoClient } from '../../../../src/upstream/unico/client.ts';
import type { Reply } from '../../../support/upstream.ts';
import { CALLS, GET_IDCLOUD, ID, unicoReplying, type Call } from '../../../support/unico-client.ts';
import { unicoWithTokens } from '../../../support/token-service.ts';

/* For any response of Unico a call ends in a documented way: with a result, or with an UpstreamFailure. */

const anyJson = fc.jsonValue({ maxDepth: 4 });

/** A documented shape in which some properties have any value, or are absent. */
function nearly(shape: Record<string, unknown>): fc.Arbitrary<unknown> {
  const properties = Object.entries(shape).map(([name, value]) => [
    name,
    fc.oneof({ weight: 3, arbitrary: fc.constant(value) }, anyJson, fc.constant(undefined)),
  ]);
  return fc.record(Object.fromEntries(properties));
}

const anyBody = (valid: object): fc.Arbitrary<unknown> =>
  fc.oneof(
    anyJson,
    fc.string({ unit: 'binary' }),
    nearly({ ...valid }),
    nearly({ id: ID, status: 3, document: { fileUrls: ['x'] }, items: [{ documentId: 'd' }] }),
    nearly({ id: ID, state: 'FINISHED', services: [{ documents: [{}] }], person: {} }).map((process) => ({
      process,
    })),
    nearly({ code: 3, message: 'process id is invalid' }).map((error) => ({ error })),
  );

const OTHER_STATUSES = [201, 204, 302, 400, 401, 403, 404, 409, 410, 422, 429, 500, 503];
const anyStatus = fc.oneof(fc.constant(200), fc.constantFrom(...OTHER_STATUSES));

/** The error of a call that is not an `UpstreamFailure`; `undefined` when there is none. */
async function unexpectedErrorOf(call: Call, unico: UnicoClient): Promise<unknown> {
  try {
    await call.run(unico);
    return undefined;
  } catch (error) {
    return error instanceof UpstreamFailure ? undefined : error;
  }
}

describe.each(CALLS.map((call) => [call.name, call] as const))('%s', (_name, call) => {
  test('any response ends the call with a result or an UpstreamFailure', async () => {
    let reply: Reply = {};
    const { unico } = await unicoReplying(() => reply);
    await fc.assert(
      fc.asyncProperty(anyStatus, anyBody(call.body), async (status, body) => {
        reply = { status, body: status === 204 ? '' : body };
        expect(await unexpectedErrorOf(call, unico)).toBeUndefined();
      }),
      { numRuns: 400 },
    );
  });

  test('a response nested a hundred thousand levels deep ends the call with a result or an UpstreamFailure', async () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    const services = `[{"documents":[{"doc":{"data":{"deep":${deep}}}}]}]`;
    for (const body of [
      deep,
      `{"id":"${ID}","items":${deep},"process":${deep}}`,
      `{"id":"${ID}","items":[],"document":{"content":{"deep":${deep}}}}`,
      `{"process":{"id":"${ID}","services":${services}}}`,
    ]) {
      const { unico } = await unicoReplying({ body });
      expect(await unexpectedErrorOf(call, unico)).toBeUndefined();
    }
  });
});

test('any response of the token service gives a token or an UpstreamFailure', async () => {
  const token = nearly({ access_token: 'token', token_type: 'Bearer', expires_in: 3600 });
  await fc.assert(
    fc.asyncProperty(anyStatus, fc.oneof(token, anyJson), async (status, body) => {
      const { unico } = await unicoWithTokens(() => ({ status, body: status === 204 ? '' : body }));
      expect(await unexpectedErrorOf(GET_IDCLOUD, unico)).toBeUndefined();
    }),
    { numRuns: 100 },
  );
});
