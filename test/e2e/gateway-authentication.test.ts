import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createRouterCheck } from '../../src/server/auth/router-secret.ts';
import { serviceSdl } from '../../src/graphql/schema/subgraph-schema.ts';
import { SAMPLE } from '../fixtures/s0-get-idcloud-process.ts';
import { CUSTOMER_SDL, startCustomerSubgraph } from '../support/customer-subgraph.ts';
import { ask, startSubgraph, type Answer, type Subgraph } from '../support/subgraph.ts';
import {
  authenticationOf,
  makeSigningKey,
  sign,
  startTokenIssuer,
  type TokenIssuer,
} from '../support/token-issuer.ts';
import { unicoOf } from '../support/unico.ts';
import { startUpstream, type Upstream } from '../support/upstream.ts';
import { compose } from '../supergraph/compose.ts';
import { startGateway, startGuardedGateway, type Gateway, type Guards } from '../supergraph/start-gateway.ts';

const SECRET = 'the-secret-of-this-router';
const { id: ID, callbackUri, userRedirectUrl } = SAMPLE.process;

let issuer: TokenIssuer;
let upstream: Upstream;
let identity: Subgraph;
let customers: Awaited<ReturnType<typeof startCustomerSubgraph>>;
/** The addresses of the subgraphs. */
let addresses: { identity: string; customers: string };
/** Gateways over both: one with the secret, one without it, and one with the secret and an access check of its own. */
let gateway: Gateway;
let withoutSecret: Gateway;
let checking: Gateway;

beforeAll(async () => {
  issuer = await startTokenIssuer();
  upstream = await startUpstream(() => ({ body: SAMPLE }));
  identity = await startSubgraph(unicoOf(upstream), {
    isRouter: createRouterCheck(['the-secret-before', SECRET]),
    authenticate: authenticationOf(issuer),
  });
  customers = await startCustomerSubgraph([{ id: '1', name: 'Ana', verification: { id: ID } }]);
  addresses = { identity: `${identity.url}/graphql`, customers: customers.url };
  const composed = await compose('guild', { identity: await serviceSdl(), customers: CUSTOMER_SDL });
  const supergraph = composed
    .replace('http://identity.graphql.invalid/', addresses.identity)
    .replace('http://customers.graphql.invalid/', addresses.customers);
  const gatewayWith = (guards: Guards): Promise<Gateway> => startGuardedGateway(supergraph, guards);
  [gateway, withoutSecret, checking] = await Promise.all([
    gatewayWith({ routerSecret: SECRET }),
    gatewayWith({}),
    gatewayWith({ routerSecret: SECRET, checksScopes: true }),
  ]);
});
beforeEach(() => {
  upstream.requests.length = 0;
});
afterAll(async () => {
  await Promise.all([gateway, withoutSecret, checking].map((each) => each.close()));
  await Promise.all([customers, identity, upstream, issuer].map((each) => each.close()));
});

/** The scopes of a caller's token. */
type TestCaller = string[] | 'no token';

async function askAs(caller: TestCaller, { url }: Gateway, query: string): Promise<Answer> {
  return ask(url, query, {}, caller === 'no token' ? {} : await issuer.bearer(...caller));
}

/** The paths that are missing from a response, with their codes. */
const missing = ({ errors }: Answer): string[] =>
  errors.map(({ path = [], extensions: { code } }) => `${path.join('.')}: ${code}`).toSorted();

const PROCESS = '{ state verdict { decision } callbackUri person { duiType duiValue } }';
const QUERY = `{ process(id: "${ID}") ${PROCESS} }`;
const CUSTOMER = `{ customer(id: "1") { name verification ${PROCESS} } }`;

let keys = 0;
const create = (): string =>
  `mutation { createProcess(idempotencyKey: "key-${(keys += 1)}", input: { journey: {
    flow: "id", purpose: "creditprocess", callbackUri: "/"
  } }) { process { id userRedirectUrl verdict { decision } } replayed userErrors { code } } }`;

const WHOLE = {
  state: 'FINISHED',
  verdict: { decision: 'APPROVED' },
  callbackUri,
  person: { duiType: 'BR_CPF', duiValue: '12345678909' },
};
/** Its fields without the personal ones, and without all of them. */
const PART = { ...WHOLE, callbackUri: null, person: { duiType: 'BR_CPF', duiValue: null } };
const NONE = { state: null, verdict: null, callbackUri: null, person: null };

