import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { idcloudBody, processesV1Body } from '../support/bodies.ts';
import { startChaos, type Chaos } from '../support/chaos.ts';
import { CREATE, creation } from '../support/journeys.ts';
import { killPrograms, startReplica, type Replica } from '../support/replica.ts';
import { ask, type Answer } from '../support/subgraph.ts';
import { startTokenIssuer, type TokenIssuer } from '../support/token-issuer.ts';

/** Twice the usual quota and half of the usual time of an operation: the tests take half of the time. */
const QUOTA = 20;
const OPERATION_MS = 4_000;
/** How long the greedy client waits after a refusal: it still has all its reads open nearly all the time. */
const GREEDY_PAUSE_MS = 250;
const SCOPES = 'identity:read identity:pii identity:write';

/** An id of idcloud, one of processes/v1, and one that no contract knows: by their first digit. */
const journeyId = (): string => randomUUID().replace(/^./, 'a');
const captureId = (): string => randomUUID().replace(/^./, 'b');
const unknownId = (): string => randomUUID().replace(/^./, 'c');

/** A Unico of both contracts, which answers after a while. */
const startUnico = (): Promise<Chaos> =>
  startChaos(({ method, path }) => {
    const id = path.split('/').at(-1) ?? '';
    if (method === 'POST') return { afterMs: 20, body: idcloudBody(randomUUID()) };
    const isV1 = path.startsWith('/processes/v1');
    if (!isV1 && id.startsWith('a')) return { afterMs: 20, body: idcloudBody(id) };
    if (isV1 && id.startsWith('b')) return { afterMs: 20, body: processesV1Body(id) };
    return { afterMs: 20, status: 404, body: {} };
  });

/** Sends operations with a token of one client. */
type Client = (query: string, variables?: Record<string, unknown>) => Promise<Answer>;

let chaos: Chaos;
let issuer: TokenIssuer;
let replica: Replica;

async function clientOf(clientId: string): Promise<Client> {
  const token = await issuer.issue({ scope: SCOPES, client_id: clientId });
  return (query, given) => ask(replica.url, query, given, { authorization: `Bearer ${token}` });
}

const read = (id: string): string => `{ process(id: "${id}") { id state } }`;

/** Keeps this many single reads of unknown ids open until `ended` aborts. */
async function keepReading(client: Client, count: number, ended: AbortSignal): Promise<void> {
  const loop = async (): Promise<void> => {
    while (!ended.aborted) {
      const { errors } = await client(read(unknownId()));
      if (errors.length > 0) await sleep(GREEDY_PAUSE_MS);
    }
  };
  await Promise.allSettled(Array.from({ length: count }, loop));
}

const retryAfterOf = ({ errors }: Answer): number | null => {
  const refusal = errors.find(({ extensions }) => extensions.code === 'RATE_LIMITED');
  return refusal?.extensions.retryAfterSeconds ?? null;
};

/** Eight reads, half of them of the contract that is asked last, and two creations. Returns how many failed. */
async function failuresOf(client: Client): Promise<number> {
  const ids = Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? journeyId() : captureId()));
  const [reads, creations] = await Promise.all([
    Promise.all(ids.map((id) => client(read(id)))),
    Promise.all([1, 2].map(() => client(CREATE, creation()))),
  ]);
  const failedReads = reads.filter(({ data }, i) => data.process?.id !== ids[i]);
  const failedCreations = creations.filter(({ data }) => data.createProcess?.userErrors.length !== 0);
  return failedReads.length + failedCreations.length;
}

// One server for all tests: the greedy client goes on reading all the time.
beforeAll(async () => {
  [chaos, issuer] = await Promise.all([startUnico(), startTokenIssuer()]);
  const { jwksUrl, issuer: name, audience } = issuer.tokens;
  replica = await startReplica(chaos, {
    UNICO_CONTRACTS: 'idcloud,processes-v1',
    JWT_JWKS_URL: jwksUrl,
    JWT_ISSUER: name,
    JWT_AUDIENCE: audience,
    UNICO_RATE_LIMIT: String(QUOTA),
    REQUEST_TIMEOUT_MS: String(OPERATION_MS),
  });
  const ended = new AbortController();
  const reading = keepReading(await clientOf('greedy'), 200, ended.signal);
  while (chaos.arrivals.length <= QUOTA) await sleep(50);
  return async () => {
    ended.abort();
    killPrograms();
    await Promise.all([reading, issuer.close(), chaos.close()]);
  };
});

