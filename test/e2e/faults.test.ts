import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { RateLimiter } from '../../src/upstream/resilience/rate-limiter.ts';
import { MemoryStore } from '../../src/storage/memory-store.ts';
import { LocalRateWindow } from '../../src/storage/rate-window.ts';
import { idcloudBody } from '../support/bodies.ts';
import {
  startChaos,
  tooMany,
  type Break,
  type Chaos,
  type ChaosRequest,
  type Behaviour,
} from '../support/chaos.ts';
import { startRedis } from '../support/redis.ts';
import { killPrograms, startReplica, type Replica } from '../support/replica.ts';
import { errorCodesOf, startSubgraph, type Answer, type Subgraph } from '../support/subgraph.ts';
import { unicoOf } from '../support/unico.ts';

afterEach(killPrograms);

async function chaosDoing(decide: (request: ChaosRequest) => Behaviour | Promise<Behaviour>): Promise<Chaos> {
  const chaos = await startChaos(decide);
  onTestFinished(() => chaos.close());
  return chaos;
}

/** The real server with rate limiter and resilience, in the process of the test. */
async function subgraphOver(
  chaos: Chaos,
  { attemptTimeoutMs = 200, requestTimeoutMs = 3_000, perSecond = 1_000 } = {},
): Promise<Subgraph> {
  const store = new MemoryStore();
  const rateLimiter = new RateLimiter(new LocalRateWindow(perSecond), perSecond);
  const times = { attemptTimeoutMs, operationTimeoutMs: requestTimeoutMs };
  const subgraph = await startSubgraph(unicoOf(chaos, { rateLimiter, ...times }), {
    store,
    requestTimeoutMs,
    contracts: ['IDCLOUD'],
  });
  onTestFinished(() => subgraph.close());
  return subgraph;
}

const idIn = ({ path }: ChaosRequest): string => path.split('/').at(-1) ?? '';
const approved = (request: ChaosRequest): Behaviour => ({
  body: idcloudBody(request.method === 'POST' ? randomUUID() : idIn(request)),
});
const APPROVED = { state: 'FINISHED', verdict: { decision: 'APPROVED' } };
const SELECTION = '{ state verdict { decision } }';

function process(id: string = randomUUID()): string {
  return `{ process(id: "${id}") ${SELECTION} }`;
}

function processes(ids: readonly string[]): string {
  return `{ processes(ids: ${JSON.stringify(ids)}) ${SELECTION} }`;
}

const CREATE = `mutation ($key: String!, $input: CreateProcessInput!) {
  createProcess(idempotencyKey: $key, input: $input) {
    process { id } replayed userErrors { code retryAfterSeconds }
  }
}`;

function creation(key: string = randomUUID()): Record<string, unknown> {
  return { key, input: { journey: { flow: 'id', purpose: 'creditprocess', callbackUri: '/' } } };
}

const DEEP = 100_000;

describe('a read with a faulty response', () => {
  const unavailable: Break[] = [
    'drop before reading',
    'drop after reading',
    'reset in the middle of the body',
    'bytes that are not HTTP',
    'a body shorter than its length',
    'silence before the headers',
    'silence in the middle of the body',
    'a body byte by byte',
  ];
  const contract: Break[] = ['a gzip bomb', 'a body without an end', 'a body longer than its length'];
  const unreadable: [string, Behaviour][] = [
    ['an empty response', { body: '' }],
    ['a page of HTML', { headers: { 'content-type': 'text/html' }, body: '<html>Sorry</html>' }],
    ['half of a response', { body: '{"process":{"id":"' }],
    ['a list', { body: '[]' }],
    ['null', { body: 'null' }],
    ['a process without an id', { body: { process: { ...idcloudBody(), id: undefined } } }],
    ['an approval of another process', { body: idcloudBody(randomUUID()) }],
    ['very deep lists', { body: '['.repeat(DEEP) + ']'.repeat(DEEP) }],
    ['bytes that are no text', { body: '\u0000\ufffe\ud800' }],
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }],
    ['no content', { status: 204 }],
    ['an approval with the status 299', { status: 299, body: idcloudBody() }],
  ];
  const statuses: [number, string][] = [
    [400, 'BAD_USER_INPUT'],
    [401, 'UPSTREAM_UNAUTHORIZED'],
    [403, 'UPSTREAM_UNAUTHORIZED'],
    [408, 'UPSTREAM_UNAVAILABLE'],
    [418, 'BAD_USER_INPUT'],
    [500, 'UPSTREAM_UNAVAILABLE'],
    [502, 'UPSTREAM_UNAVAILABLE'],
    [503, 'UPSTREAM_UNAVAILABLE'],
    [504, 'UPSTREAM_UNAVAILABLE'],
    [599, 'UPSTREAM_UNAVAILABLE'],
  ];
  test.each<[string, Behaviour, string]>([
    ...unavailable.map((deed): [string, Behaviour, string] => [deed, deed, 'UPSTREAM_UNAVAILABLE']),
    ...contract.map((deed): [string, Behaviour, string] => [deed, deed, 'UPSTREAM_CONTRACT']),
    ...unreadable.map(([what, deed]): [string, Behaviour, string] => [what, deed, 'UPSTREAM_CONTRACT']),
    ...statuses.map(([status, code]): [string, Behaviour, string] => [
      `an approval with the status ${status}`,
      { status, body: idcloudBody() },
      code,
    ]),
  ])(
    'a read that Unico answers with %s gets a documented error, and the next read succeeds',
    async (_what, deed, code) => {
      const bad = randomUUID();
      const chaos = await chaosDoing((request) => (idIn(request) === bad ? deed : approved(request)));
      const subgraph = await subgraphOver(chaos, { attemptTimeoutMs: 300 });
      const answer = await subgraph.ask(process(bad));
      expect([answer.status, answer.data.process, errorCodesOf(answer)]).toEqual([200, null, [code]]);
      expect((await subgraph.ask(process())).data.process).toEqual(APPROVED);
    },
  );
});

