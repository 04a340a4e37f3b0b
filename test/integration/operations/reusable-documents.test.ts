import { describe, expect, test } from 'vitest';
import { apiError, ID, idcloudBody, processesV1Body } from '../../support/bodies.ts';
import { startSubgraphOver } from '../../support/subgraph-over.ts';
import type { Subgraph } from '../../support/subgraph.ts';
import type { Reply, SeenRequest, Upstream } from '../../support/upstream.ts';

let upstream: Upstream;
let subgraph: Subgraph;

/** Starts a subgraph over a Unico that answers so, until the end of the test. */
async function start(answer: (request: SeenRequest) => Reply | Promise<Reply>): Promise<void> {
  ({ upstream, subgraph } = await startSubgraphOver(answer));
}

const FIND = `query ($code: String!) { reusableDocuments(code: $code, type: BR_CNH) { documentId type registryType } }`;

/** S4's sample. */
const CNH = { documentType: 'unico.moja.dictionary.br.cnh.v2.Cnh', documentId: 'doc-abc-123' };
const FOUND = [
  { documentId: 'doc-abc-123', type: 'BR_CNH', registryType: 'unico.moja.dictionary.br.cnh.v2.Cnh' },
];

describe('reusableDocuments', () => {
  test("reusable documents are found as in S4's sample, in one call", async () => {
    await start(() => ({ body: { items: [CNH] } }));
    const { data } = await subgraph.ask(FIND, { code: '12345678909' });
    expect(data.reusableDocuments).toEqual(FOUND);
    expect(upstream.calls()).toEqual(['GET /documents/v1?code=12345678909&type=BR_CNH']);
    expect(upstream.requests[0]?.headers['apikey']).toBe('key-doc');
  });

  const none: [string, Reply][] = [
    ['an empty list', { body: { items: [] } }],
    ['a list with one empty item, which older versions return', { body: { items: [{}] } }],
    ['an object without a list', { body: {} }],
    ['a list that is null', { body: { items: null } }],
    ['a list of null', { body: { items: [null] } }],
    ['a list with an item without an id', { body: { items: [{ ...CNH, documentId: '' }] } }],
    ['a 404 with 50001', { status: 404, body: apiError('50001') }],
    ['a 404 with 50001 as a number', { status: 404, body: { code: 50001, message: 'not found' } }],
    ['a 404 without a code', { status: 404 }],
  ];
  test.each(none)('reusable documents are an empty list for %s', async (_, reply) => {
    await start(() => reply);
    const answer = await subgraph.ask(FIND, { code: '12345678909' });
    expect(answer).toEqual({ status: 200, data: { reusableDocuments: [] }, errors: [] });
  });

  test.each(['99987', '20513', '12345'])(
    'a 404 with %s, which does not say that there is no document, is an error with its code',
    async (code) => {
      await start(() => ({ status: 404, body: apiError(code) }));
      const { data, errors } = await subgraph.ask(FIND, { code: '12345678909' });
      expect(data).toEqual({ reusableDocuments: null });
      expect(errors).toMatchObject([
        { path: ['reusableDocuments'], extensions: { code: 'BAD_USER_INPUT', upstreamCode: code } },
      ]);
    },
  );

  test.each([{ items: {} }, { items: 'none' }, { error: { code: '99999' } }, [], 'none'])(
    'a response of %j is not an empty list of reusable documents',
    async (body) => {
      await start(() => ({ body }));
      const { data, errors } = await subgraph.ask(FIND, { code: '12345678909' });
      expect(data).toEqual({ reusableDocuments: null });
      expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_CONTRACT' } }]);
    },
  );

  test('a reusable document of an unknown type retains its registry type', async () => {
    await start(() => ({
      body: { items: [{ ...CNH, documentType: 'unico.moja.dictionary.br.ctps.v1.Ctps' }] },
    }));
    const { data } = await subgraph.ask(FIND, { code: '12345678909' });
    expect(data.reusableDocuments).toMatchObject([
      { type: null, registryType: 'unico.moja.dictionary.br.ctps.v1.Ctps' },
    ]);
  });

  test.each(['12345678901', '123.456.789-09', '11111111111', 'HEWW580907HGRSHL04', 'x&type=BR_RG'])(
    'reusable documents of the code %j are rejected without a call, and the error does not repeat it',
    async (code) => {
      await start(() => ({ body: { items: [] } }));
      const { errors } = await subgraph.ask(FIND, { code });
      expect(errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', upstreamCode: '20507' } });
      expect(errors[0]?.message).not.toContain(code);
      expect(upstream.requests).toEqual([]);
    },
  );

  test.each(['HEWW580907HGRSHL05', 'heww580907hgrshl05'])(
    'reusable documents are asked for by the CURP %s as it is given',
    async (code) => {
      await start(() => ({ body: { items: [CNH] } }));
      const { data } = await subgraph.ask(FIND, { code });
      expect(data.reusableDocuments).toEqual(FOUND);
      expect(upstream.calls()).toEqual([`GET /documents/v1?code=${code}&type=BR_CNH`]);
    },
  );

  test('reusable documents that cannot be read do not fail the rest of the query', async () => {
    await start(({ path }) => (path.startsWith('/documents') ? { status: 429 } : { body: idcloudBody() }));
    const { data, errors } = await subgraph.ask(
      `{ process(id: "${ID}") { state } reusableDocuments(code: "12345678909", type: BR_CNH) { documentId } }`,
    );
    expect(data).toEqual({ process: { state: 'FINISHED' }, reusableDocuments: null });
    expect(errors).toMatchObject([{ path: ['reusableDocuments'], extensions: { code: 'RATE_LIMITED' } }]);
  });

  test('reusable documents that Unico forbids are a fault of the credential', async () => {
    await start(() => ({ status: 403, body: apiError('30020') }));
    const { errors } = await subgraph.ask(FIND, { code: '12345678909' });
    expect(errors[0]).toMatchObject({ extensions: { code: 'UPSTREAM_UNAUTHORIZED', upstreamCode: '30020' } });
  });
});

function ask(source: string): ReturnType<Subgraph['ask']> {
  return subgraph.ask(
    `{ process(id: "${ID}", source: ${source}) { reusableDocuments(type: BR_CNH) { documentId } person { duiValue } } }`,
  );
}

describe('Process.reusableDocuments', () => {
  test("reusable documents of a process are found by its person's CPF", async () => {
    const person = { duiType: 'DUI_TYPE_BR_CPF', duiValue: '12345678909' };
    await start(({ path }) => ({
      body: path.startsWith('/documents') ? { items: [CNH] } : idcloudBody(ID, { person }),
    }));
    const { data } = await ask('IDCLOUD');
    expect(data.process.reusableDocuments).toEqual([{ documentId: 'doc-abc-123' }]);
  });

  test('reusable documents of a process without a person are null, without a call', async () => {
    await start(() => ({ body: processesV1Body() }));
    const { data, errors } = await ask('PROCESSES_V1');
    expect({ data, errors }).toEqual({
      data: { process: { reusableDocuments: null, person: null } },
      errors: [],
    });
    expect(upstream.requests).toHaveLength(1);
  });

  test('reusable documents of a process whose person has another kind of number are null', async () => {
    const person = { duiType: 'DUI_TYPE_ZZ_EMAIL', duiValue: 'someone@example.com' };
    await start(() => ({ body: idcloudBody(ID, { person }) }));
    const { data } = await ask('IDCLOUD');
    expect(data.process.reusableDocuments).toBeNull();
    expect(upstream.requests).toHaveLength(1);
  });

  test('reusable documents of a process that cannot be read do not fail the process', async () => {
    const person = { duiType: 'DUI_TYPE_BR_CPF', duiValue: '12345678909' };
    await start(({ path }) =>
      path.startsWith('/documents') ? { status: 500 } : { body: idcloudBody(ID, { person }) },
    );
    const { data, errors } = await ask('IDCLOUD');
    expect(data.process).toEqual({ reusableDocuments: null, person: { duiValue: '12345678909' } });
    expect(errors[0]).toMatchObject({
      path: ['process', 'reusableDocuments'],
      extensions: { code: 'UPSTREAM_UNAVAILABLE' },
    });
  });
});
