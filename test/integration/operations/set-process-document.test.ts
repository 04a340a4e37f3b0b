import { describe, expect, test } from 'vitest';
import { ID, idcloudBody, OTHER_ID } from '../../support/bodies.ts';
import { startSubgraphOver } from '../../support/subgraph-over.ts';
import type { Answer, Subgraph } from '../../support/subgraph.ts';
import type { Reply, SeenRequest, Upstream } from '../../support/upstream.ts';

let upstream: Upstream;
let subgraph: Subgraph;

/** Starts a subgraph over a Unico that answers so, until the end of the test. */
async function start(answer: (request: SeenRequest) => Reply | Promise<Reply>): Promise<void> {
  ({ upstream, subgraph } = await startSubgraphOver(answer));
}

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

describe('setProcessDocument', () => {
  test("setting a document sends S3's sample request and returns its sample response", async () => {
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

  test('setting a document reads the process only when more than the response is selected', async () => {
    await start(({ method }) => ({
      body:
        method === 'POST'
          ? { process: { ...ANSWERED.process, id: ID } }
          : idcloudBody(ID, { state: 'PROCESS_STATE_CREATED' }),
    }));
    const { data } = await set({ ...INPUT, processId: ID }, 'state person { duiValue }');
    // The read does not return the person yet: the response of the mutation counts.
    expect(data.setProcessDocument.process).toEqual({
      state: 'CREATED',
      person: { duiValue: '12345678901' },
    });
    expect(upstream.calls()).toEqual([
      `POST /client/v1/process/${ID}/document`,
      `GET /client/v1/process/${ID}`,
    ]);
  });

  test('setting a document does not read the process for fields that @skip and @include leave out', async () => {
    await start(() => ({ body: ANSWERED }));
    const { data, errors } = await set(
      INPUT,
      'id state @skip(if: true) ... @include(if: false) { sdkToken }',
    );
    expect(errors).toEqual([]);
    expect(data.setProcessDocument.process).toEqual({ id: 'abc-123' });
    expect(upstream.calls()).toEqual(['POST /client/v1/process/abc-123/document']);
  });

  test('setting a document succeeds even where the read after it fails, with a null process and an error for it', async () => {
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

describe('the validation of setProcessDocument', () => {
  const wrong: [string, object, object][] = [
    [
      'another kind than the three',
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
        `a number with other characters than ASCII (${JSON.stringify(duiValue)})`,
        { duiValue },
        { code: 'DUI_VALUE_INVALID', field: ['input', 'duiValue'] },
      ],
    ),
    [
      'a CPF with punctuation',
      { duiValue: '123.456.789-09' },
      { code: 'DUI_VALUE_INVALID', field: ['input', 'duiValue'] },
    ],
    [
      'a number with text after it',
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

  test.each(wrong)('setting a document with %s is rejected without a call', async (_, change, expected) => {
    await start(() => ({ body: ANSWERED }));
    const { data } = await set({ ...INPUT, ...change });
    expect(data.setProcessDocument).toMatchObject({ process: null, userErrors: [expected] });
    expect(upstream.requests).toEqual([]);
  });

  test('setting a document with a number of 320 characters is accepted', async () => {
    await start(() => ({ body: ANSWERED }));
    const { data } = await set({ ...INPUT, duiValue: '1'.repeat(320) });
    expect(data.setProcessDocument.userErrors).toEqual([]);
  });
});

describe('user errors of setProcessDocument', () => {
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

  test.each(refusals)(
    'the refusal %i %i "%s" of S3 is the user error %s',
    async (status, code, message, ours, argument) => {
      await start(() => ({ status, body: { code, message, details: [] } }));
      const { data } = await set(INPUT);
      expect(data.setProcessDocument).toEqual({
        process: null,
        userErrors: [
          { code: ours, field: ['input', argument], upstreamCode: String(code), retryable: false },
        ],
      });
    },
  );

  test('a 400 about the number with the message of a creation is reported at the argument duiValue', async () => {
    await start(() => ({ status: 400, body: { code: 3, message: 'invalid dui value' } }));
    const { data } = await set(INPUT);
    expect(data.setProcessDocument.userErrors).toMatchObject([
      { code: 'DUI_VALUE_INVALID', field: ['input', 'duiValue'] },
    ]);
  });

  test('a 429 of setting a document is retryable', async () => {
    await start(() => ({ status: 429 }));
    const { data } = await set(INPUT);
    expect(data.setProcessDocument.userErrors).toMatchObject([{ code: 'RATE_LIMITED', retryable: true }]);
  });

  test('setting a document whose response is lost has an unknown outcome and is not repeated', async () => {
    await start(() => 'drop');
    const { data } = await set(INPUT);
    expect(data.setProcessDocument.userErrors).toMatchObject([{ code: 'OUTCOME_UNKNOWN', retryable: false }]);
    expect(upstream.requests).toHaveLength(1);
  });

  test.each([
    ['HTML', { body: '<html></html>' }],
    ['no id', { body: { process: { person: {} } } }],
    ['another process', { body: { process: { id: OTHER_ID } } }],
    ['an empty body', { status: 202, body: '' }],
  ] satisfies [string, Reply][])(
    'setting a document whose response has %s has an unknown outcome',
    async (_, reply) => {
      await start(() => reply);
      const { data, errors } = await set(INPUT);
      expect(errors).toEqual([]);
      expect(data.setProcessDocument).toMatchObject({
        process: null,
        userErrors: [{ code: 'OUTCOME_UNKNOWN', field: null, retryable: false }],
      });
    },
  );

  test('a refusal about something that the input does not have names no argument', async () => {
    await start(() => ({ status: 400, body: { code: 3, message: 'invalid flow' } }));
    const { data } = await set(INPUT);
    expect(data.setProcessDocument.userErrors).toMatchObject([{ code: 'FLOW_INVALID', field: null }]);
  });

  test('an expired credential is a fault, not a user error of setting a document', async () => {
    await start(() => ({ status: 401, body: 'Jwt is expired' }));
    const { errors } = await set(INPUT);
    expect(errors[0]).toMatchObject({
      path: ['setProcessDocument'],
      extensions: { code: 'UPSTREAM_UNAUTHORIZED' },
    });
  });
});
