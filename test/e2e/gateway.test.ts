import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { startUnicoSandbox } from '../support/sandbox.ts';
import { startCustomerSubgraph } from '../support/customer-subgraph.ts';
import { ask as askServer, startSubgraph, type Answer, type Subgraph } from '../support/subgraph.ts';
import { startGateway, type Gateway } from '../supergraph/start-gateway.ts';

/** S0's and S1's samples, and a process that Unico answers with an internal error: the sandbox has all three. */
const FINISHED = '53060f52-f146-4c12-a234-5bb5031f6f5b';
const FINISHED_V1 = '80371b2a-3ac7-432e-866d-57fe37896ac6';
const FAILING = '1dc10d00-0000-4000-8000-000000000075';
const UNKNOWN = '00000000-0000-4000-8000-000000000000';

const CUSTOMERS = [
  { id: '1', name: 'Ana', verification: { id: FINISHED } },
  { id: '2', name: 'Bia', verification: { id: FAILING } },
  { id: '3', name: 'Cid', verification: { id: UNKNOWN } },
  { id: '4', name: 'Dora', verification: { id: 'not-a-uuid' } },
  { id: '5', name: 'Eva', verification: null },
  { id: '6', name: 'Fabio', verification: { id: FINISHED_V1 } },
];

let sandbox: Sandbox;
let identity: Subgraph;
let customers: Awaited<ReturnType<typeof startCustomerSubgraph>>;
let gateway: Gateway;

beforeAll(async () => {
  const started = await startUnicoSandbox();
  sandbox = started.sandbox;
  identity = await startSubgraph(started.unico);
  customers = await startCustomerSubgraph(CUSTOMERS);
  gateway = await startGateway({ identity: `${identity.url}/graphql`, customers: customers.url });
});

afterAll(async () => {
  await gateway.close();
  await Promise.all([customers.close(), identity.close(), sandbox.close()]);
});

const ask = (query: string, variables?: Record<string, unknown>): Promise<Answer> =>
  askServer(gateway.url, query, variables);

describe('a query through the gateway', () => {
  test('a query reaches from a customer of another subgraph to the verdict, in one request', async () => {
    const { data, errors } = await ask(`{
      customer(id: "1") { name verification { id source state verdict { decision reasons { code } } } }
    }`);
    expect(errors).toEqual([]);
    expect(data.customer).toEqual({
      name: 'Ana',
      verification: {
        id: FINISHED,
        source: 'IDCLOUD',
        state: 'FINISHED',
        verdict: { decision: 'APPROVED', reasons: [{ code: 'SCORE_STRONG' }] },
      },
    });
  });

  test('a query of a list returns every customer whose verification can be read, although others fail', async () => {
    const { data, errors } = await ask(`{ customers { name verification { source verdict { decision } } } }`);
    const unread = { source: null, verdict: null };
    expect(data.customers).toEqual([
      { name: 'Ana', verification: { source: 'IDCLOUD', verdict: { decision: 'APPROVED' } } },
      { name: 'Bia', verification: unread },
      { name: 'Cid', verification: unread },
      { name: 'Dora', verification: unread },
      { name: 'Eva', verification: null },
      { name: 'Fabio', verification: { source: 'PROCESSES_V1', verdict: { decision: 'APPROVED' } } },
    ]);
    const codeAt = (place: number): string | undefined =>
      errors.find(({ path = [] }) => path[1] === place)?.extensions.code;
    expect(codeAt(1)).toBe('UPSTREAM_UNAVAILABLE');
    expect(codeAt(3)).toBe('BAD_USER_INPUT');
    // The gateway repeats an error for each field; the test compares the customers with errors.
    expect(new Set(errors.map(({ path = [] }) => path[1]))).toEqual(new Set([1, 3]));
  });

  test('a query of many processes reports the error of one at its own path', async () => {
    const { data, errors } = await ask('query ($ids: [ID!]!) { processes(ids: $ids) { id state } }', {
      ids: [FINISHED, FAILING, UNKNOWN, FINISHED_V1],
    });
    expect(data.processes).toEqual([
      { id: FINISHED, state: 'FINISHED' },
      null,
      null,
      { id: FINISHED_V1, state: 'FINISHED' },
    ]);
    expect(errors).toMatchObject([
      { path: ['processes', 1], extensions: { code: 'UPSTREAM_UNAVAILABLE', upstreamCode: '99999' } },
    ]);
  });

  test('a query of the ids of processes alone costs no call to Unico', async () => {
    const before = sandbox.requests.length;
    const { data, errors } = await ask('{ customers { verification { id } } }');
    expect(errors).toEqual([]);
    expect(data.customers).toEqual(CUSTOMERS.map(({ verification }) => ({ verification })));
    expect(sandbox.requests.length).toBe(before);
  });

  test('a query with a malformed id is answered with BAD_USER_INPUT', async () => {
    const { data, errors } = await ask('{ process(id: "not-a-uuid") { state } }');
    expect(data).toEqual({ process: null });
    expect(errors).toMatchObject([{ path: ['process'], extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

const CREATE = `mutation ($key: String!, $input: CreateProcessInput!) {
  createProcess(idempotencyKey: $key, input: $input) {
    process { id state userRedirectUrl }
    userErrors { code field }
  }
}`;

describe('a mutation through the gateway', () => {
  test('a mutation creates a journey, whose document can be set and which can be read', async () => {
    const journey = { flow: 'custom-optional-document', purpose: 'biometryonboarding', callbackUri: '/' };
    const { data: created, errors } = await ask(CREATE, { key: 'gateway-1', input: { journey } });
    expect(errors).toEqual([]);
    expect(created.createProcess).toEqual({
      process: {
        id: expect.any(String),
        state: 'AWAITING_DOCUMENT',
        userRedirectUrl: expect.stringContaining('https://'),
      },
      userErrors: [],
    });

    const { id } = created.createProcess.process;
    const { data: set } = await ask(
      `mutation ($input: SetProcessDocumentInput!) {
        setProcessDocument(input: $input) { process { id } userErrors { code } }
      }`,
      { input: { processId: id, duiType: 'BR_CPF', duiValue: '12345678909' } },
    );
    expect(set.setProcessDocument).toEqual({ process: { id }, userErrors: [] });

    const { data: read } = await ask('query ($id: ID!) { process(id: $id) { person { duiValueMasked } } }', {
      id,
    });
    expect(read.process).toEqual({ person: { duiValueMasked: '*********09' } });
  });

  test('a creation with no input or two inputs is rejected without a call', async () => {
    const journey = { flow: 'id', callbackUri: '/' };
    const ageVerification = { subject: {}, imageBase64: '' };
    const before = sandbox.requests.length;
    for (const input of [{}, { journey, ageVerification }]) {
      const { data, errors } = await ask(CREATE, { key: 'gateway-2', input });
      expect(data ?? null).toBeNull();
      expect(errors).toHaveLength(1);
      expect(errors[0]?.message).toContain('CreateProcessInput');
    }
    expect(sandbox.requests.length).toBe(before);
  });

  test('introspection tells clients that a creation takes exactly one input', async () => {
    const { data } = await ask('{ __type(name: "CreateProcessInput") { isOneOf } }');
    expect(data).toEqual({ __type: { isOneOf: true } });
  });
});
