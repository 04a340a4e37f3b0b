import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { idcloudBody, processesV1Body } from '../support/bodies.ts';
import { EVERY_BREAK, startChaos, tooMany, type ChaosRequest, type Behaviour } from '../support/chaos.ts';
import { DOCUMENTED_ERRORS, DOCUMENTED_USER_ERRORS } from '../support/documented-codes.ts';
import { startRedis, type RedisServer } from '../support/redis.ts';
import { killPrograms, startReplica, type Replica } from '../support/replica.ts';
import type { Answer } from '../support/subgraph.ts';

/** `SOAK_SECONDS=600 npx vitest run test/e2e/soak.test.ts` is the long one. */
const SECONDS = Number(process.env['SOAK_SECONDS'] ?? 10);
const CALLERS = 8;

/**
 * The heap limit of V8 in MiB: a leak ends the program before a long run has finished. In total the program may use half as
 * much again for each of new objects, buffers and code.
 */
const HEAP_MIB = 256;
const MAX_BYTES = 2.5 * HEAP_MIB * 1024 * 1024;

afterAll(killPrograms);

/** A number from 0 to 1 that follows from the text. */
function chance(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}

function oneOf<T>(all: readonly T[], at = Math.random()): T {
  const one = all[Math.floor(at * all.length)];
  if (one === undefined) throw new Error('nothing to choose from');
  return one;
}

/** The right data of a process; `null` where no contract has it. */
type Truth = {
  id: string;
  state: string;
  verdict: { decision: string };
  person: { friendlyName: string } | null;
} | null;
const SELECTION = 'id state verdict { decision } person { friendlyName }';

/** The process under an id follows from the id. Journeys that were created here are still pending. */
type Kind = { contract: 'idcloud' | 'processes-v1'; fate: 'approved' | 'denied' | 'pending' | 'absent' };
const KINDS: readonly Kind[] = (['approved', 'denied', 'pending', 'absent'] as const).flatMap((fate) => [
  { contract: 'idcloud', fate },
  { contract: 'processes-v1', fate },
]);
const created = new Set<string>();
const kindOf = (id: string): Kind =>
  created.has(id) ? { contract: 'idcloud', fate: 'pending' } : oneOf(KINDS, chance(id));
const nameOf = (id: string): string => `name-${id.slice(0, 8)}`;

function truthOf(id: string): Truth {
  const { contract, fate } = kindOf(id);
  if (fate === 'absent') return null;
  const [state, decision] = {
    approved: ['FINISHED', 'APPROVED'],
    denied: ['FINISHED', 'DENIED'],
    pending: [contract === 'idcloud' ? 'CREATED' : 'PROCESSING', 'PENDING'],
  }[fate] as [string, string];
  const person = contract === 'idcloud' ? { friendlyName: nameOf(id) } : null;
  return { id, state, verdict: { decision }, person };
}

function bodyOf(id: string): object {
  const { contract, fate } = kindOf(id);
  if (contract === 'processes-v1') {
    if (fate === 'pending') return { id, status: 1 };
    return processesV1Body(id, { unicoId: { result: fate === 'approved' ? 'yes' : 'no' } });
  }
  const person = { friendlyName: nameOf(id) };
  if (fate === 'pending') return { process: { id, state: 'PROCESS_STATE_CREATED', person } };
  if (fate === 'approved') return idcloudBody(id, { person });
  return idcloudBody(id, { person, authenticationInfo: { livenessResult: 'LIVENESS_RESULT_NOT_LIVE' } });
}

function rightAnswer({ path }: ChaosRequest): Behaviour {
  const [, host = '', id = ''] = /^\/(client|processes)\/v1\/(?:process\/)?([^/]+)$/.exec(path) ?? [];
  const { contract, fate } = kindOf(id);
  const asked = host === 'client' ? 'idcloud' : 'processes-v1';
  return fate === 'absent' || contract !== asked ? { status: 404, body: {} } : { body: bodyOf(id) };
}

/** The fault of the request with this number; `null` for none. */
function faultOf(number: number): Behaviour | null {
  const luck = chance(`fault ${number}`);
  if (luck < 0.08) return oneOf(EVERY_BREAK, chance(`break ${number}`));
  if (luck < 0.11) return { status: oneOf([500, 502, 503, 504, 408], chance(`status ${number}`)), body: {} };
  if (luck < 0.112) return tooMany(oneOf([null, '1', 'soon'], chance(`wait ${number}`)));
  if (luck < 0.14)
    return {
      body: oneOf(['', '[', '{}', 'null', '<html>', '{"process":{"id":7}}'], chance(`words ${number}`)),
    };
  return null;
}

/** Whether all of Unico is down, for long enough to open the circuit. */
function inOutage(sinceStartMs: number): boolean {
  return sinceStartMs % 30_000 > 5_000 && sinceStartMs % 30_000 < 7_500;
}