describe('responses without a limit', () => {
  test.each<Break>(['a gzip bomb', 'a body without an end'])(
    'responses of %s are cut off, and the program neither grows nor ends',
    async (deed) => {
      const chaos = await chaosDoing(() => deed);
      const replica = await startReplica(chaos, { UNICO_RATE_LIMIT: '1000' });
      const before = await replica.metric('process_resident_memory_bytes');
      for (let round = 0; round < 4; round += 1) {
        const answer = await replica.ask(processes(Array.from({ length: 30 }, () => randomUUID())));
        expect(errorCodesOf(answer)).toEqual(Array(30).fill('UPSTREAM_CONTRACT'));
      }
      const grown = (await replica.metric('process_resident_memory_bytes')) - before;
      // Thirty responses of 512 KiB at a time, the objects that V8 makes of them, and those that it has not collected yet.
      expect(grown).toBeLessThan(300 * 1024 * 1024);
      // The buffers of the sockets contain bytes that were sent and not read.
      expect(chaos.mostSent()).toBeLessThan(16 * 1024 * 1024);
      expect(replica.logged('fault')).toEqual([]);
    },
  );
});

async function timed<T>(work: Promise<T>): Promise<{ value: T; ms: number }> {
  const since = performance.now();
  const value = await work;
  return { value, ms: performance.now() - since };
}

describe('the deadline of an operation', () => {
  /** Far more than a busy machine needs, far less than the delay that the deadline prevents. */
  const GENEROUS_MS = 2_500;

  const slow: [string, Behaviour][] = [
    ['a response that comes too late', { afterMs: 20_000 }],
    ['silence before the headers', 'silence before the headers'],
    ['silence in the middle of the body', 'silence in the middle of the body'],
    ['a body byte by byte', 'a body byte by byte'],
  ];

  test.each(slow)(
    'a read that meets %s ends at its deadline, and its neighbours are answered',
    async (_what, deed) => {
      const ids = Array.from({ length: 5 }, () => randomUUID());
      const chaos = await chaosDoing((request) => (idIn(request) === ids[2] ? deed : approved(request)));
      const subgraph = await subgraphOver(chaos, { attemptTimeoutMs: 60_000, requestTimeoutMs: 700 });
      const { value, ms } = await timed(subgraph.ask(processes(ids)));
      expect(value.data.processes).toEqual([APPROVED, APPROVED, null, APPROVED, APPROVED]);
      expect(value.errors).toMatchObject([
        { path: ['processes', 2], extensions: { code: 'UPSTREAM_UNAVAILABLE' } },
      ]);
      expect(ms).toBeLessThan(700 + GENEROUS_MS);
    },
  );

  test.each(slow)(
    'a creation that meets %s ends at its deadline with an unknown outcome',
    async (_what, deed) => {
      const chaos = await chaosDoing(() => deed);
      const subgraph = await subgraphOver(chaos, { requestTimeoutMs: 700 });
      const { value, ms } = await timed(subgraph.ask(CREATE, creation()));
      expect(value.data.createProcess).toMatchObject({
        process: null,
        userErrors: [{ code: 'OUTCOME_UNKNOWN' }],
      });
      expect(ms).toBeLessThan(700 + GENEROUS_MS);
      expect(chaos.arrivals).toHaveLength(1);
    },
  );

  test('an operation ends at its deadline although more reads are stuck than may run at a time', async () => {
    const chaos = await chaosDoing(() => 'silence before the headers');
    const subgraph = await subgraphOver(chaos, { attemptTimeoutMs: 60_000, requestTimeoutMs: 1_000 });
    const ids = Array.from({ length: 100 }, () => randomUUID());
    const { value, ms } = await timed(subgraph.ask(processes(ids)));
    expect(errorCodesOf(value)).toEqual(Array(100).fill('UPSTREAM_UNAVAILABLE'));
    expect(ms).toBeLessThan(1_000 + GENEROUS_MS);
    expect(chaos.arrivals.length).toBeLessThanOrEqual(32);
  });

  test('an attempt that takes too long is repeated before the deadline of its operation', async () => {
    const chaos = await chaosDoing((request) =>
      chaos.arrivals.length === 1 ? 'silence before the headers' : approved(request),
    );
    const subgraph = await subgraphOver(chaos, { attemptTimeoutMs: 200 });
    expect((await subgraph.ask(process())).data.process).toEqual(APPROVED);
    expect(chaos.arrivals).toHaveLength(2);
  });
});