const SETS: string[][] = [
  [],
  ['identity:read'],
  ['identity:pii'],
  ['identity:write'],
  ['identity:read', 'identity:pii'],
  ['identity:read', 'identity:write'],
  ['identity:pii', 'identity:write'],
  ['identity:read', 'identity:pii', 'identity:write'],
];
const CALLERS: { name: string; caller: TestCaller }[] = [
  { name: 'no token', caller: 'no token' },
  ...SETS.map((caller) => ({ name: caller.join(' ') || 'no scope', caller })),
];

describe('a gateway that has the secret and forwards tokens', () => {
  const readers: [string, TestCaller, object | null, object, string[]][] = [
    [
      'with identity:read and identity:pii gets all fields',
      ['identity:read', 'identity:pii'],
      WHOLE,
      WHOLE,
      [],
    ],
    [
      'with identity:read gets the fields that are not personal',
      ['identity:read'],
      PART,
      PART,
      ['callbackUri: FORBIDDEN', 'person.duiValue: FORBIDDEN'],
    ],
    ['with scopes of other services gets no field', ['openid', 'customers:read'], null, NONE, ['FORBIDDEN']],
    ['with identity:pii alone gets no field', ['identity:pii'], null, NONE, ['FORBIDDEN']],
    ['without a token gets no field', 'no token', null, NONE, ['UNAUTHENTICATED']],
  ];

  test.each(readers)(
    'a caller of the gateway %s of a process',
    async (_, caller, expected, _entity, codes) => {
      const answer = await askAs(caller, gateway, QUERY);
      expect(answer.data).toEqual({ process: expected });
      const places = codes.map((code) => (expected === null ? `process: ${code}` : `process.${code}`));
      expect(missing(answer)).toEqual(places);
    },
  );

  test.each(readers)(
    'a caller of the gateway %s of the process of a customer',
    async (_, caller, _query, expected, codes) => {
      const answer = await askAs(caller, gateway, CUSTOMER);
      // The customer is of another subgraph, which returns it to every caller.
      expect(answer.data).toEqual({ customer: { name: 'Ana', verification: expected } });
      const reported = new Set(answer.errors.map(({ extensions: { code } }) => code));
      expect(reported).toEqual(new Set(codes.map((code) => code.replace(/.*: /, ''))));
    },
  );

  test('a caller with identity:write creates through the gateway and gets the redirect URL', async () => {
    const answer = await askAs(['identity:write'], gateway, create());
    expect(answer.data.createProcess).toEqual({
      process: { id: ID, userRedirectUrl, verdict: null },
      replayed: false,
      userErrors: [],
    });
    expect(missing(answer)).toEqual(['createProcess.process.verdict: FORBIDDEN']);
    expect(upstream.calls()).toEqual(['POST /client/v1/process']);
  });

  test.each(CALLERS.filter(({ caller }) => !caller.includes('identity:write')))(
    'a caller without identity:write cannot create through the gateway: $name',
    async ({ caller }) => {
      const answer = await askAs(caller, gateway, create());
      expect(answer.data).toEqual({ createProcess: null });
      expect(missing(answer)).toEqual([
        `createProcess: ${caller === 'no token' ? 'UNAUTHENTICATED' : 'FORBIDDEN'}`,
      ]);
      expect(upstream.requests).toEqual([]);
    },
  );

  test('an invalid token gets no field of this subgraph, and all fields of the other', async () => {
    const expired = await issuer.issue({ scope: 'identity:read', exp: 1 });
    for (const token of ['forged', expired]) {
      const headers = { authorization: `Bearer ${token}` };
      const { data, errors } = await ask(gateway.url, CUSTOMER, {}, headers);
      expect(data).toEqual({ customer: { name: 'Ana', verification: NONE } });
      expect(new Set(errors.map(({ extensions: { code } }) => code))).toEqual(new Set(['UNAUTHENTICATED']));
      expect(JSON.stringify(errors)).not.toContain(token);
    }
    expect(upstream.requests).toEqual([]);
  });

  test('a client cannot query _entities through the gateway', async () => {
    const query = `{ _entities(representations: [{ __typename: "Process", id: "${ID}" }]) { ... on Process { id } } }`;
    const { data } = await askAs(['identity:read'], gateway, query);
    expect(data ?? null).toBeNull();
  });
});

