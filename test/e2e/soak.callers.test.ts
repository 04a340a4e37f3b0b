import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { idcloudBody, processesV1Body } from '../support/bodies.ts';
import { startChaos, type Behaviour, type ChaosRequest } from '../support/chaos.ts';
import { DOCUMENTED_ERRORS, DOCUMENTED_USER_ERRORS } from '../support/documented-codes.ts';
import { startRedis, type RedisServer } from '../support/redis.ts';
import { killPrograms, startReplica, type Replica } from '../support/replica.ts';
import { ask, type Answer } from '../support/subgraph.ts';
import { makeSigningKey, sign, startTokenIssuer, type SigningKey } from '../support/token-issuer.ts';
import { ACCOUNT } from '../support/token-service.ts';

/** `SOAK_SECONDS=600 npx vitest run test/e2e/soak.callers.test.ts` is the long one. */
const SECONDS = Number(process.env['SOAK_SECONDS'] ?? 20);

/** The tenant's quota a second: twice the usual one, so that a short run has enough operations to count. */
const QUOTA = 20;
/** How many reads of unknown ids the greedy caller keeps in flight: many times what the quota serves before its deadline. */
const GREEDY_READS = 200;
/** How many users of the polite client do one thing after the other. */
const POLITE_FLOWS = 3;
/** The heap limit of V8 in MiB; in total the program may use half as much again for new objects, buffers and code. */
const HEAP_MIB = 256;
const MAX_BYTES = 2.5 * HEAP_MIB * 1024 * 1024;

/**
 * The least share of the polite client's reads that are answered the first time, although Redis fails a quarter of the
 * time. All of them have to be answered in the end.
 */
const MIN_FIRST_ANSWERS = 0.8;
/** How often the polite caller repeats an operation as the answer tells it to. */
const MAX_ATTEMPTS = 10;

const ROUTER_SECRET = 'a-router-secret-of-at-least-32-characters';
/** The id that Unico always answers with 500. */
const BAD_ID = randomUUID();

afterAll(killPrograms);

/** Who asks: the client of its tokens. */
type Client = 'greedy' | 'polite' | 'unlucky';

/** What the run has seen. */
type World = {
  /** By the clock of `performance`. */
  startedAt: number;
  /** How many creations of each key reached Unico. */
  posts: Map<string, number>;
  /** The processes that Unico has, by id. Every other id is unknown. */
  contracts: Map<string, 'idcloud' | 'processes-v1'>;
  /** Everything that must not happen. */
  wrong: string[];
  counts: Record<string, number>;
};

function count(world: World, what: string): void {
  world.counts[what] = (world.counts[what] ?? 0) + 1;
}

/** The answer of Unico to a read. */
function readReply({ contracts }: World, path: string): Behaviour {
  const [, host = '', id = ''] = /^\/(client|processes)\/v1\/(?:process\/)?([^/]+)$/.exec(path) ?? [];
  if (id === BAD_ID) return { status: 500, body: { error: { code: '99999', message: 'Internal failure!' } } };
  const contract = contracts.get(id);
  if (contract === 'idcloud' && host === 'client') return { body: idcloudBody(id), afterMs: 20 };
  if (contract === 'processes-v1' && host === 'processes') return { body: processesV1Body(id), afterMs: 20 };
  return { status: 404, body: {}, afterMs: 20 };
}

/**
 * When Unico withdraws all access tokens that it has issued, in milliseconds after the start, and how often after that. A
 * replica renews a token once in a minute when it is rejected.
 */
const FIRST_WITHDRAWAL_MS = 8_000;
const WITHDRAWAL_INTERVAL_MS = 90_000;

/** How many times Unico has withdrawn all access tokens. */
function withdrawals({ startedAt }: World): number {
  const sinceFirst = performance.now() - startedAt - FIRST_WITHDRAWAL_MS;
  return sinceFirst < 0 ? 0 : 1 + Math.floor(sinceFirst / WITHDRAWAL_INTERVAL_MS);
}