describe('a tenant over its quota (429)', () => {
  test('reads over the quota report the time to wait, and no request is sent until then', async () => {
    const chaos = await chaosDoing(() => tooMany('20'));
    const subgraph = await subgraphOver(chaos);
    for (let call = 0; call < 3; call += 1) {
      const answer = await subgraph.ask(process());
      expect(errorCodesOf(answer)).toEqual(['RATE_LIMITED']);
      expect(answer.errors[0]?.extensions.retryAfterSeconds).toBeGreaterThanOrEqual(18);
    }
    expect(chaos.arrivals).toHaveLength(1);
  });

  test('creations over the quota report the time to wait, and their keys are free then', async () => {
    const chaos = await chaosDoing(() =>
      chaos.arrivals.length === 1 ? tooMany('1') : { body: idcloudBody(randomUUID()) },
    );
    const subgraph = await subgraphOver(chaos, { requestTimeoutMs: 8_000 });
    const same = creation();
    const refused = (await subgraph.ask(CREATE, same)).data.createProcess;
    expect(refused.userErrors).toEqual([{ code: 'RATE_LIMITED', retryAfterSeconds: 1 }]);
    const done = (await subgraph.ask(CREATE, same)).data.createProcess;
    expect(done).toMatchObject({ process: { id: expect.any(String) }, replayed: false, userErrors: [] });
  });

  test('a 429 without retry-after reports at least the pause of the rate limiter', async () => {
    const chaos = await chaosDoing(() => tooMany(null));
    const subgraph = await subgraphOver(chaos, { requestTimeoutMs: 8_000 });
    const reported: number[] = [];
    for (let call = 0; call < 3; call += 1) {
      const { userErrors } = (await subgraph.ask(CREATE, creation())).data.createProcess;
      reported.push(userErrors[0].retryAfterSeconds);
    }
    for (const [nth, pause] of [1, 2, 4].entries()) expect(reported[nth]).toBeGreaterThanOrEqual(pause);
  });

  test('ten concurrent reads over the quota without retry-after do not block the next read for long', async () => {
    const chaos = await chaosDoing((request) =>
      chaos.arrivals.length <= 10 ? tooMany(null) : approved(request),
    );
    const subgraph = await subgraphOver(chaos, { requestTimeoutMs: 8_000, perSecond: 10 });
    await subgraph.ask(processes(Array.from({ length: 10 }, () => randomUUID())));
    expect((await subgraph.ask(process())).data.process).toEqual(APPROVED);
  });
});

