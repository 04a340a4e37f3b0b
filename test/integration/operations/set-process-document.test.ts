import { afterEach, describe, expect, test } from 'vitest';
import { ID, idcloudBody } from '../../support/bodies.ts';
import { startSubgraph, type Answer, type Subgraph } from '../../support/subgraph.ts';
import { unicoOf } from '../../support/unico.ts';
import { startUpstream, type Reply, type SeenRequest, type Upstream } from '../../support/upstream.ts';

let upstream: Upstream;
let subgraph: Subgraph;

async function start(answer: (request: SeenRequest) => Reply): Promise<void> {
  upstream = await startUpstream(answer);
  subgraph = await startSubgraph(unicoOf(upstream));
}

afterEach(async () => {
  await subgraph.close();
  await upstream.close();
});

/** S3's sample answer. */
const ANSWERED = {
  process: { id: 'abc-123', person: { duiType: 'DUI_TYPE_BR_CPF', duiValue: '12345678901' } },
};
const INPUT = { processId: 'abc-123', duiType: 'BR_CPF', duiValue: '12345678901' };

function set(input: object, selection = 'id person { duiType duiValue }'): Promise<Answer> {
  const query = `mutation ($input: SetProcessDocumentInput!) { setProcessDocument(input: $input) {
    process { ${selection} } userErrors { code field upstreamCode retryable } } }`;
  return subgraph.ask(query, { input });
}

describe('setting a document', () => {
  test("sends S3's sample as it is, and answers its sample", async () => {
    await start(() => ({ body: ANSWERED }));
    const { data, errors } = await set(INPUT);
    expect(errors).toEqual([]);
    expect(data.setProcessDocument).toEqual({
      process: { id: 'abc-123', person: { duiType: 'BR_CPF', duiValue: '12345678901' } },
      userErrors: [],
    });
    expect(upstream.calls()).toEqual(['POST /client/v1/process/abc-123/document']);
    expect(JSON.parse(upstream.requests[0]?.body ?? '')).toEqual({
      duiType: 'DUI_TYPE_BR_CPF',
      duiValue: '12345678901',
    });
  });

  test('reads the process only when more than the answer is selected', async () => {
    await start(({ method }) => ({
      body:
        method === 'POST'
          ? { process: { ...ANSWERED.process, id: ID } }
          : idcloudBody(ID, { state: 'PROCESS_STATE_CREATED' }),
    }));
    const { data } = await set({ ...INPUT, processId: ID }, 'state person { duiValue }');
    // The read does not show the person yet: what the mutation answered holds.
    expect(data.setProcessDocument.process).toEqual({
      state: 'CREATED',
      person: { duiValue: '12345678901' },
    });
    expect(upstream.calls()).toEqual([
      `POST /client/v1/process/${ID}/document`,
      `GET /client/v1/process/${ID}`,
    ]);
  });

  test('succeeds even where the read after it fails: the process is null, with an error of its own', async () => {
    await start(({ method }) =>
      method === 'POST' ? { body: { process: { ...ANSWERED.process, id: ID } } } : { status: 503 },
    );
    const { data, errors } = await set({ ...INPUT, processId: ID }, 'state');
    expect(data.setProcessDocument).toEqual({ process: null, userErrors: [] });
    expect(errors[0]).toMatchObject({
      path: ['setProcessDocument', 'process'],
      extensions: { code: 'UPSTREAM_UNAVAILABLE' },
    });
  });
});