/** How often a creation reached Unico without being rejected, and the id that Unico answered with. */
type Reached = { maybeExecuted: number; id: string | null };

type World = {
  reached: Map<string, Reached>;
  /** Every wrong answer. */
  wrong: string[];
  counts: Record<string, number>;
  ids: string[];
  keys: string[];
};

type Path = readonly string[];

/** Whether the path of an error is this path, above it, or below it. */
function isAbout(error: Answer['errors'][number], path: Path): boolean {
  const at = error.path ?? [];
  return at.every((part, i) => i >= path.length || String(part) === path[i]);
}

/** Checks that every value is right, or `null` with an error at its path. */
function check(world: World, got: unknown, truth: unknown, path: Path, errors: Answer['errors']): void {
  if (got === null || got === undefined) {
    if (truth !== null && !errors.some((error) => isAbout(error, path)))
      world.wrong.push(`${path.join('.')} is null without an error`);
    return;
  }
  if (truth !== null && typeof truth === 'object' && typeof got === 'object') {
    for (const [name, value] of Object.entries(truth))
      check(world, (got as Record<string, unknown>)[name], value, [...path, name], errors);
    return;
  }
  // While Redis fails, a process of processes/v1 waits for what it was to establish.
  if (got === 'PENDING' && path.at(-1) === 'decision') return;
  if (got !== truth)
    world.wrong.push(`${path.join('.')}: ${JSON.stringify(got)} where ${JSON.stringify(truth)} is true`);
}

function count(world: World, what: string): void {
  world.counts[what] = (world.counts[what] ?? 0) + 1;
}

function checkErrors(world: World, { status, errors }: Answer): void {
  if (status !== 200) world.wrong.push(`HTTP ${status}`);
  for (const { extensions, message } of errors) {
    const { code } = extensions;
    count(world, code);
    if (!DOCUMENTED_ERRORS.has(code) || code === 'INTERNAL_SERVER_ERROR' || code === 'BAD_USER_INPUT')
      world.wrong.push(`the error ${code}: ${message}`);
  }
}

const READ = `query ($id: ID!) { process(id: $id) { ${SELECTION} } }`;

async function read(world: World, replica: Replica): Promise<void> {
  const id = oneOf(world.ids);
  const answer = await replica.ask(READ, { id });
  checkErrors(world, answer);
  check(world, answer.data.process, truthOf(id), ['process'], answer.errors);
}

async function readMany(world: World, replica: Replica): Promise<void> {
  const ids = Array.from({ length: 1 + Math.floor(Math.random() * 15) }, () => oneOf(world.ids));
  const query = `query ($ids: [ID!]!) { processes(ids: $ids) { ${SELECTION} } }`;
  const answer = await replica.ask(query, { ids });
  checkErrors(world, answer);
  check(world, answer.data.processes, { ...ids.map(truthOf) }, ['processes'], answer.errors);
}

async function readEntities(world: World, replica: Replica): Promise<void> {
  const ids = Array.from({ length: 1 + Math.floor(Math.random() * 5) }, () => oneOf(world.ids));
  const query = `query ($all: [_Any!]!) { _entities(representations: $all) { ... on Process { ${SELECTION} } } }`;
  const all = ids.map((id) => ({ __typename: 'Process', id }));
  const answer = await replica.ask(query, { all });
  checkErrors(world, answer);
  check(world, answer.data._entities, { ...ids.map(truthOf) }, ['_entities'], answer.errors);
}

const CREATE = `mutation ($key: String!, $input: CreateProcessInput!) {
  createProcess(idempotencyKey: $key, input: $input) { process { id } replayed userErrors { code } }
}`;

async function create(world: World, replica: Replica): Promise<void> {
  if (Math.random() < 0.6) world.keys.push(randomUUID());
  const key = oneOf(world.keys.slice(-200));
  const journey = { flow: 'id', purpose: 'creditprocess', callbackUri: '/', clientReference: key };
  const answer = await replica.ask(CREATE, { key, input: { journey } });
  checkErrors(world, answer);
  const payload = answer.data?.createProcess;
  if (payload === undefined || payload === null) return;
  for (const { code } of payload.userErrors) {
    count(world, code);
    if (!DOCUMENTED_USER_ERRORS.has(code)) world.wrong.push(`the user error ${code}`);
  }
  if (payload.process === null) return;
  count(world, payload.replayed ? 'replayed' : 'created');
  const { id } = payload.process;
  if (world.reached.get(key)?.id !== id) world.wrong.push(`the key ${key} answers with another process`);
  world.ids.push(id);
}

async function leave(world: World, replica: Replica): Promise<void> {
  await replica.askAndLeave(READ, Math.random() * 200, { id: oneOf(world.ids) });
}