describe('Unico down', () => {
  test('while the circuits are open reads and creations fail at once, keys stay free, and both succeed when Unico works again', async () => {
    let down = true;
    const chaos = await chaosDoing((request) => {
      return down ? { status: 503 } : approved(request);
    });
    const replica = await startReplica(chaos, { UNICO_RATE_LIMIT: '1000' });
    await replica.ask(processes(Array.from({ length: 15 }, () => randomUUID())));
    await Promise.all(Array.from({ length: 10 }, () => replica.ask(CREATE, creation())));
    expect(await replica.metric('upstream_breaker_open{host="idcloud"}')).toBe(1);
    await sleep(100);
    const arrived = chaos.arrivals.length;
    expect(await replica.metric('upstream_retries_total{host="idcloud"}')).toBeLessThanOrEqual(13);

    const same = creation();
    const [read, created] = await Promise.all([replica.ask(process()), replica.ask(CREATE, same)]);
    for (const answer of [read, created]) {
      expect(errorCodesOf(answer)).toEqual(['UPSTREAM_UNAVAILABLE']);
      expect(answer.errors[0]?.extensions.retryAfterSeconds).toBeGreaterThanOrEqual(1);
    }
    expect(chaos.arrivals).toHaveLength(arrived);

    down = false;
    await expect
      .poll(async () => (await replica.ask(process())).data.process, { timeout: 10_000, interval: 250 })
      .toEqual(APPROVED);
    const retried = async (): Promise<unknown> => (await replica.ask(CREATE, same)).data.createProcess;
    await expect
      .poll(retried, { timeout: 10_000, interval: 250 })
      .toMatchObject({ process: { id: expect.any(String) }, replayed: false, userErrors: [] });
    expect(await replica.metric('upstream_breaker_open{host="idcloud"}')).toBe(0);
    const changesOf = (call: string): unknown[] =>
      replica
        .logged('circuit')
        .filter((line) => line['call'] === call)
        .map(({ host, open }) => [host, open]);
    for (const call of ['GET client/v1/process/{id}', 'POST client/v1/process']) {
      expect(changesOf(call)).toEqual([
        ['idcloud', true],
        ['idcloud', false],
      ]);
    }
  });

  test('failures of a few ids do not open the circuit for the others', async () => {
    const bad: string[] = Array.from({ length: 3 }, () => randomUUID());
    const chaos = await chaosDoing((request) =>
      bad.includes(idIn(request)) ? { status: 500 } : approved(request),
    );
    const subgraph = await subgraphOver(chaos);
    const good = Array.from({ length: 12 }, () => randomUUID());
    const answer = await subgraph.ask(processes([...bad, ...good]));
    expect(answer.data.processes).toEqual([null, null, null, ...good.map(() => APPROVED)]);
  });
});

/** Reads old ids and new ones until the returned function is called, which returns all answers. */
function readOn(replica: Replica): () => Promise<Answer[]> {
  const known = Array.from({ length: 20 }, () => randomUUID());
  const answers: Answer[] = [];
  const ending = new AbortController();
  async function reader(): Promise<void> {
    for (let round = 0; !ending.signal.aborted; round += 1) {
      const id = round % 2 === 0 ? known[round % known.length] : randomUUID();
      answers.push(await replica.ask(process(id)));
      await sleep(10);
    }
  }
  const reading = Promise.all(Array.from({ length: 4 }, reader));
  return async () => {
    ending.abort();
    await reading;
    return answers;
  };
}

const readiness = async ({ url }: Replica): Promise<unknown> => {
  const response = await fetch(`${url}/readyz`);
  return [response.status, await response.json()];
};

describe('a fault of Redis under a steady load of reads', () => {
  type Fault = { begin(): Promise<void> | void; end(): Promise<void> | void };

  test.each<[string, string]>([
    ['killed', 'Redis is unreachable'],
    ['frozen', 'Redis does not answer in time'],
  ])(
    'Redis that is %s fails no read, is reported once in the log and by /readyz, and is used again afterwards',
    async (how, degraded) => {
      const redis = await startRedis();
      onTestFinished(() => redis.close());
      const fault: Fault =
        how === 'killed' ? { begin: redis.kill, end: redis.start } : { begin: redis.freeze, end: redis.thaw };
      const chaos = await chaosDoing(approved);
      const replica = await startReplica(chaos, { STORE_URL: redis.url, UNICO_RATE_LIMIT: '1000' });
      const stopReading = readOn(replica);
      await sleep(500);
      expect(await readiness(replica)).toEqual([200, { status: 'ready' }]);

      await fault.begin();
      await expect.poll(() => readiness(replica)).toEqual([200, { status: 'ready', degraded }]);
      // Long enough for a second report in the log, if there were one.
      for (let look = 0; look < 14; look += 1) {
        await sleep(150);
        expect(await readiness(replica)).toEqual([200, { status: 'ready', degraded }]);
      }
      await fault.end();
      await expect.poll(() => readiness(replica), { timeout: 10_000 }).toEqual([200, { status: 'ready' }]);
      await replica.program.printed('the store works again');

      const answers = await stopReading();
      expect(answers).not.toEqual([]);
      expect(answers.filter(({ data }) => data.process?.verdict.decision !== 'APPROVED')).toEqual([]);
      expect(replica.logged('store').map(({ trouble: what }) => what ?? 'none')).toEqual([degraded, 'none']);
      const created = (await replica.ask(CREATE, creation())).data.createProcess;
      expect(created.userErrors).toEqual([]);
    },
  );
});
