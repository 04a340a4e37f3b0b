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

const running = new AsyncDisposableStack();
let issuer: TokenIssuer;
let upstream: Upstream;
let identity: Subgraph;
/** Where the subgraphs are. */
let addresses: { identity: string; customers: string };
/** Gateways over both: one that knows the secret, one that does not, and one that has a fence of its own beside. */
let gateway: Gateway;
let stranger: Gateway;
let fenced: Gateway;

beforeAll(async () => {
  issuer = await startTokenIssuer();
  running.defer(() => issuer.close());
  upstream = await startUpstream(() => ({ body: SAMPLE }));
  running.defer(() => upstream.close());
  identity = await startSubgraph(unicoOf(upstream), {
    isRouter: createRouterCheck(['the-secret-before', SECRET]),
    authenticate: authenticationOf(issuer),
  });
  running.defer(() => identity.close());
  const customers = await startCustomerSubgraph([{ id: '1', name: 'Ana', verification: { id: ID } }]);
  running.defer(() => customers.close());
  addresses = { identity: `${identity.url}/graphql`, customers: customers.url };
  const composed = await compose('guild', { identity: await serviceSdl(), customers: CUSTOMER_SDL });
  const supergraph = composed
    .replace('http://identity.graphql.invalid/', addresses.identity)
    .replace('http://customers.graphql.invalid/', addresses.customers);
  const gatewayWith = async (guards: Guards): Promise<Gateway> => {
    const started = await startGuardedGateway(supergraph, guards);
    running.defer(() => started.close());
    return started;
  };
  [gateway, stranger, fenced] = await Promise.all([
    gatewayWith({ routerSecret: SECRET }),
    gatewayWith({}),
    gatewayWith({ routerSecret: SECRET, fenced: true }),
  ]);
});
beforeEach(() => {
  upstream.requests.length = 0;
});
afterAll(() => running.disposeAsync());

/** Somebody who asks a gateway: with a token of these scopes, or without any. */
type Asker = string[] | 'no token';

async function askAs(fetcher: Asker, { url }: Gateway, query: string): Promise<Answer> {
  return ask(url, query, {}, fetcher === 'no token' ? {} : await issuer.bearer(...fetcher));
}

/** Where something is missing from an answer, and why. */
const missing = ({ errors }: Answer): string[] =>
  errors.map(({ path = [], extensions: { code } }) => `${path.join('.')}: ${code}`).toSorted();

const PROCESS = '{ state verdict { decision } callbackUri person { duiType duiValue } }';
const QUERY = `{ process(id: "${ID}") ${PROCESS} }`;
const CUSTOMER = `{ customer(id: "1") { name verification ${PROCESS} } }`;

let keys = 0;
const create = (): string =>
  `mutation { createProcess(idempotencyKey: "key-${(keys += 1)}", input: { journey: {
    flow: "idunicosign", purpose: "creditprocess", callbackUri: "/"
  } }) { process { id userRedirectUrl verdict { decision } } replayed userErrors { code } } }`;

const WHOLE = {
  state: 'FINISHED',
  verdict: { decision: 'APPROVED' },
  callbackUri,
  person: { duiType: 'BR_CPF', duiValue: '12345678909' },
};
/** What is not personal of it, and nothing at all. */
const PART = { ...WHOLE, callbackUri: null, person: { duiType: 'BR_CPF', duiValue: null } };
const NOTHING = { state: null, verdict: null, callbackUri: null, person: null };

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
const ASKERS: { name: string; fetcher: Asker }[] = [
  { name: 'no token', fetcher: 'no token' },
  ...SETS.map((fetcher) => ({ name: fetcher.join(' ') || 'no scope', fetcher })),
];

describe('through a gateway that knows the secret and forwards tokens', () => {
  const readers: [string, Asker, object | null, object, string[]][] = [
    ['everything', ['identity:read', 'identity:pii'], WHOLE, WHOLE, []],
    [
      'what is not personal',
      ['identity:read'],
      PART,
      PART,
      ['callbackUri: FORBIDDEN', 'person.duiValue: FORBIDDEN'],
    ],
    ['nothing, with scopes of others,', ['openid', 'customers:read'], null, NOTHING, ['FORBIDDEN']],
    ['nothing, with what is personal alone,', ['identity:pii'], null, NOTHING, ['FORBIDDEN']],
    ['nothing, without a token,', 'no token', null, NOTHING, ['UNAUTHENTICATED']],
  ];

  test.each(readers)(
    '%s is answered to a query by who may see that',
    async (_, fetcher, expected, _entity, codes) => {
      const answer = await askAs(fetcher, gateway, QUERY);
      expect(answer.data).toEqual({ process: expected });
      const places = codes.map((code) => (expected === null ? `process: ${code}` : `process.${code}`));
      expect(missing(answer)).toEqual(places);
    },
  );

  test.each(readers)(
    '%s is answered to a query that comes from a customer',
    async (_, fetcher, _query, expected, codes) => {
      const answer = await askAs(fetcher, gateway, CUSTOMER);
      // The customer is of another team, and is told whatever may be seen here.
      expect(answer.data).toEqual({ customer: { name: 'Ana', verification: expected } });
      const said = new Set(answer.errors.map(({ extensions: { code } }) => code));
      expect(said).toEqual(new Set(codes.map((code) => code.replace(/.*: /, ''))));
    },
  );

  test('a creation is carried out for who may, who is given the address to go on with', async () => {
    const answer = await askAs(['identity:write'], gateway, create());
    expect(answer.data.createProcess).toEqual({
      process: { id: ID, userRedirectUrl, verdict: null },
      replayed: false,
      userErrors: [],
    });
    expect(missing(answer)).toEqual(['createProcess.process.verdict: FORBIDDEN']);
    expect(upstream.calls()).toEqual(['POST /client/v1/process']);
  });

  test.each(ASKERS.filter(({ fetcher }) => !fetcher.includes('identity:write')))(
    'a creation is not carried out for who may not: $name',
    async ({ fetcher }) => {
      const answer = await askAs(fetcher, gateway, create());
      expect(answer.data).toEqual({ createProcess: null });
      expect(missing(answer)).toEqual([
        `createProcess: ${fetcher === 'no token' ? 'UNAUTHENTICATED' : 'FORBIDDEN'}`,
      ]);
      expect(upstream.requests).toEqual([]);
    },
  );

  test('a token that does not count opens nothing here, and closes nothing of others', async () => {
    const expired = await issuer.issue({ scope: 'identity:read', exp: 1 });
    for (const token of ['forged', expired]) {
      const headers = { authorization: `Bearer ${token}` };
      const { data, errors } = await ask(gateway.url, CUSTOMER, {}, headers);
      expect(data).toEqual({ customer: { name: 'Ana', verification: NOTHING } });
      expect(new Set(errors.map(({ extensions: { code } }) => code))).toEqual(new Set(['UNAUTHENTICATED']));
      expect(JSON.stringify(errors)).not.toContain(token);
    }
    expect(upstream.requests).toEqual([]);
  });

  test('a client can not ask for entities by itself', async () => {
    const query = `{ _entities(representations: [{ __typename: "Process", id: "${ID}" }]) { ... on Process { id } } }`;
    const { data } = await askAs(['identity:read'], gateway, query);
    expect(data ?? null).toBeNull();
  });
});

