import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test, type TestContext } from 'vitest';
import { CREATE, journey } from '../support/create-process.ts';
import { killPrograms, remote, startProgram, urlOf, type Program } from '../support/program.ts';
import { ask as askServer, type Answer } from '../support/subgraph.ts';
import { startTokenIssuer } from '../support/token-issuer.ts';
import { startUpstream, type Reply, type SeenRequest } from '../support/upstream.ts';

afterAll(killPrograms);

type Line = { event: string; level: number; time: string; count?: number; [field: string]: unknown };

type Deployment = {
  program: Program;
  ask(query: string, variables?: Record<string, unknown>, token?: string): Promise<Answer>;
  metrics(): Promise<string>;
  /** The environment variables of the program. */
  variables: Record<string, string>;
  /** Stops the program, and returns all lines of its log with this event. */
  stop(event: string): Promise<Line[]>;
};

/** Starts the program over a Unico that answers so. */
async function deploy(
  { onTestFinished }: TestContext,
  answer: (request: SeenRequest) => Reply,
  more: Record<string, string> = {},
): Promise<Deployment> {
  const upstream = await startUpstream(answer);
  onTestFinished(() => upstream.close());
  const variables = {
    STORE_URL: 'memory:',
    ...remote(upstream),
    ...more,
  };
  const program = startProgram(variables);
  await program.printed('"event":"listening"');
  const url = urlOf(program);
  return {
    program,
    variables,
    ask: (query, given = {}, token) =>
      askServer(url, query, given, token === undefined ? {} : { authorization: `Bearer ${token}` }),
    metrics: async () => (await fetch(`${url}/metrics`)).text(),
    async stop(event) {
      program.signal('SIGTERM');
      expect(await program.ended).toBe(0);
      const lines = program.output().split('\n');
      return lines
        .filter((line) => line.includes(`"event":"${event}"`))
        .map((line) => JSON.parse(line) as Line);
    },
  };
}

/** The value of a series at `/metrics`; 0 where it is absent. */
function valueOf(metrics: string, series: string): number {
  const line = metrics.split('\n').find((each) => each.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? 0);
}

const sum = (numbers: number[]): number => numbers.reduce((total, each) => total + each, 0);

const representations = (count: number): Record<string, unknown> => ({
  representations: Array.from({ length: count }, () => ({
    __typename: 'Process',
    id: randomUUID(),
    source: 'IDCLOUD',
  })),
});

