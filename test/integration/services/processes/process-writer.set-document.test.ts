import { describe, expect, inject, test } from 'vitest';
import { ID, idcloudBody, processesV1Body } from '../../../support/bodies.ts';
import type { Answer, Subgraph } from '../../../support/subgraph.ts';
import type { Reply, SeenRequest } from '../../../support/upstream.ts';
import { gate } from '../../../support/gate.ts';
import {
  DEPLOYMENTS,
  idcloudPath,
  processesV1Path,
  read,
  startWorld,
  twoRedisStores,
  type World,
} from '../../../support/reads.ts';

const PERSON = { duiType: 'DUI_TYPE_BR_CPF', duiValue: '12345678909' };
const AWAITING = idcloudBody(ID, { state: 'AWAITING_FOR_DOCUMENT' });
const GOES_ON = idcloudBody(ID, { state: 'PROCESS_STATE_CREATED', person: PERSON });
const READ = 'state person { duiValue }';

/** A journey that waits for its document until it is set; `onSet` is Unico's reply to that. */
function waitingJourney(onSet: Reply = { body: { process: { id: ID, person: PERSON } } }): {
  answer(request: SeenRequest): Reply;
} {
  let set = false;
  return {
    answer({ method, path }) {
      if (method === 'POST') {
        set = true;
        return onSet;
      }
      if (path !== idcloudPath(ID)) return { status: 404 };
      return { body: set ? GOES_ON : AWAITING };
    },
  };
}

function setDocument({ ask }: Subgraph, selection = 'id', processId = ID): Promise<Answer> {
  return ask(
    `mutation ($input: SetProcessDocumentInput!) {
      setProcessDocument(input: $input) { process { ${selection} } userErrors { code } }
    }`,
    { input: { processId, duiType: 'BR_CPF', duiValue: '12345678909' } },
  );
}

const codesOf = ({ data }: Answer): string[] =>
  data.setProcessDocument.userErrors.map(({ code }: { code: string }) => code);

describe.each(Object.entries(DEPLOYMENTS))('ProcessWriter.setDocument, %s', (deployment, open) => {
  test(`a read after setting a document returns the new state, for one call (${deployment})`, async () => {
    const { upstream, replicas } = await startWorld(waitingJourney().answer, { stores: await open() });
    const [replica] = replicas;
    expect((await read(replica, ID, READ)).data.process).toEqual({
      state: 'AWAITING_DOCUMENT',
      person: null,
    });
    expect(codesOf(await setDocument(replica))).toEqual([]);
    const calls = upstream.requests.length;
    expect((await read(replica, ID, 'state')).data.process).toEqual({ state: 'CREATED' });
    expect((await read(replica, ID, READ)).data.process).toEqual({
      state: 'CREATED',
      person: { duiValue: '12345678909' },
    });
    // The contract of the process is still cached.
    expect(upstream.calls().slice(calls)).toEqual([`GET ${idcloudPath(ID)}`]);
  });

  test(`a read after setting a document with an unknown outcome returns the new state (${deployment})`, async () => {
    const { replicas } = await startWorld(waitingJourney('drop').answer, { stores: await open() });
    const [replica] = replicas;
    await read(replica, ID, READ);
    expect(codesOf(await setDocument(replica))).toEqual(['OUTCOME_UNKNOWN']);
    expect((await read(replica, ID, 'state')).data.process).toEqual({ state: 'CREATED' });
    expect((await read(replica, ID, READ)).data.process).toEqual({
      state: 'CREATED',
      person: { duiValue: '12345678909' },
    });
  });

  test(`a read in flight while a document is set is answered and not cached (${deployment})`, async () => {
    const { opened, open: dispatch } = gate();
    let reads = 0;
    const { replicas } = await startWorld(
      async ({ method }) => {
        if (method === 'POST') return { body: { process: { id: ID, person: PERSON } } };
        reads += 1;
        if (reads > 1) return { body: GOES_ON };
        await opened;
        return { body: AWAITING };
      },
      { stores: await open() },
    );
    const [replica] = replicas;
    const inFlight = read(replica, ID, READ, 'IDCLOUD');
    await expect.poll(() => reads).toBe(1);
    expect(codesOf(await setDocument(replica))).toEqual([]);
    const afterwards = read(replica, ID, READ, 'IDCLOUD');
    dispatch();
    expect((await inFlight).data.process.state).toBe('AWAITING_DOCUMENT');
    expect((await afterwards).data.process.state).toBe('CREATED');
    expect((await read(replica, ID, READ)).data.process.state).toBe('CREATED');
  });
});

