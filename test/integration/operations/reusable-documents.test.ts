import { afterEach, describe, expect, test } from 'vitest';
import { apiError, ID, idcloudBody, processesV1Body } from '../../support/bodies.ts';
import { startSubgraph, type Subgraph } from '../../support/subgraph.ts';
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

const FIND = `query ($code: String!) { reusableDocuments(code: $code, type: BR_CNH) { documentId type registryType } }`;

/** S4's sample. */
const CNH = { documentType: 'unico.moja.dictionary.br.cnh.v2.Cnh', documentId: 'doc-abc-123' };
const FOUND = [
  { documentId: 'doc-abc-123', type: 'BR_CNH', registryType: 'unico.moja.dictionary.br.cnh.v2.Cnh' },
];

describe('reusable documents', () => {
  test("are found by S4's sample, in one call", async () => {
    await start(() => ({ body: { items: [CNH] } }));
    const { data } = await subgraph.ask(FIND, { code: '12345678909' });
    expect(data.reusableDocuments).toEqual(FOUND);
    expect(upstream.calls()).toEqual(['GET /documents/v1?code=12345678909&type=BR_CNH']);
    expect(upstream.requests[0]?.headers['apikey']).toBe('key-doc');
  });

  const none: [string, Reply][] = [
    ['an empty list', { body: { items: [] } }],
    ['a list with an empty item, as older versions answer', { body: { items: [{}] } }],
    ['404 50001', { status: 404, body: apiError('50001') }],
    ['404 99987', { status: 404, body: apiError('99987') }],
  ];
  test.each(none)('are an empty list for %s', async (_, reply) => {
    await start(() => reply);
    const answer = await subgraph.ask(FIND, { code: '12345678909' });
    expect(answer).toEqual({ status: 200, data: { reusableDocuments: [] }, errors: [] });
  });

  test('of a kind that is not known keep their name', async () => {
    await start(() => ({
      body: { items: [{ ...CNH, documentType: 'unico.moja.dictionary.br.ctps.v1.Ctps' }] },
    }));
    const { data } = await subgraph.ask(FIND, { code: '12345678909' });
    expect(data.reusableDocuments).toMatchObject([
      { type: null, registryType: 'unico.moja.dictionary.br.ctps.v1.Ctps' },
    ]);
  });

  test.each(['12345678901', '123.456.789-09', '11111111111', 'HEWW580907HGRSHL04', 'x&type=BR_RG'])(
    'of %j are refused before a call is spent, without repeating it',
    async (code) => {
      await start(() => ({ body: { items: [] } }));
      const { errors } = await subgraph.ask(FIND, { code });
      expect(errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', upstreamCode: '20507' } });
      expect(errors[0]?.message).not.toContain(code);
      expect(upstream.requests).toEqual([]);
    },
  );

  test('that can not be read do not hurt what else was asked', async () => {
    await start(({ path }) => (path.startsWith('/documents') ? { status: 429 } : { body: idcloudBody() }));
    const { data, errors } = await subgraph.ask(
      `{ process(id: "${ID}") { state } reusableDocuments(code: "12345678909", type: BR_CNH) { documentId } }`,
    );
    expect(data).toEqual({ process: { state: 'FINISHED' }, reusableDocuments: null });
    expect(errors).toMatchObject([{ path: ['reusableDocuments'], extensions: { code: 'RATE_LIMITED' } }]);
  });

  test('that Unico forbids are the fault of our credential', async () => {
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

describe('reusable documents of a process', () => {
  test("are found by its person's CPF", async () => {
    const person = { duiType: 'DUI_TYPE_BR_CPF', duiValue: '12345678909' };
    await start(({ path }) => ({
      body: path.startsWith('/documents') ? { items: [CNH] } : idcloudBody(ID, { person }),
    }));
    const { data } = await ask('IDCLOUD');
    expect(data.process.reusableDocuments).toEqual([{ documentId: 'doc-abc-123' }]);
  });

  test('are null, without a call, where the process does not say who the person is', async () => {
    await start(() => ({ body: processesV1Body() }));
    const { data, errors } = await ask('PROCESSES_V1');
    expect({ data, errors }).toEqual({
      data: { process: { reusableDocuments: null, person: null } },
      errors: [],
    });
    expect(upstream.requests).toHaveLength(1);
  });

  test('are null where the person is known by another kind of number', async () => {
    const person = { duiType: 'DUI_TYPE_ZZ_EMAIL', duiValue: 'someone@example.com' };
    await start(() => ({ body: idcloudBody(ID, { person }) }));
    const { data } = await ask('IDCLOUD');
    expect(data.process.reusableDocuments).toBeNull();
    expect(upstream.requests).toHaveLength(1);
  });

  test('that can not be read do not hurt the process', async () => {
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
