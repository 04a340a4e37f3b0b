import { join } from 'node:path';
import { afterEach, expect, inject, onTestFinished, test } from 'vitest';
import { ABSENT_ID, ID, idcloudBody, OTHER_ID } from '../support/bodies.ts';
import { deployment } from '../support/deployment.ts';
import { startRedis } from '../support/redis.ts';
import { killPrograms, type Replica } from '../support/replica.ts';
import { tempDirectory } from '../support/stores.ts';
import { startUpstream } from '../support/upstream.ts';

afterEach(killPrograms);

const PERSON = { duiType: 'DUI_TYPE_BR_CPF', duiValue: '12345678909', friendlyName: 'Luke' };

/** A Unico that has every journey but the absent one and always creates the same process, until it goes down. */
async function startUnico() {
  let down = false;
  const upstream = await startUpstream(({ method, path }) => {
    if (down) return { status: 503 };
    if (method === 'POST') return { body: idcloudBody(ID, { person: PERSON }) };
    const id = path.split('/').at(-1);
    return path.startsWith('/client/') && id !== ABSENT_ID
      ? { body: idcloudBody(id, { person: PERSON }) }
      : { status: 404 };
  });
  onTestFinished(() => upstream.close());
  return { ...upstream, goesDown: () => void (down = true) };
}

/** The state and CPF of a process, or the codes of the errors of the read. */
async function seen({ ask }: Replica, id: string): Promise<unknown> {
  const { data, errors } = await ask(`{ process(id: "${id}") { state person { duiValue } } }`);
  return data.process ?? errors.map(({ extensions }) => extensions.code);
}
const KNOWN = { state: 'FINISHED', person: { duiValue: '12345678909' } };

async function forget({ ask }: Replica, id = ID): Promise<unknown> {
  const { data, errors } = await ask(
    `mutation { forgetProcess(id: "${id}") { processId userErrors { code retryable } } }`,
  );
  expect(errors).toEqual([]);
  return data.forgetProcess;
}
const FORGOTTEN = { processId: ID, userErrors: [] };

async function create({ ask }: Replica): Promise<unknown> {
  const { data } = await ask(`mutation { createProcess(idempotencyKey: "a-key", input: { journey: {
    flow: "id", purpose: "creditprocess", callbackUri: "/" } }) { process { id } replayed } }`);
  return data.createProcess;
}

test('a forgotten process stays forgotten although the program is killed right after its response', async () => {
  const unico = await startUnico();
  const start = deployment(unico, `sqlite:${join(tempDirectory(), 'store.sqlite')}`);
  // The program caches a process after its response; a program that has stopped has cached it.
  const before = await start();
  expect(await seen(before, OTHER_ID)).toEqual(KNOWN);
  before.program.signal('SIGTERM');
  expect(await before.program.ended).toBe(0);
  const first = await start();
  expect(await create(first)).toEqual({ process: { id: ID }, replayed: false });
  expect([await seen(first, ID), await seen(first, OTHER_ID)]).toEqual([KNOWN, KNOWN]);
  expect(await forget(first)).toEqual(FORGOTTEN);
  await first.kill();
  // The audit log is written before the response.
  expect(first.logged('personal-read').map(({ process }) => process)).toEqual([ID, OTHER_ID]);
  expect(first.logged('forgotten').map(({ process }) => process)).toEqual([ID]);

  unico.goesDown();
  const again = await start();
  expect([await seen(again, ID), await seen(again, OTHER_ID)]).toEqual([['UPSTREAM_UNAVAILABLE'], KNOWN]);
  // The key of the creation is still stored, so no creation is billed twice.
  expect(await create(again)).toEqual({ process: { id: ID }, replayed: true });
  expect(unico.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
});

test('a process that one replica forgets is in Redis neither for another replica nor for a later one', async () => {
  const unico = await startUnico();
  const start = deployment(unico, inject('redisUrl'));
  const [one, other] = [await start(), await start()];
  for (const id of [ID, OTHER_ID])
    expect([await seen(one, id), await seen(other, id)]).toEqual([KNOWN, KNOWN]);
  expect(unico.requests).toHaveLength(2);
  expect(await forget(other)).toEqual(FORGOTTEN);

  unico.goesDown();
  const later = await start();
  expect([await seen(later, ID), await seen(later, OTHER_ID)]).toEqual([['UPSTREAM_UNAVAILABLE'], KNOWN]);
  // The replica that has read it may still return the verdict from memory, but not the person.
  const { data } = await one.ask(`{ process(id: "${ID}") { state person { duiValue } } }`);
  expect(JSON.stringify(data)).not.toContain('12345678909');
});

test('a process is not reported as forgotten while Redis is down, and is forgotten once Redis works again', async () => {
  const unico = await startUnico();
  const redis = await startRedis();
  onTestFinished(() => redis.close());
  const start = deployment(unico, redis.url);
  const replica = await start();
  expect(await seen(replica, ID)).toEqual(KNOWN);
  await redis.kill();
  expect(await forget(replica)).toEqual({
    processId: null,
    userErrors: [{ code: 'STORE_UNAVAILABLE', retryable: true }],
  });

  // Redis has written the process to its file and starts with it.
  await redis.start();
  await expect.poll(() => forget(replica), { timeout: 15_000 }).toEqual(FORGOTTEN);
  // One event, for the mutation that succeeded.
  await replica.program.printed('"event":"forgotten"');
  expect(replica.logged('forgotten')).toMatchObject([{ caller: 'auth-disabled', process: ID, msg: 'audit' }]);
  unico.goesDown();
  expect(await seen(await start(), ID)).toEqual(['UPSTREAM_UNAVAILABLE']);
});

test('the program reports whether Unico still holds a forgotten process, and forgets without Unico too', async () => {
  const unico = await startUnico();
  const replica = await deployment(unico, 'memory:')();
  const held = async (id: string): Promise<unknown> => {
    const { data, errors } = await replica.ask(
      `mutation { forgetProcess(id: "${id}") { processId heldByUnico userErrors { code } } }`,
    );
    return [data.forgetProcess, errors.map(({ extensions }) => extensions.code)];
  };
  expect(await held(ID)).toEqual([{ processId: ID, heldByUnico: true, userErrors: [] }, []]);
  expect(await held(ABSENT_ID)).toEqual([{ processId: ABSENT_ID, heldByUnico: false, userErrors: [] }, []]);
  unico.goesDown();
  expect(await held(ID)).toEqual([
    { processId: ID, heldByUnico: null, userErrors: [] },
    ['UPSTREAM_UNAVAILABLE'],
  ]);
});