describe('ProcessWriter.setDocument, a document that was set', () => {
  test('an operation that sets a document reads the new state, although it has read the old one before', async () => {
    const journey = waitingJourney();
    const { replicas } = await startWorld((request) =>
      request.method === 'POST' && request.path === '/client/v1/process'
        ? { body: AWAITING }
        : journey.answer(request),
    );
    const [replica] = replicas;
    const create = `createProcess(idempotencyKey: "a-key", input: { journey: {
      flow: "id", purpose: "creditprocess", callbackUri: "/" } }) { process { state } replayed }`;
    await replica.ask(`mutation { ${create} }`);
    const { data, errors } = await replica.ask(`mutation {
      ${create}
      setProcessDocument(input: { processId: "${ID}", duiType: BR_CPF, duiValue: "12345678909" }) {
        process { state } userErrors { code }
      }
    }`);
    expect(errors).toEqual([]);
    expect(data.createProcess).toEqual({ process: { state: 'AWAITING_DOCUMENT' }, replayed: true });
    expect(data.setProcessDocument).toEqual({
      process: { state: 'CREATED' },
      userErrors: [],
    });
  });

  test('another replica that has read the process before reads the new state within seconds', async () => {
    const journey = waitingJourney();
    const { replicas } = await startWorld(journey.answer, {
      stores: await twoRedisStores(inject('redisUrl')),
    });
    const [one, other] = replicas;
    if (other === undefined) throw new Error('unreachable');
    await read(one, ID, READ);
    await read(other, ID, READ);
    await setDocument(one);
    await expect
      .poll(async () => (await read(other, ID, READ)).data.process.state, { timeout: 10_000 })
      .toBe('CREATED');
  });

  test('both replicas read the new state within seconds, although one was reading the process meanwhile', async () => {
    const { opened, open } = gate();
    let reads = 0;
    const { replicas } = await startWorld(
      async ({ method }) => {
        if (method === 'POST') return { body: { process: { id: ID, person: PERSON } } };
        reads += 1;
        if (reads > 1) return { body: GOES_ON };
        await opened;
        return { body: AWAITING };
      },
      { stores: await twoRedisStores(inject('redisUrl')) },
    );
    const [one, other] = replicas;
    if (other === undefined) throw new Error('unreachable');
    const inFlight = read(other, ID, READ, 'IDCLOUD');
    await expect.poll(() => reads).toBe(1);
    await setDocument(one);
    open();
    await inFlight;
    for (const replica of [one, other]) {
      await expect
        .poll(async () => (await read(replica, ID, READ)).data.process.state, { timeout: 10_000 })
        .toBe('CREATED');
    }
  });
});

const NOT_FOUND: Reply = { status: 404, body: { code: 5, message: 'process not found', details: [] } };

const FOUND = { source: 'PROCESSES_V1', state: 'FINISHED' };

/** A process of processes/v1, for which idcloud replies 404. */
function startCapture(onSet: Reply): Promise<World> {
  return startWorld(({ method, path }) => {
    if (method === 'POST') return onSet;
    return path === processesV1Path(ID) ? { body: processesV1Body() } : { status: 404 };
  });
}

describe('ProcessWriter.setDocument, a document that was not set', () => {
  test('a document that Unico does not find leaves the cached contract of the process', async () => {
    const { upstream, replicas } = await startCapture(NOT_FOUND);
    const [replica] = replicas;
    await read(replica, ID, 'state');
    const calls = upstream.requests.length;
    expect(codesOf(await setDocument(replica))).toEqual(['NOT_FOUND']);
    expect((await read(replica, ID, 'source state')).data.process).toEqual(FOUND);
    expect(upstream.calls().slice(calls)).toEqual([`POST ${idcloudPath(ID)}/document`]);
  });

  test.each([
    ['process not found', NOT_FOUND],
    ['process expired', { status: 400, body: { code: 9, message: 'process expired' } }],
    ['credential refused', { status: 403 }],
    ['response lost', 'drop'],
    ['internal error', { status: 500 }],
  ] as [string, Reply][])(
    'a document that could not be set never marks its process as a journey: %s',
    async (_, onSet) => {
      const { replicas } = await startCapture(onSet);
      const [replica] = replicas;
      await setDocument(replica);
      expect((await read(replica, ID, 'source state')).data.process).toEqual(FOUND);
      // Again, now that the contract is cached.
      await setDocument(replica);
      expect((await read(replica, ID, 'source state')).data.process).toEqual(FOUND);
    },
  );

  test('a document that Unico refuses leaves the cached process as it was', async () => {
    const expired = { status: 400, body: { code: 9, message: 'process expired', details: [] } };
    const { upstream, replicas } = await startWorld(({ method }) =>
      method === 'POST' ? expired : { body: idcloudBody(ID, { person: PERSON }) },
    );
    const [replica] = replicas;
    const before = await read(replica, ID, READ);
    expect(codesOf(await setDocument(replica))).toEqual(['PROCESS_EXPIRED']);
    expect(await read(replica, ID, READ)).toEqual(before);
    expect(upstream.calls()).toEqual([`GET ${idcloudPath(ID)}`, `POST ${idcloudPath(ID)}/document`]);
  });

  test('a document with a malformed process id is refused without a call, and the cache stays as it was', async () => {
    const { upstream, replicas } = await startCapture(NOT_FOUND);
    const [replica] = replicas;
    const before = await read(replica, ID, 'source state');
    const refused = await setDocument(replica, 'id', '../admin');
    expect(codesOf(refused)).toEqual(['PROCESS_ID_INVALID']);
    expect(await read(replica, ID, 'source state')).toEqual(before);
    expect(upstream.requests).toHaveLength(2);
  });
});
