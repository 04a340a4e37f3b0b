import { readFile } from 'node:fs/promises';
import { parse, visit } from 'graphql';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createRouterCheck } from '../../src/server/auth/router-secret.ts';
import { serviceSdl } from '../../src/graphql/schema/subgraph-schema.ts';
import { SAMPLE } from '../fixtures/s0-get-idcloud-process.ts';
import { CUSTOMER_SDL, startCustomerSubgraph } from '../support/customer-subgraph.ts';
import { killPrograms, startReplica } from '../support/replica.ts';
import { ask, startSubgraph, type Answer, type Subgraph } from '../support/subgraph.ts';
import { authenticationOf, startTokenIssuer, type TokenIssuer } from '../support/token-issuer.ts';
import { unicoOf } from '../support/unico.ts';
import { startUpstream, type Upstream } from '../support/upstream.ts';
import { compose } from '../supergraph/compose.ts';
import { startApolloGateway, startComposedApolloGateway, type Gateway } from '../supergraph/start-gateway.ts';

const SECRET = 'the-secret-of-this-router';
const { id: ID } = SAMPLE.process;
const STATIC_SDL = new URL('../../docs/subgraph-without-security-directives.graphql', import.meta.url);

let issuer: TokenIssuer;
let upstream: Upstream;
/** The subgraph without security directives, and the same with them. */
let identity: Subgraph;
let whole: Subgraph;
let customers: Awaited<ReturnType<typeof startCustomerSubgraph>>;
/** One gateway composes the graph itself, the other one reads a graph that was composed from the committed file. */
let gateways: Record<'composing' | 'static', Gateway>;

/** Puts the addresses of the subgraphs into a composed graph. */
const addressed = (supergraph: string): string =>
  supergraph
    .replaceAll('http://identity.graphql.invalid/', `${identity.url}/graphql`)
    .replaceAll('http://customers.graphql.invalid/', customers.url);

beforeAll(async () => {
  issuer = await startTokenIssuer();
  upstream = await startUpstream(() => ({ body: SAMPLE }));
  const guards = { isRouter: createRouterCheck([SECRET]), authenticate: authenticationOf(issuer) };
  [identity, whole] = await Promise.all([
    startSubgraph(unicoOf(upstream), { ...guards, securityDirectives: false }),
    startSubgraph(unicoOf(upstream), guards),
  ]);
  customers = await startCustomerSubgraph([{ id: '1', name: 'Ana', verification: { id: ID } }]);
  const composed = await compose('apollo', {
    identity: await readFile(STATIC_SDL, 'utf8'),
    customers: CUSTOMER_SDL,
  });
  const [composing, composedBefore] = await Promise.all([
    startApolloGateway({ identity: `${identity.url}/graphql`, customers: customers.url }, SECRET),
    startComposedApolloGateway(addressed(composed), SECRET),
  ]);
  gateways = { composing, static: composedBefore };
});

afterAll(async () => {
  await Promise.all(Object.values(gateways).map((gateway) => gateway.close()));
  await Promise.all([customers, identity, whole, upstream, issuer].map((each) => each.close()));
});

async function askAs(scopes: string[], { url }: Gateway, query: string): Promise<Answer> {
  // The gateway has another path than a subgraph: its root answers too.
  return ask(url, query, {}, await issuer.bearer(...scopes));
}

const CUSTOMER = `{ customer(id: "1") { name verification { state verdict { decision } person { duiValue } } } }`;

const create = (key: string): string =>
  `mutation { createProcess(idempotencyKey: "${key}", input: { journey: {
    flow: "id", purpose: "creditprocess", callbackUri: "/",
    person: { duiType: BR_CPF, duiValue: "12345678909", friendlyName: "Luke Skywalker" }
  } }) { process { id } userErrors { code } } }`;

describe.each(['composing', 'static'] as const)('@apollo/gateway over a %s graph', (kind) => {
  test(`a query through a ${kind} gateway reaches from a customer of another subgraph to the verdict`, async () => {
    const { data, errors } = await askAs(['identity:read', 'identity:pii'], gateways[kind], CUSTOMER);
    expect(errors).toEqual([]);
    expect(data.customer).toEqual({
      name: 'Ana',
      verification: {
        state: 'FINISHED',
        verdict: { decision: 'APPROVED' },
        person: { duiValue: '12345678909' },
      },
    });
  });

  test(`a caller of a ${kind} gateway without the scope of a field does not get it`, async () => {
    const { data, errors } = await askAs(['identity:read'], gateways[kind], CUSTOMER);
    expect(data.customer.verification).toEqual({
      state: 'FINISHED',
      verdict: { decision: 'APPROVED' },
      person: { duiValue: null },
    });
    expect(errors.map(({ extensions: { code } }) => code)).toEqual(['FORBIDDEN']);
  });

  test(`a mutation through a ${kind} gateway creates a process where its caller may`, async () => {
    const { data, errors } = await askAs(['identity:write'], gateways[kind], create(`${kind}-1`));
    expect(errors).toEqual([]);
    expect(data.createProcess).toEqual({ process: { id: ID }, userErrors: [] });
    const refused = await askAs(['identity:read'], gateways[kind], create(`${kind}-2`));
    expect(refused.data).toEqual({ createProcess: null });
    expect(refused.errors[0]?.extensions.code).toBe('FORBIDDEN');
  });
});

describe('@apollo/gateway over a graph with @requiresScopes', () => {
  test('the gateway does not start, and names the directive', async () => {
    const starting = startApolloGateway({ identity: `${whole.url}/graphql` }, SECRET);
    await expect(starting).rejects.toThrow('requiresScopes');
  });
});

/** The names of all directives that an SDL applies, defines or imports. */
function directivesIn(sdl: string): Set<string> {
  const names = new Set<string>();
  visit(parse(sdl), {
    Directive: ({ name }) => void names.add(name.value),
    DirectiveDefinition: ({ name }) => void names.add(name.value),
    StringValue: ({ value, block }) => void (block || names.add(value.replace(/^@/, ''))),
  });
  return names;
}

describe('SDL_SECURITY_DIRECTIVES', () => {
  const SECURITY = ['requiresScopes', 'authenticated', 'policy'];

  test('the program serves the committed SDL without security directives where they are off', async () => {
    onTestFinished(killPrograms);
    const off = await startReplica(upstream, { SDL_SECURITY_DIRECTIVES: 'off' });
    const on = await startReplica(upstream, {});
    // From the second time on, such a query would be compiled.
    for (let i = 0; i < 3; i += 1) {
      const { data } = await off.ask('{ _service { sdl } }');
      expect(data._service.sdl).toBe(await readFile(STATIC_SDL, 'utf8'));
      expect((await on.ask('{ _service { sdl } }')).data._service.sdl).toBe(await serviceSdl());
    }
  });

  test('the committed SDL differs from the whole one by the security directives alone', async () => {
    const [complete, without] = [await serviceSdl(), await readFile(STATIC_SDL, 'utf8')];
    expect(directivesIn(complete)).toContain('requiresScopes');
    for (const name of SECURITY) {
      expect(directivesIn(without)).not.toContain(name);
      expect(directivesIn(without)).not.toContain(`federation__${name}`);
    }
    const expected = complete
      .replaceAll(/ @requiresScopes\(scopes: \[(?:\[[^\]]*\](?:, )?)+\]\)/g, '')
      .replaceAll(
        /^(?:directive|scalar) @?(?:federation__)?(?:requiresScopes|authenticated|policy|Scope|Policy)\b.*\n\n/gm,
        '',
      )
      .replace('"@requiresScopes", ', '');
    expect(without).toBe(expected);
  });
});