const DEEDS = [read, read, read, readMany, readEntities, create, create, leave];

/** Freezes Redis, or kills and restarts it, until `over`; it works afterwards. */
async function disturbRedis(redis: RedisServer, over: () => boolean): Promise<void> {
  for (let round = 0; !over(); round += 1) {
    await sleep(2_500 + Math.random() * 3_000);
    if (round % 2 === 0) {
      redis.freeze();
      await sleep(200 + Math.random() * 2_500);
      redis.thaw();
    } else {
      await redis.kill();
      await sleep(200 + Math.random() * 2_500);
      await redis.start();
    }
  }
}

test(
  `for ${SECONDS} seconds of faults in Unico and Redis every answer is right or a documented error, no creation is sent twice, and memory stays bounded`,
  async () => {
    const world: World = {
      reached: new Map(),
      wrong: [],
      counts: {},
      ids: Array.from({ length: 1_500 }, () => randomUUID()),
      keys: [randomUUID()],
    };
    const started = performance.now();
    let calm = false;
    let number = 0;

    /** A creation counts as executed unless Unico clearly rejected it. */
    async function decideCreation(request: ChaosRequest, fault: Behaviour | null): Promise<Behaviour> {
      const { clientReference: key } = JSON.parse(await request.body()) as { clientReference: string };
      const before = world.reached.get(key) ?? { maybeExecuted: 0, id: null };
      const refused = fault !== null && typeof fault !== 'string' && fault.status === 429;
      if (refused) return fault;
      const id = randomUUID();
      const wellAnswered = fault === null;
      if (wellAnswered) created.add(id);
      world.reached.set(key, {
        maybeExecuted: before.maybeExecuted + 1,
        id: wellAnswered ? id : before.id,
      });
      return fault ?? { body: bodyOf(id) };
    }

    const chaos = await startChaos((request) => {
      const outage = inOutage(performance.now() - started) ? { status: 503, body: {} } : null;
      const fault = calm ? null : (outage ?? faultOf((number += 1)));
      return request.method === 'POST' ? decideCreation(request, fault) : (fault ?? rightAnswer(request));
    });
    onTestFinished(() => chaos.close());
    const redis = await startRedis();
    onTestFinished(() => redis.close());
    const replica = await startReplica(chaos, {
      STORE_URL: redis.url,
      UNICO_CONTRACTS: 'idcloud,processes-v1',
      UNICO_RATE_LIMIT: '300',
      REQUEST_TIMEOUT_MS: '3000',
      UPSTREAM_TIMEOUT_MS: '500',
      NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}`,
    });

    const over = (): boolean => performance.now() - started > SECONDS * 1_000;
    let mostBytes = 0;
    const sizes: number[] = [];
    async function watchMemory(): Promise<void> {
      while (!over()) {
        const bytes = await replica.metric('process_resident_memory_bytes');
        mostBytes = Math.max(mostBytes, bytes);
        sizes.push(Math.round(bytes / 1024 / 1024));
        await sleep(SECONDS * 20);
      }
    }
    async function call(): Promise<void> {
      while (!over()) {
        const deed = oneOf(DEEDS);
        count(world, deed.name);
        await deed(world, replica);
        // New ids arrive all the time, as in production.
        if (Math.random() < 0.2) world.ids.push(randomUUID());
      }
    }
    await Promise.all([watchMemory(), disturbRedis(redis, over), ...Array.from({ length: CALLERS }, call)]);

    calm = true;
    const id = randomUUID();
    await expect
      .poll(async () => (await replica.ask(READ, { id })).data.process, {
        timeout: 20_000,
        interval: 500,
      })
      .toEqual(truthOf(id));

    const figures = { arrivals: chaos.arrivals.length, sizes, ...world.counts };
    if (process.env['SOAK_SECONDS'] !== undefined) console.info(figures);
    expect(world.wrong.slice(0, 20)).toEqual([]);
    const twice = [...world.reached].filter(([, { maybeExecuted }]) => maybeExecuted > 1);
    expect(twice).toEqual([]);
    // A run without successes or without faults would prove nothing.
    for (const what of [
      'created',
      'replayed',
      'OUTCOME_UNKNOWN',
      'UPSTREAM_UNAVAILABLE',
      'UPSTREAM_CONTRACT',
    ])
      expect([what, world.counts[what] ?? 0]).toEqual([what, expect.toSatisfy((many: number) => many > 0)]);
    expect(replica.logged('fault')).toEqual([]);
    expect(mostBytes).toBeLessThan(MAX_BYTES);
    expect((await fetch(`${replica.url}/readyz`)).status).toBe(200);
    replica.program.signal('SIGTERM');
    expect(await replica.program.ended).toBe(0);
  },
  SECONDS * 1_000 + 90_000,
);