describe('a gateway without the secret', () => {
  test('a gateway without the secret gets no field of this subgraph, whatever scopes the token has', async () => {
    const all = ['identity:read', 'identity:pii', 'identity:write'];
    const query = await askAs(all, withoutSecret, QUERY);
    expect(query.data).toEqual({ process: null });
    expect(missing(query)).toEqual(['process: UNAUTHENTICATED']);
    const entity = await askAs(all, withoutSecret, CUSTOMER);
    expect(entity.data).toEqual({ customer: { name: 'Ana', verification: NONE } });
    const mutation = await askAs(all, withoutSecret, create());
    expect(mutation.data).toEqual({ createProcess: null });
    expect(upstream.requests).toEqual([]);
  });

  test('a client that sends the secret itself gets no field through a gateway without it', async () => {
    const headers = { ...(await issuer.bearer('identity:read')), 'router-authorization': SECRET };
    expect((await ask(withoutSecret.url, QUERY, {}, headers)).data).toEqual({ process: null });
  });

  test('a gateway without the secret gets no schema and cannot compose a graph', async () => {
    await expect(startGateway(addresses)).rejects.toThrow('failed with status 401');
  });
});

describe('a gateway with an access check of its own', () => {
  /**
   * Personal fields and others. What this gateway denies inside of lists it leaves out, with a `null` next to the list: the
   * next test covers lists.
   */
  const WIDE = `{ process(id: "${ID}") {
    id source state flow userRedirectUrl sdkToken callbackUri company { countryCode } authenticationId
    verdict { decision final reasons { code message } riskScore { value } serpro { status } }
    person { duiType duiValue duiValueMasked friendlyName notificationChannels }
    documents { code validated }
  } }`;

  test.each(CALLERS)(
    'a caller with $name gets the same fields with and without the access check of the gateway',
    async ({ caller }) => {
      const [outer, inner] = [await askAs(caller, checking, WIDE), await askAs(caller, gateway, WIDE)];
      expect(outer.data).toEqual(inner.data);
      expect(outer.errors.length > 0).toBe(inner.errors.length > 0);
    },
  );

  test('no personal field of a list reaches a caller without identity:pii', async () => {
    const documents = 'documents { code data number holderName cpf birthDate signedUrls }';
    const query = `{ process(id: "${ID}") { ${documents} services { ${documents} } } }`;
    const read = JSON.stringify(await askAs(['identity:read'], checking, query));
    const whole = JSON.stringify(await askAs(['identity:read', 'identity:pii'], checking, query));
    expect(read).toContain('"code":"CNH"');
    for (const value of ['12345678909', 'Luke', '044589731564', '1990', 'token=xyz']) {
      expect(whole).toContain(value);
      expect(read).not.toContain(value);
    }
  });

  test('a denied field is denied by the gateway and not sent to this subgraph', async () => {
    const { data, errors } = await askAs(['identity:read'], checking, CUSTOMER);
    expect(data).toEqual({ customer: { name: 'Ana', verification: PART } });
    expect(new Set(errors.map(({ extensions: { code } }) => code as string))).toEqual(
      new Set(['UNAUTHORIZED_FIELD_OR_TYPE']),
    );
  });

  test('a creation that is allowed is executed although a field of its selection is denied', async () => {
    const { data } = await askAs(['identity:write'], checking, create());
    expect(data.createProcess).toEqual({
      process: { id: ID, userRedirectUrl, verdict: null },
      replayed: false,
      userErrors: [],
    });
    expect(upstream.calls()).toEqual(['POST /client/v1/process']);
  });

  test('forged scopes pass the access check of the gateway and not that of this subgraph', async () => {
    const forged = sign(
      makeSigningKey('key-1', 'ES256'),
      issuer.claims({ scope: 'identity:read identity:pii' }),
    );
    const { data, errors } = await ask(checking.url, QUERY, {}, { authorization: `Bearer ${forged}` });
    expect(data).toEqual({ process: null });
    expect(errors).toMatchObject([{ path: ['process'], extensions: { code: 'UNAUTHENTICATED' } }]);
  });
});
