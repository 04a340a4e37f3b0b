import { describe, expect, test } from 'vitest';
import { CATALOGUE, findInCatalogue } from '../../../../../src/upstream/unico/errors/error-catalogue.ts';
import * as seeds from '../../../../fixtures/error-codes.ts';
import type { DocumentedError } from '../../../../fixtures/error-codes.ts';
import {
  CREATE_CAPTURE,
  CREATE_JOURNEY,
  factsOf,
  failureOf,
  FIND_REUSABLE,
  GET_IDCLOUD,
  GET_PROCESSES_V1,
  SET_DOCUMENT,
  unicoReplying,
  type Call,
} from '../../../../support/unico-client.ts';

const BY_CALL: readonly (readonly [string, Call, readonly DocumentedError[]])[] = [
  ['S0', GET_IDCLOUD, seeds.S0],
  ['S1', GET_PROCESSES_V1, seeds.S1],
  ['S2', CREATE_CAPTURE, seeds.S2],
  ['S3', SET_DOCUMENT, seeds.S3],
  ['S4', FIND_REUSABLE, seeds.S4],
  ['upstream.md §4.6', CREATE_JOURNEY, seeds.JOURNEY],
];

/** upstream.md §4.6 and §5.5: the shapes in which an error may come. */
const asNumber = (code: string | null) => (code === null ? undefined : Number(code));
const ENVELOPES: Record<string, (code: string | null, message: string) => unknown> = {
  'error.description': (code, description) => ({ error: { code, description } }),
  'error.message': (code, message) => ({ error: { code, message } }),
  'error with a number': (code, message) => ({ error: { code: asNumber(code), message } }),
  'capital Error': (code, description) => ({ Error: { code, description } }),
  'gRPC gateway': (code, message) => ({ code: asNumber(code), message, details: [] }),
  'a bare object': (code, description) => ({ code, description }),
};

/** The failure that a documented error means (docs/errors.md). */
function expected([code, status, , meaning, field]: DocumentedError): Record<string, unknown> {
  const common = {
    status,
    upstreamCode: code ?? undefined,
    refusal: undefined,
    retryAfterSeconds: undefined,
  };
  if (meaning === 'unavailable') return { ...common, kind: 'unavailable', mayHaveHappened: true };
  if (meaning === 'credential' || meaning === 'dead token') {
    return { ...common, kind: 'unauthorized', mayHaveHappened: false };
  }
  return { ...common, kind: 'refused', refusal: { code: meaning, field }, mayHaveHappened: false };
}

/** The code of an attachment that is gone: its document exists. */
const ATTACHMENT_GONE = '99987';

/**
 * A GET that finds nothing is not a failure: the process is `null`, the list is empty. The id of a read was checked, so
 * a contract that refuses it does not know it.
 */
const isNotFound = (call: Call, [code, status, , meaning]: DocumentedError): boolean =>
  call.method === 'GET' && ((status === 404 && code !== ATTACHMENT_GONE) || meaning === 'PROCESS_ID_INVALID');

describe.each(BY_CALL)('%s', (_seed, call, errors) => {
  const failures = errors.filter((error) => !isNotFound(call, error));
  test.each(failures)('%s (HTTP %d) %s', async (...error) => {
    const [code, status, message] = error;
    for (const [shape, envelope] of Object.entries(ENVELOPES)) {
      const { unico } = await unicoReplying({ status, body: envelope(code, message) });
      const failure = await failureOf(call.run(unico));
      expect({ shape, ...factsOf(failure) }).toStrictEqual({ shape, ...expected(error) });
      expect(failure.message).toMatch(new RegExp(`^${call.name.replace(/[{}]/g, '\\$&')}: HTTP ${status}, `));
    }
  });

  test('the catalogue has every documented error of this call, with its status', () => {
    for (const [code, status, message] of errors) {
      expect(findInCatalogue(call.family, code, message)).toMatchObject({ code, status });
    }
  });
});

const notFound = BY_CALL.flatMap(([, call, errors]) =>
  errors
    .filter((error) => isNotFound(call, error))
    .map((error) => [call.name, error[2], call, error] as const),
);
test.each(notFound)('%s: %s is not a failure', async (_name, _message, call, [code, status, message]) => {
  // The codes of the api family say what its texts mean.
  const texts = call.family === 'api' && status === 400 ? [] : [() => message];
  for (const envelope of [...Object.values(ENVELOPES), ...texts]) {
    const { unico } = await unicoReplying({ status, body: envelope(code, message) });
    expect(await call.run(unico)).toEqual(call === FIND_REUSABLE ? [] : null);
  }
});

test('the catalogue has only documented errors', () => {
  const known = BY_CALL.flatMap(([, { family }, errors]) =>
    errors.map(([code, status, message]) => ({ family, code, status, message })),
  );
  for (const entry of CATALOGUE) {
    expect(known).toContainEqual({
      family: entry.family,
      code: entry.code,
      status: entry.status,
      message: expect.stringContaining(entry.message ?? ''),
    });
  }
});

test('findInCatalogue finds each entry by its own code and message', () => {
  for (const entry of CATALOGUE) {
    expect(findInCatalogue(entry.family, entry.code, entry.message ?? null)).toBe(entry);
  }
});

describe('an error of idcloud in plain text', () => {
  const idcloud = BY_CALL.filter(([, { family }]) => family === 'idcloud');
  const rows = idcloud.flatMap(([, call, errors]) =>
    errors
      .filter((error) => !isNotFound(call, error))
      .map((error) => [call.name, error[2], call, error] as const),
  );
  test.each(rows)('%s: the plain text %s is recognised', async (_name, message, call, error) => {
    const { unico } = await unicoReplying({
      status: error[1],
      headers: { 'content-type': 'text/plain' },
      body: message,
    });
    const { upstreamCode: _notSaid, ...rest } = expected(error);
    expect(factsOf(await failureOf(call.run(unico)))).toMatchObject(rest);
  });
});

/** upstream.md §4.6 [err-old]: `{"error":{"code":4XX,"message":"..."}}` has the HTTP status instead of the code. */
test('an error with the HTTP status as its code is recognised by its message', async () => {
  const { unico } = await unicoReplying({
    status: 400,
    body: { error: { code: 400, message: 'document already set, cannot be modified' } },
  });
  const { refusal } = await failureOf(SET_DOCUMENT.run(unico));
  expect(refusal).toEqual({ code: 'DOCUMENT_ALREADY_SET', field: 'processId' });
});
