import { beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { ID, idcloudBody } from '../support/bodies.ts';
import { killPrograms, startProgram } from '../support/program.ts';
import { startReplica, type Replica } from '../support/replica.ts';
import { tempFile } from '../support/stores.ts';
import { ask } from '../support/subgraph.ts';
import { startTokenIssuer, type TokenIssuer } from '../support/token-issuer.ts';
import { startUpstream, type Upstream } from '../support/upstream.ts';

const CPF = '73689290074';
const OLD = 'router-secret-of-last-year-0123456789';
const NEW = 'router-secret-of-this-year-0123456789';
const ROUTER = { 'router-authorization': NEW };
const READ = `{ process(id: "${ID}") { state person { duiValue duiValueMasked } } }`;

let issuer: TokenIssuer;
let upstream: Upstream;

beforeEach(async () => {
  issuer = await startTokenIssuer();
  upstream = await startUpstream(() => ({ body: idcloudBody(ID, { person: { duiValue: CPF } }) }));
  return async () => {
    killPrograms();
    await Promise.all([issuer.close(), upstream.close()]);
  };
});

/** The variables that require the secret of the router and a token. */
function bothRequired(): Record<string, string> {
  const { jwksUrl, issuer: name, audience } = issuer.tokens;
  return { ROUTER_SECRET: `${OLD}, ${NEW}`, JWT_JWKS_URL: jwksUrl, JWT_ISSUER: name, JWT_AUDIENCE: audience };
}

/** Starts the program, which requires the secret of the router and a token. */
const startRequiringBoth = (more: Record<string, string> = {}): Promise<Replica> =>
  startReplica(upstream, { ...bothRequired(), ...more });

/** The lines of the audit log. */
const auditOf = (replica: Replica): Record<string, unknown>[] =>
  replica.program
    .output()
    .split('\n')
    .filter((line) => line.includes('"audit"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** The variables that are reported as wrong. */
const problemsIn = (output: string): (string | undefined)[] =>
  [...output.matchAll(/^ {2}- (\w+): expected/gm)].map(([, name]) => name);

/** The error of a wrong configuration. */
function problemOf(variables: Record<string, string>): string {
  try {
    readConfig(variables);
  } catch (error) {
    return String(error);
  }
  return '';
}

describe.each([
  ['NODE_ENV', { NODE_ENV: 'production', UNICO_ENVIRONMENT: 'uat' }],
  ['UNICO_ENVIRONMENT', { UNICO_ENVIRONMENT: 'production' }],
])('the program in production, by %s', (_, production) => {
  const remote = (): Record<string, string> => ({
    ...production,
    UNICO_IDCLOUD_URL: upstream.url,
    UNICO_API_URL: upstream.url,
    UNICO_IDENTITY_URL: upstream.url,
    UNICO_ACCESS_TOKEN: 'a-token',
    UNICO_CONTRACTS: 'idcloud',
    STORE_URL: `sqlite:${tempFile()}`,
    DATA_KEY: Buffer.alloc(32, 7).toString('base64'),
  });

  const missing: [string, string[]][] = [
    ['the secret of the router', ['ROUTER_SECRET']],
    ['the address of the JWKS', ['JWT_JWKS_URL']],
    ['any of these variables', ['ROUTER_SECRET', 'JWT_JWKS_URL', 'JWT_ISSUER', 'JWT_AUDIENCE']],
  ];

  test.each(missing)('the program does not start in production without %s', async (_what, names) => {
    const empty = Object.fromEntries(names.map((name) => [name, '']));
    const program = startProgram({ ...remote(), ...bothRequired(), ...empty });
    expect(await program.ended).toBe(1);
    expect(problemsIn(program.output())).toEqual(names);
    expect(program.output()).not.toContain('listening');
    for (const secret of [OLD, NEW]) expect(program.output()).not.toContain(secret);
  });

  test('the program in production requires the secret of the router and a token', async () => {
    const { url, program } = await startRequiringBoth(remote());
    expect(program.output()).not.toContain('open-door');
    expect((await ask(url, READ)).status).toBe(401);
    expect((await ask(url, READ, {}, ROUTER)).errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
    const headers = { ...ROUTER, ...(await issuer.bearer('identity:read')) };
    const { data } = await ask(url, READ, {}, headers);
    expect(data.process).toEqual({
      state: 'FINISHED',
      person: { duiValue: null, duiValueMasked: '*********74' },
    });
  });
});

describe('the program outside of production', () => {
  test('a missing access check is reported in the log', async () => {
    const { program, url } = await startReplica(upstream);
    const lines = program
      .output()
      .split('\n')
      .filter((line) => line.includes('"open-door"'));
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual([
      'ROUTER_SECRET is not set: every client that reaches this address is accepted',
      'JWT_JWKS_URL is not set: every caller has all scopes',
    ]);
    expect((await ask(url, READ)).errors).toEqual([]);
  });

  const incomplete: [string, Record<string, string>, string][] = [
    ['no address of the JWKS', { JWT_JWKS_URL: '' }, 'JWT_JWKS_URL'],
    ['no issuer of tokens', { JWT_ISSUER: '' }, 'JWT_ISSUER'],
    ['no audience of tokens', { JWT_AUDIENCE: ' ' }, 'JWT_AUDIENCE'],
    ['an address of the JWKS without TLS', { JWT_JWKS_URL: 'http://example.com/jwks' }, 'JWT_JWKS_URL'],
    [
      'an address of the JWKS with a password',
      { JWT_JWKS_URL: `https://u:${NEW}@example.com/jwks` },
      'JWT_JWKS_URL',
    ],
    ['an address of the JWKS in a file', { JWT_JWKS_URL: 'file:///etc/jwks.json' }, 'JWT_JWKS_URL'],
    ['an empty secret after another', { ROUTER_SECRET: `${NEW},` }, 'ROUTER_SECRET'],
    ['an empty secret between others', { ROUTER_SECRET: `${OLD}, ,${NEW}` }, 'ROUTER_SECRET'],
    ['a secret with a space in it', { ROUTER_SECRET: `${OLD} ${NEW}` }, 'ROUTER_SECRET'],
    ['a secret that no header can contain', { ROUTER_SECRET: `${NEW}\u00f6` }, 'ROUTER_SECRET'],
  ];
  test.each(incomplete)(
    'the program does not start with an incomplete access check: %s',
    (_what, wrong, name) => {
      const problem = problemOf({ ...bothRequired(), ...wrong });
      expect(problemsIn(problem)).toEqual([name]);
      expect(problem).not.toContain(NEW);
    },
  );
});

describe('the running program', () => {
  test('each configured secret of the router is accepted, and a list of them is not', async () => {
    const { url } = await startRequiringBoth();
    const statusWith = async (secret: string): Promise<number> =>
      (await ask(url, '{ __typename }', {}, { 'router-authorization': secret })).status;
    expect(await statusWith(OLD)).toBe(200);
    expect(await statusWith(NEW)).toBe(200);
    expect(await statusWith(`${OLD}, ${NEW}`)).toBe(401);
    expect(await statusWith(`${OLD},${NEW}`)).toBe(401);
  });

  test('rejected requests are counted by the access check that rejected them', async () => {
    issuer.answerWith({ status: 500 });
    const { url, metric } = await startRequiringBoth();
    const refused = (reason: string): Promise<number> => metric(`requests_refused_total{reason="${reason}"}`);
    await ask(url, READ);
    await ask(url, READ, {}, { 'router-authorization': 'guessed' });
    await ask(url, READ, {}, { ...ROUTER, ...(await issuer.bearer('identity:read')) });
    await ask(url, READ, {}, { ...ROUTER, authorization: 'Bearer forged' });
    await ask(url, READ, {}, { ...ROUTER, authorization: 'Basic forged' });
    await ask(url, READ, {}, { ...ROUTER, authorization: '' });
    await fetch(`${url}/graphql`, { method: 'POST', headers: ROUTER, body: '{' });
    expect(await refused('router-secret')).toBe(2);
    expect(await refused('keys-unavailable')).toBe(1);
    expect(await refused('token')).toBe(3);
    expect(await refused('body')).toBe(1);
    // An admitted caller is not counted, although fields are denied.
    await ask(url, READ, {}, ROUTER);
    expect(await refused('token')).toBe(3);
  });

  test('health and metrics need no authentication and contain no personal data or secret', async () => {
    const { url } = await startRequiringBoth();
    const token = await issuer.issue({ sub: 'someone@example.com', scope: 'identity:read identity:pii' });
    await ask(url, READ, {}, { ...ROUTER, authorization: `Bearer ${token}` });
    await ask(url, READ, {}, { 'router-authorization': 'a-wrong-guess' });
    for (const path of ['/livez', '/readyz', '/metrics']) {
      const response = await fetch(`${url}${path}`);
      const text = await response.text();
      expect(response.status).toBe(200);
      for (const secret of [CPF, ID, 'someone', token, OLD, NEW, 'a-wrong-guess', issuer.tokens.jwksUrl]) {
        expect(text).not.toContain(secret);
      }
    }
  });

  test('the log contains neither a secret, nor a token, nor a wrong secret, nor the subject of a rejected token', async () => {
    const { url, program } = await startRequiringBoth({ LOG_LEVEL: 'trace' });
    const forged = await issuer.issue({ sub: 'caller-2', iss: 'https://other.example.com/' });
    const token = await issuer.issue({ scope: 'identity:read' });
    await ask(url, READ, {}, { 'router-authorization': 'a-wrong-guess' });
    await ask(url, READ, {}, { ...ROUTER, authorization: `Bearer ${forged}` });
    await ask(url, READ, {}, { ...ROUTER, authorization: `Bearer ${token}` });
    program.signal('SIGTERM');
    expect(await program.ended).toBe(0);
    const output = program.output();
    const parts = [...forged.split('.'), ...token.split('.')];
    for (const secret of [OLD, NEW, 'a-wrong-guess', 'caller-2', 'other.example.com', ...parts]) {
      expect(output).not.toContain(secret);
    }
  });

  test('each read of personal data is audited in one line, with a caller name that is not personal itself', async () => {
    const replica = await startRequiringBoth();
    const names = [
      'service-a',
      'someone@example.com',
      CPF,
      `x"}\n{"msg":"audit","caller":"admin","process":"${ID}"}`,
    ];
    for (const sub of names) {
      const token = await issuer.issue({ sub, scope: 'identity:read identity:pii' });
      await ask(replica.url, READ, {}, { ...ROUTER, authorization: `Bearer ${token}` });
    }
    // A denied read is not audited.
    const reader = await issuer.issue({ sub: 'service-b', scope: 'identity:read' });
    await ask(replica.url, READ, {}, { ...ROUTER, authorization: `Bearer ${reader}` });
    replica.program.signal('SIGTERM');
    await replica.program.ended;

    const lines = auditOf(replica);
    const other = expect.stringMatching(/^hmac:[0-9a-f]{32}$/);
    expect(lines.map(({ caller }) => caller)).toEqual(['service-a', other, other, other]);
    for (const line of lines) {
      expect(line).toMatchObject({ event: 'personal-read', process: ID, fields: ['Person.duiValue'] });
    }
    expect(replica.program.output()).not.toContain(CPF);
    expect(replica.program.output()).not.toContain('someone');
  });

  test('a creation is sent only for a caller with the secret and identity:write', async () => {
    const { url } = await startRequiringBoth();
    const create = `mutation { createProcess(idempotencyKey: "a-key", input: { journey: {
      flow: "id", purpose: "creditprocess", callbackUri: "/"
    } }) { process { id verdict { decision } } } }`;
    const as = async (headers: Record<string, string>): Promise<unknown> => {
      const { data } = await ask(url, create, {}, headers);
      return data?.createProcess ?? null;
    };
    expect(await as(await issuer.bearer('identity:write'))).toBeNull();
    expect(await as(ROUTER)).toBeNull();
    expect(await as({ ...ROUTER, ...(await issuer.bearer('identity:read', 'identity:pii')) })).toBeNull();
    expect(upstream.requests).toEqual([]);
    expect(await as({ ...ROUTER, ...(await issuer.bearer('identity:write')) })).toEqual({
      process: { id: ID, verdict: null },
    });
    expect(upstream.calls()).toEqual(['POST /client/v1/process']);
  });
});