describe('a document that can be known to be wrong is refused before a call is spent', () => {
  const wrong: [string, object, object][] = [
    [
      'a kind outside of the three',
      { duiType: 'BR_PASSPORT' },
      { code: 'DUI_TYPE_INVALID', field: ['input', 'duiType'], upstreamCode: '3' },
    ],
    ['the kind UNKNOWN', { duiType: 'UNKNOWN' }, { code: 'DUI_TYPE_INVALID', field: ['input', 'duiType'] }],
    [
      'no number',
      { duiValue: '' },
      { code: 'DUI_VALUE_INVALID', field: ['input', 'duiValue'], upstreamCode: '3' },
    ],
    [
      'a number of 321 characters',
      { duiValue: '1'.repeat(321) },
      { code: 'DUI_VALUE_INVALID', field: ['input', 'duiValue'] },
    ],
    ...['12345678909\u200b', '１２３４５６７８９０９', '12345678909\u0301'].map(
      (duiValue): [string, object, object] => [
        'a number with characters that are no plain ones',
        { duiValue },
        { code: 'DUI_VALUE_INVALID', field: ['input', 'duiValue'] },
      ],
    ),
    [
      'a CPF as it is printed',
      { duiValue: '123.456.789-09' },
      { code: 'DUI_VALUE_INVALID', field: ['input', 'duiValue'] },
    ],
    [
      'a number with words behind it',
      { duiValue: '12345678909 not' },
      { code: 'DUI_VALUE_INVALID', field: ['input', 'duiValue'] },
    ],
    [
      'an id that is a path',
      { processId: '../admin' },
      { code: 'PROCESS_ID_INVALID', field: ['input', 'processId'], upstreamCode: '3' },
    ],
    ['an id of dots', { processId: '..' }, { code: 'PROCESS_ID_INVALID', field: ['input', 'processId'] }],
    ['no id', { processId: '' }, { code: 'PROCESS_ID_INVALID', field: ['input', 'processId'] }],
    [
      'an id of 321 characters',
      { processId: 'a'.repeat(321) },
      { code: 'PROCESS_ID_INVALID', field: ['input', 'processId'] },
    ],
  ];

  test.each(wrong)('%s', async (_, change, expected) => {
    await start(() => ({ body: ANSWERED }));
    const { data } = await set({ ...INPUT, ...change });
    expect(data.setProcessDocument).toMatchObject({ process: null, userErrors: [expected] });
    expect(upstream.requests).toEqual([]);
  });

  test('but a number of 320 characters is taken', async () => {
    await start(() => ({ body: ANSWERED }));
    const { data } = await set({ ...INPUT, duiValue: '1'.repeat(320) });
    expect(data.setProcessDocument.userErrors).toEqual([]);
  });
});

describe('a document that Unico refuses is a user error, one code for each reason of S3', () => {
  const refusals: [number, number, string, string, string][] = [
    [400, 3, 'process id is invalid', 'PROCESS_ID_INVALID', 'processId'],
    [400, 3, 'dui_type is required', 'DUI_TYPE_INVALID', 'duiType'],
    [400, 3, 'dui_value is required', 'DUI_VALUE_INVALID', 'duiValue'],
    [400, 3, 'dui_value exceeds maximum length', 'DUI_VALUE_INVALID', 'duiValue'],
    [400, 9, 'process is not awaiting for document', 'NOT_AWAITING_DOCUMENT', 'processId'],
    [400, 9, 'process expired', 'PROCESS_EXPIRED', 'processId'],
    [400, 9, 'document already set, cannot be modified', 'DOCUMENT_ALREADY_SET', 'processId'],
    [400, 9, 'process already finished', 'PROCESS_FINISHED', 'processId'],
    [400, 9, 'flow does not allow optional document', 'DOCUMENT_NOT_OPTIONAL', 'processId'],
    [
      404,
      5,
      'error getting process: rpc error: code = NotFound desc = process not found',
      'NOT_FOUND',
      'processId',
    ],
  ];

  test.each(refusals)('%i %i %s', async (status, code, message, ours, member) => {
    await start(() => ({ status, body: { code, message, details: [] } }));
    const { data } = await set(INPUT);
    expect(data.setProcessDocument).toEqual({
      process: null,
      userErrors: [{ code: ours, field: ['input', member], upstreamCode: String(code), retryable: false }],
    });
  });

  test('400 about a number by the words of creation leads to the argument here', async () => {
    await start(() => ({ status: 400, body: { code: 3, message: 'invalid dui value' } }));
    const { data } = await set(INPUT);
    expect(data.setProcessDocument.userErrors).toMatchObject([
      { code: 'DUI_VALUE_INVALID', field: ['input', 'duiValue'] },
    ]);
  });

  test('429 may be tried again', async () => {
    await start(() => ({ status: 429 }));
    const { data } = await set(INPUT);
    expect(data.setProcessDocument.userErrors).toMatchObject([{ code: 'RATE_LIMITED', retryable: true }]);
  });

  test('a lost answer is of unknown outcome, and is not asked for again', async () => {
    await start(() => 'drop');
    const { data } = await set(INPUT);
    expect(data.setProcessDocument.userErrors).toMatchObject([{ code: 'OUTCOME_UNKNOWN', retryable: false }]);
    expect(upstream.requests).toHaveLength(1);
  });

  test("a dead credential is a fault, not the caller's to mend", async () => {
    await start(() => ({ status: 401, body: 'Jwt is expired' }));
    const { errors } = await set(INPUT);
    expect(errors[0]).toMatchObject({
      path: ['setProcessDocument'],
      extensions: { code: 'UPSTREAM_UNAUTHORIZED' },
    });
  });
});
