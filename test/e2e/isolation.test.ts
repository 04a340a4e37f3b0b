import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test, vi, type TestContext } from 'vitest';
import { IDENTITIES } from '../../sandbox/identities/index.ts';
import { selfieBase64 } from '../../sandbox/lib/selfie.ts';
import { idcloudBody } from '../support/bodies.ts';
import { startChaos, tooMany, type Chaos, type ChaosRequest, type Behaviour } from '../support/chaos.ts';
import { killPrograms, startProgram, urlOf } from '../support/program.ts';
import { startReplica } from '../support/replica.ts';
import { ask, errorCodesOf, type Answer } from '../support/subgraph.ts';
import { startTokenIssuer } from '../support/token-issuer.ts';

afterAll(killPrograms);

const process = (id: string | null, source = 'IDCLOUD'): string =>
  `{ process(id: "${id}", source: ${source}) { id state } }`;

const CREATE = `mutation ($key: String!, $input: CreateProcessInput!) {
  createProcess(idempotencyKey: $key, input: $input) { process { id } userErrors { code } }
}`;
const person = { duiType: 'BR_CPF', duiValue: '12345678909', friendlyName: 'Luke Skywalker' };
const JOURNEY = { journey: { flow: 'id', purpose: 'creditprocess', callbackUri: '/', person } };
const ONBOARDING = {
  onboarding: { subject: { code: '12345678909', name: 'Luke Skywalker' }, imageBase64: selfieBase64() },
};

async function chaosDoing(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  decide: (request: ChaosRequest) => Behaviour,
): Promise<Chaos> {
  const chaos = await startChaos(decide);
  onTestFinished(() => chaos.close());
  return chaos;
}

const idIn = ({ path }: ChaosRequest): string => path.split('/').at(-1) ?? '';
const works = (request: ChaosRequest): Behaviour => ({
  body: idcloudBody(request.method === 'POST' ? randomUUID() : idIn(request)),
});

// At the same time, because both wait for the quota of the sandbox.
describe.concurrent('the program over the sandbox', () => {
  /** Unico answers every read of this identity with 500. */
  const bad = IDENTITIES.find(({ scenario }) => scenario === 'internal-error');

  test.each([
    ['IDCLOUD', bad?.idcloudProcessId ?? null, JOURNEY],
    ['PROCESSES_V1', bad?.processesProcessId ?? null, ONBOARDING],
  ])(
    'beside an id of %s that Unico always answers with 500, 20 of 20 reads and 6 of 6 creations succeed',
    async (source, badId, input) => {
      const program = startProgram({});
      await program.printed('"event":"listening"');
      const url = urlOf(program);
      const healthy = IDENTITIES.filter(({ outcome }) => outcome.fault === null)
        .map((identity) => (source === 'IDCLOUD' ? identity.idcloudProcessId : identity.processesProcessId))
        .filter((id) => id !== null)
        .slice(0, 20);
      expect(healthy).toHaveLength(20);
      const created: unknown[] = [];
      for (const [nth, id] of healthy.entries()) {
        expect(errorCodesOf(await ask(url, process(badId, source)))).toEqual(['UPSTREAM_UNAVAILABLE']);
        expect((await ask(url, process(id, source))).data.process?.id).toBe(id);
        if (nth % 3 !== 0 || nth >= 18) continue;
        const { data } = await ask(url, CREATE, { key: randomUUID(), input });
        created.push(data.createProcess);
      }
      expect(created).toHaveLength(6);
      const success = { process: { id: expect.any(String) }, userErrors: [] };
      expect(created).toEqual(created.map(() => success));
      expect(program.output()).not.toContain('"event":"circuit"');
    },
  );
});

