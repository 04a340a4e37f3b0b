import { describe, expect, test } from 'vitest';
import { ID, idcloudBody, OTHER_ID, processesV1Body } from '../../support/bodies.ts';
import { serverForFile } from '../../support/server-for-file.ts';
import { openSubgraphOver } from '../../support/subgraph-over.ts';

/* Dates, documents and references of responses, from Unico's bytes to the response of this service. */

let body: object = {};
const server = serverForFile(() => openSubgraphOver(() => ({ body })));

/** Reads a process whose body this is; each has an id of its own, because a final process is cached. */
async function read(selection: string, source: string, bodyOf: (id: string) => object): Promise<unknown> {
  const id = crypto.randomUUID();
  body = bodyOf(id);
  const query = `query ($id: ID!) { process(id: $id, source: ${source}) { ${selection} } }`;
  const { data, errors } = await server().subgraph.ask(query, { id });
  expect(errors).toEqual([]);
  return data.process;
}

const readIdcloud = (selection: string, more: Record<string, unknown>): Promise<unknown> =>
  read(selection, 'IDCLOUD', (id) => idcloudBody(id, more));

const ZERO_TIMES = ['0001-01-01T00:00:00Z', '1970-01-01T00:00:00Z', '2024-02-30T10:00:00Z'];

test.each(ZERO_TIMES)('a process whose times are %s has none', async (time) => {
  const times = { createdAt: time, finishedAt: time, expiresAt: time };
  expect(await readIdcloud('state createdAt finishedAt expiresAt verdict { decidedAt }', times)).toEqual({
    state: 'FINISHED',
    createdAt: null,
    finishedAt: null,
    expiresAt: null,
    verdict: { decidedAt: null },
  });
});

describe.each(['IDCLOUD', 'PROCESSES_V1'])('a document of %s', (source) => {
  const DOCUMENTS = 'documents { number holderName cpf birthDate expiresOn }';

  /** What is read of a document of this kind with these OCR fields, in the form of either contract. */
  function documentOf(kind: string, data: object): Promise<unknown> {
    const idcloud = { services: [{ documents: [{ doc_id: 'd', doc: { code: kind.toUpperCase(), data } }] }] };
    const document = { id: 'd', type: `unico.moja.dictionary.br.x.v1.${kind}`, content: data };
    return read(DOCUMENTS, source, (id) =>
      source === 'IDCLOUD' ? idcloudBody(id, idcloud) : processesV1Body(id, { document }),
    );
  }

  const NOTHING = { number: null, holderName: null, cpf: null, birthDate: null, expiresOn: null };
  test.each([
    [
      'Passaporte',
      { numero: 'FX123456', nome: 'Luke', sobrenome: 'Skywalker', dataExpiracao: '2031-01-20T00:00:00Z' },
      { number: 'FX123456', holderName: 'Luke Skywalker', expiresOn: '2031-01-20' },
    ],
    [
      'Cin',
      {
        cpfNumero: '123.456.789-09',
        rgNumero: '34.234.567-8',
        nomeCivil: 'Luke',
        dataExpiracao: '1970-01-01T00:00:00Z',
      },
      { number: '12345678909', cpf: '12345678909', holderName: 'Luke' },
    ],
    [
      'Rg',
      { rgNumero: 342345678, cpfNumero: 1234567890, dataNascimento: '1970-01-01T00:00:00Z' },
      { number: '342345678', cpf: '01234567890', birthDate: '1970-01-01' },
    ],
    ['Rg', { cpfNumero: '123456789/09' }, { cpf: '12345678909' }],
    ['Cnh', { dataExpiracao: '0001-01-01T00:00:00Z', dataNascimento: '0001-01-01T00:00:00Z' }, {}],
    ['Cnh', { dataExpiracao: '2024-02-30T00:00:00Z', dataNascimento: '30/02/1990' }, {}],
  ])('a %s with %j', async (kind, data, expected) => {
    expect(await documentOf(kind, data)).toEqual({ documents: [{ ...NOTHING, ...expected }] });
  });
});

describe('the reference of a process', () => {
  const REFERENCE = 'reference { processId authenticationId process { id } }';

  test('a reference that is no UUID is answered as it is, and leads to no process', async () => {
    const bioTokenData = { referenceProcessId: 'ref-proc-123', authenticationId: 'auth-ref-123' };
    expect(await readIdcloud(REFERENCE, { bioTokenData })).toEqual({
      reference: { processId: 'ref-proc-123', authenticationId: 'auth-ref-123', process: null },
    });
    expect(server().upstream.requests).toHaveLength(1);
  });

  test.each([OTHER_ID, OTHER_ID.toUpperCase()])('the reference %s leads to its process', async (id) => {
    expect(await readIdcloud(REFERENCE, { bioTokenData: { referenceProcessId: id } })).toEqual({
      reference: { processId: OTHER_ID, authenticationId: null, process: { id: OTHER_ID } },
    });
  });

  test('a reference to an authentication attempt alone has no process', async () => {
    expect(await readIdcloud(REFERENCE, { bioTokenData: { authenticationId: 'auth-ref-123' } })).toEqual({
      reference: { processId: null, authenticationId: 'auth-ref-123', process: null },
    });
  });

  test('a reference is answered from the cache without a call', async () => {
    const bioTokenData = { referenceProcessId: 'ref-proc-123' };
    body = idcloudBody(ID, { bioTokenData });
    const query = `{ process(id: "${ID}", source: IDCLOUD) { reference { processId } } }`;
    for (let i = 0; i < 3; i += 1) {
      const { data } = await server().subgraph.ask(query);
      expect(data.process).toEqual({ reference: { processId: 'ref-proc-123' } });
    }
    expect(server().upstream.requests).toHaveLength(1);
  });
});

describe('lists of processes that Unico leaves out', () => {
  test.each([[{}], [{ capacities: null, services: null, person: null }]])(
    'IDCLOUD with %j has empty lists',
    async (more) => {
      expect(await readIdcloud('capacities services { documentIds } documents { id }', more)).toEqual({
        capacities: [],
        services: [],
        documents: [],
      });
    },
  );

  test.each([[{}], [{ documentIds: null, documents: null }]])(
    'a service of %j has empty lists',
    async (service) => {
      expect(
        await readIdcloud('services { documentIds documents { id } } documents { id }', {
          services: [service],
        }),
      ).toEqual({ services: [{ documentIds: [], documents: [] }], documents: [] });
    },
  );

  test.each([[{}], [{ notifications: null }]])('a person of %j has no channels', async (person) => {
    expect(await readIdcloud('person { notificationChannels }', { person })).toEqual({
      person: { notificationChannels: [] },
    });
  });

  test.each([[{}], [{ document: null }], [{ document: { fileUrls: null } }]])(
    'PROCESSES_V1 with %j has empty lists',
    async (more) => {
      const found = await read('services { documentIds } documents { signedUrls }', 'PROCESSES_V1', (id) =>
        processesV1Body(id, more),
      );
      const documents = 'document' in more && more.document !== null ? [{ signedUrls: [] }] : [];
      expect(found).toEqual({ services: [], documents });
    },
  );
});