describe('a client beside one that keeps 200 reads of unknown ids open', () => {
  test('all reads and creations of a client succeed', async () => {
    expect(await failuresOf(await clientOf('polite'))).toBe(0);
  });

  // The next two mostly wait, each for its own client.
  test.concurrent('a client that comes back after retryAfterSeconds is served', async () => {
    const waiter = await clientOf('waiter');
    // The simulation in virtual time allows one return. On a busy machine the program may be late for a second one.
    const comeBack = async (id: string): Promise<'served' | 'served later' | 'refused again'> => {
      let seconds = retryAfterOf(await waiter(read(id)));
      if (seconds === null) return 'served';
      for (let returns = 0; seconds !== null && returns < 2; returns += 1) {
        await sleep(seconds * 1_000);
        seconds = retryAfterOf(await waiter(read(id)));
      }
      return seconds === null ? 'served later' : 'refused again';
    };
    const ends = await Promise.all(Array.from({ length: 24 }, () => comeBack(unknownId())));
    expect(ends).not.toContain('refused again');
    expect(ends).toContain('served later');
  });

  test.concurrent(
    'a page of unknown ids completes when it is requested again, with one call for each id and contract',
    async () => {
      const portal = await clientOf('portal');
      const ids = Array.from({ length: 14 }, unknownId);
      const page = `{ processes(ids: ${JSON.stringify(ids)}) { state } }`;
      let answer = await portal(page);
      for (let requests = 1; answer.errors.length > 0 && requests < 10; requests += 1) {
        await sleep((retryAfterOf(answer) ?? 1) * 1_000);
        answer = await portal(page);
      }
      expect(answer.errors).toEqual([]);
      const calls = chaos.arrivals.filter(({ path }) => ids.includes(path.split('/').at(-1) ?? ''));
      expect(calls).toHaveLength(2 * ids.length);
    },
  );
});

/** How long the polite clients below go on asking, in milliseconds: some ten answers each. */
const ASKING_MS = 3_000;

/** Jain's fairness index: 1 when all have the same, and 1/n when one has everything. */
function jainOf(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  return sum ** 2 / (shares.length * shares.reduce((total, share) => total + share ** 2, 0));
}

/** Reads unknown ids, six at a time, each again when its refusal says so. Returns which ids were asked and answered. */
async function askForMore(client: Client): Promise<{ asked: string[]; answered: string[] }> {
  const until = performance.now() + ASKING_MS;
  const asked: string[] = [];
  const answered: string[] = [];
  async function readUntilAnswered(id: string): Promise<void> {
    asked.push(id);
    for (let answer = await client(read(id)); answer.errors.length > 0; answer = await client(read(id))) {
      await sleep((retryAfterOf(answer) ?? 1) * 1_000);
    }
    answered.push(id);
  }
  const loop = async (): Promise<void> => {
    while (performance.now() < until) await readUntilAnswered(unknownId());
  };
  await Promise.all(Array.from({ length: 6 }, loop));
  return { asked, answered };
}

test('four polite clients that want more than their share get equal shares beside the greedy one, and nine of ten calls lead to an answer', async () => {
  const clients = await Promise.all(['one', 'two', 'three', 'four'].map(clientOf));
  const results = await Promise.all(clients.map(askForMore));
  expect(jainOf(results.map(({ answered }) => answered.length))).toBeGreaterThanOrEqual(0.95);
  const [asked, answered] = [
    new Set(results.flatMap((each) => each.asked)),
    new Set(results.flatMap((each) => each.answered)),
  ];
  const calls = chaos.arrivals.map(({ path }) => path.split('/').at(-1) ?? '').filter((id) => asked.has(id));
  const useful = calls.filter((id) => answered.has(id));
  expect(useful.length).toBeGreaterThanOrEqual(0.9 * calls.length);
});