// At the same time, because most of the time passes in waits.
describe.concurrent('the program over a Unico of which a part fails', () => {
  test('while every read of a contract fails, creations succeed', async (context) => {
    const chaos = await chaosDoing(context, (request) =>
      request.method === 'GET' ? { status: 503 } : works(request),
    );
    const replica = await startReplica(chaos, { UNICO_RATE_LIMIT: '1000' });
    const ids = Array.from({ length: 15 }, () => randomUUID());
    await replica.ask(`{ processes(ids: ${JSON.stringify(ids)}) { state } }`);
    expect(await replica.metric('upstream_breaker_open{host="idcloud"}')).toBe(1);
    for (let creation = 0; creation < 6; creation += 1) {
      const { data } = await replica.ask(CREATE, { key: randomUUID(), input: JOURNEY });
      expect(data.createProcess.userErrors).toEqual([]);
    }
    expect(replica.logged('circuit')).toMatchObject([
      { host: 'idcloud', call: 'GET client/v1/process/{id}', open: true },
    ]);
  });

  test('a list whose first fifteen ids always fail returns all its other ids, and so does the next list', async (context) => {
    const bad: string[] = Array.from({ length: 15 }, () => randomUUID());
    const chaos = await chaosDoing(context, (request) =>
      bad.includes(idIn(request)) ? { status: 500 } : works(request),
    );
    const replica = await startReplica(chaos, { UNICO_RATE_LIMIT: '1000' });
    for (let list = 0; list < 3; list += 1) {
      const others = Array.from({ length: 30 }, () => randomUUID());
      const { data } = await replica.ask(
        `{ processes(ids: ${JSON.stringify([...bad, ...others])}) { id state } }`,
      );
      const found = data.processes.map((each: { id: string } | null) => each?.id ?? null);
      expect(found).toEqual([...bad.map(() => null), ...others]);
    }
  });

  test('a list that ends before its last reads are answered opens no circuit', async (context) => {
    // Of a list, the reads of the last seconds are in flight when its time ends: twenty, with this quota.
    const chaos = await chaosDoing(context, (request) => ({
      body: idcloudBody(idIn(request)),
      afterMs: 2_000,
    }));
    const replica = await startReplica(chaos, { UNICO_RATE_LIMIT: '20', REQUEST_TIMEOUT_MS: '3500' });
    const ids = Array.from({ length: 100 }, () => randomUUID());
    const { errors } = await replica.ask(`{ processes(ids: ${JSON.stringify(ids)}) { state } }`);
    const cut = errors.filter(({ extensions }) => extensions.code === 'UPSTREAM_UNAVAILABLE');
    expect(cut.length).toBeGreaterThanOrEqual(10);
    expect(replica.logged('circuit')).toEqual([]);
    const id = randomUUID();
    expect((await replica.ask(process(id))).data.process?.id).toBe(id);
  });

  test('an id that is always answered with 429 pauses other reads once, and waits alone after that', async (context) => {
    const bad = randomUUID();
    const chaos = await chaosDoing(context, (request) =>
      idIn(request) === bad ? tooMany('1') : works(request),
    );
    const replica = await startReplica(chaos, { UNICO_RATE_LIMIT: '1000' });
    expect(errorCodesOf(await replica.ask(process(bad)))).toEqual(['RATE_LIMITED']);
    // The first read has paused all reads, and its retry was refused again.
    const before = chaos.arrivals.length;
    expect(before).toBe(2);
    for (let read = 0; read < 5; read += 1) {
      const id = randomUUID();
      expect(errorCodesOf(await replica.ask(process(bad)))).toEqual(['RATE_LIMITED']);
      expect((await replica.ask(process(id))).data.process?.id).toBe(id);
    }
    const again = chaos.arrivals.slice(before).filter((request) => idIn(request) === bad);
    expect(again.length).toBeLessThan(5);
  });

  test('a client whose creations always fail stops those of no other client', async ({ onTestFinished }) => {
    const chaos = await startChaos(async (request) =>
      (await request.body()).includes('"clientReference":"bad"') ? { status: 500 } : works(request),
    );
    const issuer = await startTokenIssuer();
    onTestFinished(async () => void (await Promise.all([chaos.close(), issuer.close()])));
    const { jwksUrl, issuer: name, audience } = issuer.tokens;
    const replica = await startReplica(chaos, {
      JWT_JWKS_URL: jwksUrl,
      JWT_ISSUER: name,
      JWT_AUDIENCE: audience,
      UNICO_RATE_LIMIT: '1000',
    });
    const create = async (clientId: string): Promise<Answer> => {
      const token = await issuer.issue({ client_id: clientId, scope: 'identity:read identity:write' });
      const input = { journey: { ...JOURNEY.journey, clientReference: clientId } };
      return ask(replica.url, CREATE, { key: randomUUID(), input }, { authorization: `Bearer ${token}` });
    };
    await Promise.all(Array.from({ length: 10 }, () => create('bad')));
    expect(errorCodesOf(await create('bad'))).toEqual(['UPSTREAM_UNAVAILABLE']);
    for (let creation = 0; creation < 6; creation += 1) {
      expect((await create('good')).data.createProcess.userErrors).toEqual([]);
    }
  });

  test('while every creation fails, reads succeed', async (context) => {
    const chaos = await chaosDoing(context, (request) =>
      request.method === 'POST' ? { status: 503 } : works(request),
    );
    const replica = await startReplica(chaos, { UNICO_RATE_LIMIT: '1000' });
    const keys = Array.from({ length: 10 }, () => randomUUID());
    await Promise.all(keys.map((key) => replica.ask(CREATE, { key, input: JOURNEY })));
    const refused = await replica.ask(CREATE, { key: randomUUID(), input: JOURNEY });
    expect(errorCodesOf(refused)).toEqual(['UPSTREAM_UNAVAILABLE']);
    for (let read = 0; read < 10; read += 1) {
      const id = randomUUID();
      expect((await replica.ask(process(id))).data.process?.id).toBe(id);
    }
  });

  test('while forty creations wait for a response, reads succeed', async (context) => {
    const chaos = await chaosDoing(context, (request) =>
      request.method === 'POST' ? 'silence before the headers' : works(request),
    );
    const replica = await startReplica(chaos, { UNICO_RATE_LIMIT: '1000', REQUEST_TIMEOUT_MS: '5000' });
    let ended = 0;
    const creations = Array.from({ length: 40 }, async () => {
      await replica.ask(CREATE, { key: randomUUID(), input: JOURNEY });
      ended += 1;
    });
    await vi.waitUntil(() => chaos.arrivals.length > 20);
    for (let read = 0; read < 10; read += 1) {
      const id = randomUUID();
      expect((await replica.ask(process(id))).data.process?.id).toBe(id);
    }
    expect(ended).toBe(0);
    await Promise.all(creations);
  });
});