/** The access token that Unico accepts now. */
const tokenOf = (world: World): string => `token-${withdrawals(world)}`;

/** Unico's side: it counts the creations of each key, and withdraws access tokens now and then. */
async function reply(world: World, request: ChaosRequest): Promise<Behaviour> {
  if (request.path === '/oauth2/token') {
    count(world, 'access tokens');
    return { body: { access_token: tokenOf(world), token_type: 'Bearer', expires_in: 3_600 } };
  }
  if (request.headers.authorization !== `Bearer ${tokenOf(world)}`) return { status: 401, body: {} };
  if (request.method !== 'POST') return readReply(world, request.path);
  const { clientReference: key } = JSON.parse(await request.body()) as { clientReference: string };
  world.posts.set(key, (world.posts.get(key) ?? 0) + 1);
  const id = randomUUID();
  world.contracts.set(id, 'idcloud');
  return { body: { process: { id, state: 'PROCESS_STATE_CREATED' } }, afterMs: 50 };
}

/** Issues tokens of both clients, with each of two published keys in turn. */
function createTokens(keys: readonly SigningKey[], claims: (more: object) => object) {
  let rotations = 0;
  return {
    rotate: () => void (rotations += 1),
    bearer(client: Client): string {
      const key = keys[rotations % keys.length];
      if (key === undefined) throw new Error('no key');
      const scope = 'identity:read identity:write';
      return `Bearer ${sign(key, { ...claims({ client_id: client, sub: client, scope }) })}`;
    },
  };
}

type Asking = (client: Client, query: string, variables: Record<string, unknown>) => Promise<Answer>;

/** Notes an error that no document names, and every status other than 200. */
function checkErrors(world: World, client: Client, { status, errors }: Answer): void {
  if (status !== 200) world.wrong.push(`${client}: HTTP ${status}`);
  for (const { extensions, message } of errors) {
    count(world, `${client} ${extensions.code}`);
    if (!DOCUMENTED_ERRORS.has(extensions.code) || extensions.code === 'INTERNAL_SERVER_ERROR') {
      world.wrong.push(`${client}: ${extensions.code} ${message}`);
    }
  }
}

const READ = 'query ($id: ID!) { process(id: $id) { id verdict { decision } } }';
const READ_MANY = 'query ($ids: [ID!]!) { processes(ids: $ids) { id verdict { decision } } }';
const CREATE = `mutation ($key: String!, $input: CreateProcessInput!) {
  createProcess(idempotencyKey: $key, input: $input) { process { id } replayed userErrors { code retryAfterSeconds } }
}`;

/** Keeps many reads of unknown ids in flight, and a page of two hundred. */
async function beGreedy(world: World, asking: Asking, over: () => boolean): Promise<void> {
  async function read(): Promise<void> {
    while (!over()) {
      const answer = await asking('greedy', READ, { id: randomUUID() });
      checkErrors(world, 'greedy', answer);
      count(world, answer.errors.length === 0 ? 'greedy answered' : 'greedy refused');
      await sleep(20);
    }
  }
  async function readPages(): Promise<void> {
    while (!over()) {
      const ids = Array.from({ length: 200 }, () => randomUUID());
      checkErrors(world, 'greedy', await asking('greedy', READ_MANY, { ids }));
    }
  }
  await Promise.all([readPages(), ...Array.from({ length: GREEDY_READS }, read)]);
}

/** Reads the id that Unico answers with 500, twice a second. */
async function readBadId(world: World, asking: Asking, over: () => boolean): Promise<void> {
  while (!over()) {
    const answer = await asking('unlucky', READ, { id: BAD_ID });
    checkErrors(world, 'unlucky', answer);
    count(world, 'bad id read');
    await sleep(500);
  }
}

/** One attempt: whether it gave the answer, and how long to wait before the next one otherwise. */
type Attempt = { ok: boolean; retryAfterSeconds: number };