describe('through a gateway that does not know the secret', () => {
  test('nothing is answered, whatever the token allows: only what is of others', async () => {
    const all = ['identity:read', 'identity:pii', 'identity:write'];
    const query = await askAs(all, stranger, QUERY);
    expect(query.data).toEqual({ process: null });
    expect(missing(query)).toEqual(['process: UNAUTHENTICATED']);
    const entity = await askAs(all, stranger, CUSTOMER);
    expect(entity.data).toEqual({ customer: { name: 'Ana', verification: NOTHING } });
    const mutation = await askAs(all, stranger, create());
    expect(mutation.data).toEqual({ createProcess: null });
    expect(upstream.requests).toEqual([]);
  });

  test('a client does not get further by sending the secret itself', async () => {
    const headers = { ...(await issuer.bearer('identity:read')), 'router-authorization': SECRET };
    expect((await ask(stranger.url, QUERY, {}, headers)).data).toEqual({ process: null });
  });

  test('not even the schema is told: it can not compose a graph', async () => {
    await expect(startGateway(addresses)).rejects.toThrow('failed with status 401');
  });
});

describe('through a gateway with a fence of its own', () => {
  /**
   * Something that is personal, and something that is not. What this gateway denies of lists it leaves out, and puts the
   * `null` beside them: those have a test of their own below.
   */
  const WIDE = `{ process(id: "${ID}") {
    id source state flow userRedirectUrl sdkToken callbackUri company { countryCode } authenticationId
    verdict { decision final reasons { code message } riskScore { value } serpro { status } }
    person { duiType duiValue duiValueMasked friendlyName notificationChannels }
    documents { code validated }
  } }`;

  test.each(ASKERS)('the same is seen as by the doors of this subgraph alone: $name', async ({ fetcher }) => {
    const [outer, inner] = [await askAs(fetcher, fenced, WIDE), await askAs(fetcher, gateway, WIDE)];
    expect(outer.data).toEqual(inner.data);
    expect(outer.errors.length > 0).toBe(inner.errors.length > 0);
  });

  test('nothing personal of a list gets through to who may not see it', async () => {
    const documents = 'documents { code data number holderName cpf birthDate signedUrls }';
    const query = `{ process(id: "${ID}") { ${documents} services { ${documents} } } }`;
    const read = JSON.stringify(await askAs(['identity:read'], fenced, query));
    const whole = JSON.stringify(await askAs(['identity:read', 'identity:pii'], fenced, query));
    expect(read).toContain('"code":"CNH"');
    for (const value of ['12345678909', 'Luke', '044589731564', '1990', 'token=xyz']) {
      expect(whole).toContain(value);
      expect(read).not.toContain(value);
    }
  });

  test('what is denied is denied by the fence, and no word of it comes here', async () => {
    const { data, errors } = await askAs(['identity:read'], fenced, CUSTOMER);
    expect(data).toEqual({ customer: { name: 'Ana', verification: PART } });
    expect(new Set(errors.map(({ extensions: { code } }) => code as string))).toEqual(
      new Set(['UNAUTHORIZED_FIELD_OR_TYPE']),
    );
  });

  test('what is allowed is carried out, also where the rest of it is denied', async () => {
    const { data } = await askAs(['identity:write'], fenced, create());
    expect(data.createProcess).toEqual({
      process: { id: ID, userRedirectUrl, verdict: null },
      replayed: false,
      userErrors: [],
    });
    expect(upstream.calls()).toEqual(['POST /client/v1/process']);
  });

  test('scopes that a token only claims open the fence, and not the door behind it', async () => {
    const forged = sign(
      makeSigningKey('key-1', 'ES256'),
      issuer.claims({ scope: 'identity:read identity:pii' }),
    );
    const { data, errors } = await ask(fenced.url, QUERY, {}, { authorization: `Bearer ${forged}` });
    expect(data).toEqual({ process: null });
    expect(errors).toMatchObject([{ path: ['process'], extensions: { code: 'UNAUTHENTICATED' } }]);
  });
});