// At the same time, because each test has a program of its own, and mostly waits for it.
describe.concurrent('while the circuit is open', () => {
  const ENTITIES = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) { ... on Process { state } }
  }`;
  test('an operation of a thousand ids is one line for each kind of failure, with their number', async (context) => {
    const { ask, stop } = await deploy(context, () => ({ status: 500 }), {
      UNICO_RATE_LIMIT: '1000',
      LOG_LEVEL: 'debug',
    });
    // The answers of Unico open the circuit.
    await ask(ENTITIES, representations(30));
    const answer = await ask(ENTITIES, representations(1_000));
    expect(answer.errors).toHaveLength(1_000);
    const failures = await stop('failure');
    expect(sum(failures.map(({ count = 0 }) => count))).toBe(1_030);
    // No circuit is necessary for the second one to be few lines: at most one for each text.
    const texts = new Set(failures.map(({ kind, message }) => `${String(kind)} ${String(message)}`));
    expect(failures.length).toBeLessThanOrEqual(2 * texts.size);
    expect(Math.max(...failures.map(({ count = 0 }) => count))).toBeGreaterThan(900);
  });

  test('a flood of operations is a bounded number of lines, which count every failure and attempt', async (context) => {
    const { ask, stop, program, metrics } = await deploy(context, () => ({ status: 500 }), {
      UNICO_RATE_LIMIT: '1000',
    });
    const operations = 60;
    for (let i = 0; i < operations; i += 1) await ask(ENTITIES, representations(5));
    const attempts = valueOf(
      await metrics(),
      'upstream_request_duration_seconds_count{endpoint="GET client/v1/process/{id}",status_class="5xx"}',
    );
    const failures = await stop('failure');
    expect(sum(failures.map(({ count = 0 }) => count))).toBe(operations * 5);
    expect(failures.length).toBeLessThan(operations);
    const upstream = program
      .output()
      .split('\n')
      .filter((line) => line.includes('"event":"upstream"'))
      .map((line) => JSON.parse(line) as Line);
    expect(sum(upstream.map(({ count = 1 }) => count))).toBe(attempts);
    expect(upstream.length).toBeLessThanOrEqual(Math.max(22, attempts / 2));
  });
});

test.concurrent(
  'refusals of the quota are one line with the clients that had the most, and a metric by client',
  async (context) => {
    const issuer = await startTokenIssuer();
    context.onTestFinished(() => issuer.close());
    const { ask, metrics, stop, program } = await deploy(context, () => 'never answer', {
      UNICO_RATE_LIMIT: '1',
      REQUEST_TIMEOUT_MS: '1500',
      JWT_JWKS_URL: issuer.tokens.jwksUrl,
      JWT_ISSUER: issuer.tokens.issuer,
      JWT_AUDIENCE: issuer.tokens.audience,
    });
    const tokenOf = (client?: string): Promise<string> =>
      issuer.issue({ scope: 'identity:read', ...(client === undefined ? {} : { client_id: client }) });
    const [greedy, polite, personal, none] = await Promise.all([
      tokenOf('orders-batch'),
      tokenOf('orders-web'),
      tokenOf('maria.souza@example.com'),
      tokenOf(),
    ]);
    const callers = [...Array.from({ length: 60 }, () => greedy), polite, polite, personal, none];
    const answers = await Promise.all(
      callers.map((token) => ask(`{ process(id: "${randomUUID()}", source: IDCLOUD) { state } }`, {}, token)),
    );
    const limited = answers.filter(({ errors }) => errors[0]?.extensions.code === 'RATE_LIMITED').length;
    expect(limited).toBeGreaterThan(50);
    const text = await metrics();
    const counted = (client: string): number =>
      valueOf(text, `upstream_rate_limited_total{client="${client}"}`);
    expect(counted('orders-batch')).toBeGreaterThan(40);
    expect(counted('none')).toBeLessThanOrEqual(1);
    expect(text).toMatch(/upstream_rate_limited_total\{client="hmac:[0-9a-f]{32}"\} 1/);

    const lines = await stop('rate-limited');
    expect(sum(lines.map(({ count = 0 }) => count))).toBe(limited);
    expect(lines.length).toBeLessThanOrEqual(3);
    expect(lines.flatMap(({ clients }) => clients)).toContain(`orders-batch: ${counted('orders-batch')}`);
    expect(program.output() + text).not.toContain('maria');
  },
);

describe.concurrent('a creation whose outcome is unknown', () => {
  test('is a line at the level error with pseudonyms that stay the same, and is counted apart from refusals', async (context) => {
    const { ask, metrics, stop, program } = await deploy(context, ({ method }) =>
      method === 'POST' ? 'drop' : { status: 404 },
    );
    const lost = { journey: { ...journey.journey, clientReference: 'order-4711' } };
    const create = async (key: string, input: object): Promise<string> => {
      const { data } = await ask(CREATE, { key, input });
      return data.createProcess.userErrors[0].code as string;
    };
    expect(await create('key-of-luke', lost)).toBe('OUTCOME_UNKNOWN');
    // The caller asks again: nothing is sent, and the same creation is logged.
    expect(await create('key-of-luke', lost)).toBe('OUTCOME_UNKNOWN');
    expect(await create('key-of-leia', { journey: journey.journey })).toBe('OUTCOME_UNKNOWN');
    expect(await create('key-of-han', { journey: { ...journey.journey, callbackUri: '' } })).toBe(
      'CALLBACK_URI_INVALID',
    );
    const text = await metrics();
    const created = (outcome: string): number =>
      valueOf(text, `process_creations_total{outcome="${outcome}"}`);
    expect([created('OUTCOME_UNKNOWN'), created('CALLBACK_URI_INVALID')]).toEqual([3, 1]);
    const operations = (outcome: string): number =>
      valueOf(
        text,
        `graphql_server_request_duration_seconds_count{operation_type="mutation",outcome="${outcome}"}`,
      );
    expect([operations('user-error'), operations('success'), operations('error')]).toEqual([4, 0, 0]);
    const userErrors = 'graphql_server_user_errors_total{mutation="createProcess",code="OUTCOME_UNKNOWN"}';
    expect(valueOf(text, userErrors)).toBe(3);

    const lines = await stop('outcome-unknown');
    const pseudonym = expect.stringMatching(/^hmac:[0-9a-f]{32}$/);
    expect(lines).toEqual([
      expect.objectContaining({ level: 50, key: pseudonym, reference: pseudonym, client: null }),
      expect.objectContaining({ key: lines[0]?.['key'], reference: lines[0]?.['reference'] }),
      expect.objectContaining({ key: pseudonym, reference: null }),
    ]);
    expect(lines[2]?.['key']).not.toBe(lines[0]?.['key']);
    expect(program.output()).not.toMatch(/key-of|order-4711/);
  });

  test('is found by the pseudonym of its key, which the deployment can compute', async (context) => {
    const DATA_KEY = randomBytes(32).toString('base64');
    const { ask, stop, variables } = await deploy(context, () => 'drop', { DATA_KEY });
    const input = { journey: { ...journey.journey, clientReference: 'order-4711' } };
    await ask(CREATE, { key: 'key-of-luke', input });
    const [line] = await stop('outcome-unknown');
    const pseudonym = (label: string, text: string): string => {
      const script = fileURLToPath(new URL('../../scripts/print-pseudonym.ts', import.meta.url));
      return execFileSync(process.execPath, [script, label, text], {
        env: variables,
        encoding: 'utf8',
      }).trim();
    };
    expect(line).toMatchObject({
      key: pseudonym('idempotency-key', 'key-of-luke'),
      reference: pseudonym('client-reference', 'order-4711'),
    });
  });

  test('the metric that alarms watch is there before anything has happened', async (context) => {
    const { metrics } = await deploy(context, () => ({ status: 404 }));
    expect(await metrics()).toContain('process_creations_total{outcome="OUTCOME_UNKNOWN"} 0\n');
  });
});