/** Repeats an operation as its answers tell, and counts whether the first attempt and any attempt succeeded. */
async function persist(world: World, what: string, attempt: () => Promise<Attempt>): Promise<void> {
  count(world, `polite ${what}`);
  for (let nth = 1; nth <= MAX_ATTEMPTS; nth += 1) {
    const { ok, retryAfterSeconds } = await attempt();
    if (ok) {
      if (nth === 1) count(world, `polite ${what} at once`);
      return;
    }
    await sleep(retryAfterSeconds * 1_000);
  }
  world.wrong.push(`polite: ${what} did not succeed in ${MAX_ATTEMPTS} attempts`);
}

const longestOf = (seconds: readonly (number | null | undefined)[]): number =>
  Math.max(1, ...seconds.map((each) => each ?? 1));

async function politeRead(world: World, asking: Asking): Promise<void> {
  const id = randomUUID();
  world.contracts.set(id, Math.random() < 0.5 ? 'idcloud' : 'processes-v1');
  await persist(world, 'read', async () => {
    const answer = await asking('polite', READ, { id });
    checkErrors(world, 'polite', answer);
    const got = answer.data?.process;
    if (got === null && answer.errors.length === 0)
      world.wrong.push('polite: a process is null without an error');
    const waits = answer.errors.map(({ extensions }) => extensions.retryAfterSeconds);
    return { ok: got?.id === id, retryAfterSeconds: longestOf(waits) };
  });
}

async function politeCreation(world: World, asking: Asking): Promise<void> {
  const key = randomUUID();
  const input = { journey: { flow: 'id', purpose: 'creditprocess', callbackUri: '/', clientReference: key } };
  const ids = new Set<string>();
  async function attempt(): Promise<Attempt> {
    const answer = await asking('polite', CREATE, { key, input });
    checkErrors(world, 'polite', answer);
    const { process = null, userErrors = [] } = answer.data?.createProcess ?? {};
    for (const { code } of userErrors) {
      count(world, `polite ${code}`);
      if (!DOCUMENTED_USER_ERRORS.has(code)) world.wrong.push(`polite: the user error ${code}`);
    }
    if (process !== null) ids.add(process.id);
    const waits = userErrors.map(
      ({ retryAfterSeconds }: { retryAfterSeconds: number | null }) => retryAfterSeconds,
    );
    return { ok: process !== null, retryAfterSeconds: longestOf(waits) };
  }
  await persist(world, 'creation', attempt);
  await persist(world, 'replay', attempt);
  if (ids.size !== 1) world.wrong.push(`polite: one key answered with ${ids.size} processes`);
}

async function bePolite(world: World, asking: Asking, over: () => boolean): Promise<void> {
  while (!over()) {
    await politeRead(world, asking);
    await politeCreation(world, asking);
    await sleep(100);
  }
}

/** Makes Redis slow, then kills and restarts it, in turn. */
async function disturbRedis(redis: RedisServer, over: () => boolean): Promise<void> {
  for (let round = 0; !over(); round += 1) {
    await sleep(3_000);
    if (round % 2 === 0) {
      // Most commands take longer than the client waits for.
      for (let freeze = 0; freeze < 3; freeze += 1) {
        redis.freeze();
        await sleep(300);
        redis.thaw();
        await sleep(100);
      }
    } else {
      await redis.kill();
      await sleep(500);
      await redis.start();
    }
  }
}

