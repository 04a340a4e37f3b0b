import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { idcloudBody, processesV1Body } from '../support/bodies.ts';
import { mostInOneSecond, startChaos, type Chaos } from '../support/chaos.ts';
import { killPrograms, startReplica, type Replica } from '../support/replica.ts';
import { ask, type Answer } from '../support/subgraph.ts';
import { startTokenIssuer, type TokenIssuer } from '../support/token-issuer.ts';

/** Twice the usual quota: the tests take half of the time. */
const QUOTA = 20;
/** How long the greedy client waits after a refusal: it still has all its reads open nearly all the time. */
const GREEDY_PAUSE_MS = 250;
const SCOPES = 'identity:read identity:pii identity:write';

afterEach(killPrograms);

/** An id of idcloud, one of processes/v1, and one that no contract knows: by their first digit. */
const journeyId = (): string => randomUUID().replace(/^./, 'a');
const captureId = (): string => randomUUID().replace(/^./, 'b');
const unknownId = (): string => randomUUID().replace(/^./, 'c');

/** Starts a Unico of both contracts, which answers after a while. */
async function startUnico(): Promise<Chaos> {
  const chaos = await startChaos(({ method, path }) => {
    const id = path.split('/').at(-1) ?? '';
    if (method === 'POST') return { afterMs: 20, body: idcloudBody(randomUUID()) };
    const isV1 = path.startsWith('/processes/v1');
    if (!isV1 && id.startsWith('a')) return { afterMs: 20, body: idcloudBody(id) };
    if (isV1 && id.startsWith('b')) return { afterMs: 20, body: processesV1Body(id) };
    return { afterMs: 20, status: 404, body: {} };
  });
  onTestFinished(() => chaos.close());
  return chaos;
}

/** Sends operations with a token of one client. */
type Client = (query: string, variables?: Record<string, unknown>) => Promise<Answer>;

type Deployment = { chaos: Chaos; replica: Replica; clientOf(name: string): Promise<Client> };

async function startDeployment(variables: Record<string, string> = {}): Promise<Deployment> {
  const chaos = await startUnico();
  const issuer: TokenIssuer = await startTokenIssuer();
  onTestFinished(() => issuer.close());
  const { jwksUrl, issuer: name, audience } = issuer.tokens;
  const replica = await startReplica(chaos, {
    UNICO_CONTRACTS: 'idcloud,processes-v1',
    JWT_JWKS_URL: jwksUrl,
    JWT_ISSUER: name,
    JWT_AUDIENCE: audience,
    UNICO_RATE_LIMIT: String(QUOTA),
    ...variables,
  });
  const clientOf = async (clientId: string): Promise<Client> => {
    const token = await issuer.issue({ scope: SCOPES, client_id: clientId });
    return (query, given) => ask(replica.url, query, given, { authorization: `Bearer ${token}` });
  };
  return { chaos, replica, clientOf };
}

const read = (id: string): string => `{ process(id: "${id}") { id state } }`;

const CREATE = `mutation ($key: String!, $input: CreateProcessInput!) {
  createProcess(idempotencyKey: $key, input: $input) { process { id } userErrors { code } }
}`;
const creation = (): Record<string, unknown> => ({
  key: randomUUID(),
  input: { journey: { flow: 'id', purpose: 'creditprocess', callbackUri: '/' } },
});

/** Keeps this many single reads of unknown ids open until the test has ended. */
function keepReading(client: Client, count: number): void {
  const ended = new AbortController();
  const loop = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      const { errors } = await client(read(unknownId()));
      if (errors.length > 0) await sleep(GREEDY_PAUSE_MS);
    }
  };
  const loops = Array.from({ length: count }, () => loop().catch(() => {}));
  onTestFinished(async () => {
    ended.abort();
    killPrograms();
    await Promise.all(loops);
  });
}

const retryAfterOf = ({ errors }: Answer): number | null => {
  const refusal = errors.find(({ extensions }) => extensions.code === 'RATE_LIMITED');
  return refusal?.extensions.retryAfterSeconds ?? null;
};

/** Twelve reads, half of them of the contract that is asked last, and two creations. */
async function expectServed(client: Client): Promise<void> {
  const ids = Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? journeyId() : captureId()));
  const [reads, creations] = await Promise.all([
    Promise.all(ids.map((id) => client(read(id)))),
    Promise.all([1, 2].map(() => client(CREATE, creation()))),
  ]);
  expect(reads.flatMap(({ errors }) => errors)).toEqual([]);
  expect(reads.map(({ data }) => data.process.id)).toEqual(ids);
  for (const { data } of creations) expect(data.createProcess.userErrors).toEqual([]);
}

describe('a client beside one that keeps many reads of unknown ids open', () => {
  test('all reads and creations of a client succeed beside 90 and beside 200 reads of another one', async () => {
    const { chaos, clientOf } = await startDeployment();
    const greedy = await clientOf('greedy');
    let open = 0;
    for (const count of [90, 200]) {
      keepReading(greedy, count - open);
      open = count;
      const before = chaos.arrivals.length;
      await expect.poll(() => chaos.arrivals.length - before, { timeout: 10_000 }).toBeGreaterThan(QUOTA);
      await expectServed(await clientOf(`polite-${count}`));
    }
    expect(mostInOneSecond(chaos.arrivals)).toBeLessThanOrEqual(QUOTA);
  });

  test('a client that comes back after retryAfterSeconds is served', async () => {
    const { chaos, clientOf } = await startDeployment({ REQUEST_TIMEOUT_MS: '3000' });
    keepReading(await clientOf('greedy'), 90);
    await expect.poll(() => chaos.arrivals.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(QUOTA);
    const polite = await clientOf('polite');
    const comeBack = async (id: string): Promise<'served' | 'served later' | 'refused again'> => {
      const seconds = retryAfterOf(await polite(read(id)));
      if (seconds === null) return 'served';
      await sleep(seconds * 1_000);
      return retryAfterOf(await polite(read(id))) === null ? 'served later' : 'refused again';
    };
    const ends = await Promise.all(Array.from({ length: 30 }, () => comeBack(unknownId())));
    expect(ends).not.toContain('refused again');
    expect(ends).toContain('served later');
  });

  test('a page of unknown ids completes when it is requested again, with one call for each id and contract', async () => {
    const { chaos, clientOf } = await startDeployment({ REQUEST_TIMEOUT_MS: '3000' });
    keepReading(await clientOf('greedy'), 90);
    await expect.poll(() => chaos.arrivals.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(QUOTA);
    const polite = await clientOf('polite');
    const ids = Array.from({ length: 30 }, unknownId);
    let seconds: number | null = 0;
    for (let requests = 0; seconds !== null && requests < 5; requests += 1) {
      await sleep(seconds * 1_000);
      seconds = retryAfterOf(await polite(`{ processes(ids: ${JSON.stringify(ids)}) { state } }`));
    }
    expect(seconds).toBeNull();
    const calls = chaos.arrivals.filter(({ path }) => ids.includes(path.split('/').at(-1) ?? ''));
    expect(calls).toHaveLength(2 * ids.length);
  });
});