/** Asks for `/livez` ten times a second. Each answer counts, and each has to be 200. */
async function watchLiveness(world: World, { url }: Replica, over: () => boolean): Promise<void> {
  while (!over()) {
    const response = await fetch(`${url}/livez`, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
    count(world, 'livez');
    if (response?.status !== 200) world.wrong.push(`/livez: ${response?.status ?? 'no answer'}`);
    await response?.text();
    await sleep(100);
  }
}

test(
  `for ${SECONDS} seconds beside a greedy client, an id that always fails, a slow and restarting Redis and rotating keys, a polite client gets its answers, and no creation is sent twice`,
  async () => {
    const startedAt = performance.now();
    const world: World = { startedAt, posts: new Map(), contracts: new Map(), wrong: [], counts: {} };
    const chaos = await startChaos((request) => reply(world, request));
    onTestFinished(() => chaos.close());
    const redis = await startRedis();
    onTestFinished(() => redis.close());
    const issuer = await startTokenIssuer();
    onTestFinished(() => issuer.close());
    const keys = [makeSigningKey('first', 'ES256'), makeSigningKey('second', 'ES256')];
    issuer.publish(...keys.map(({ jwk }) => jwk));
    const tokens = createTokens(keys, (more) => issuer.claims({ ...more }));

    const variables = {
      STORE_URL: redis.url,
      UNICO_CONTRACTS: 'idcloud,processes-v1',
      UNICO_RATE_LIMIT: String(QUOTA),
      UNICO_ACCESS_TOKEN: '',
      UNICO_ACCOUNT: ACCOUNT.account,
      UNICO_TENANT_ID: ACCOUNT.tenantId,
      UNICO_PRIVATE_KEY: ACCOUNT.privateKey,
      ROUTER_SECRET,
      JWT_JWKS_URL: issuer.tokens.jwksUrl,
      JWT_ISSUER: issuer.tokens.issuer,
      JWT_AUDIENCE: issuer.tokens.audience,
      NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}`,
    };
    const replicas = [await startReplica(chaos, variables), await startReplica(chaos, variables)];
    let asked = 0;
    const asking: Asking = (client, query, given) => {
      asked += 1;
      const { url } = replicas[asked % replicas.length] ?? { url: '' };
      const headers = { 'router-authorization': ROUTER_SECRET, authorization: tokens.bearer(client) };
      return ask(url, query, given, headers);
    };

    const end = performance.now() + SECONDS * 1_000;
    const over = (): boolean => performance.now() > end;
    let mostBytes = 0;
    async function watchMemory(replica: Replica): Promise<void> {
      while (!over()) {
        mostBytes = Math.max(mostBytes, await replica.metric('process_resident_memory_bytes'));
        await sleep(SECONDS * 20);
      }
    }
    async function rotateKeys(): Promise<void> {
      while (!over()) {
        await sleep(3_000);
        tokens.rotate();
      }
    }
    await Promise.all([
      beGreedy(world, asking, over),
      readBadId(world, asking, over),
      ...Array.from({ length: POLITE_FLOWS }, () => bePolite(world, asking, over)),
      disturbRedis(redis, over),
      rotateKeys(),
      ...replicas.flatMap((replica) => [watchLiveness(world, replica, over), watchMemory(replica)]),
    ]);

    if (process.env['SOAK_SECONDS'] !== undefined) console.info(world.counts, { mostBytes });
    const counted = (what: string): number => world.counts[what] ?? 0;
    expect(world.wrong.slice(0, 20)).toEqual([]);
    expect([...world.posts].filter(([, posts]) => posts > 1)).toEqual([]);
    expect(counted('polite read at once')).toBeGreaterThanOrEqual(MIN_FIRST_ANSWERS * counted('polite read'));
    // The pressure was real, and the greedy client got its part as well.
    for (const what of [
      'polite creation',
      'polite replay',
      'greedy answered',
      'greedy RATE_LIMITED',
      'bad id read',
    ])
      expect([what, counted(what)]).toEqual([what, expect.toSatisfy((many: number) => many > 0)]);
    expect(counted('access tokens')).toBeGreaterThan(replicas.length);
    expect(counted('livez')).toBeGreaterThan(SECONDS);
    expect(mostBytes).toBeLessThan(MAX_BYTES);
    for (const replica of replicas) {
      expect(replica.logged('fault')).toEqual([]);
      replica.program.signal('SIGTERM');
      expect(await replica.program.ended).toBe(0);
    }
  },
  SECONDS * 1_000 + 90_000,
);
