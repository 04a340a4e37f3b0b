import { afterAll, describe, test, type TestContext } from 'vitest';
import { ID, idcloudBody } from '../support/bodies.ts';
import { connectTo } from '../support/program.ts';
import { killPrograms, startReplica, type Replica } from '../support/replica.ts';
import type { Answer } from '../support/subgraph.ts';
import { startUpstream } from '../support/upstream.ts';

afterAll(killPrograms);

/** A program whose creation is in flight until `answer` lets Unico answer. */
type Creating = { replica: Replica; creation: Promise<Answer>; answer: () => void };

async function startCreating({ onTestFinished }: TestContext): Promise<Creating> {
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const upstream = await startUpstream(async () => {
    reach();
    await answered;
    return { body: idcloudBody() };
  });
  onTestFinished(() => upstream.close());
  const replica = await startReplica(upstream);
  const creation = replica.ask(`mutation {
    createProcess(
      idempotencyKey: "key"
      input: { journey: { flow: "id", purpose: "creditprocess", callbackUri: "/" } }
    ) { process { id } userErrors { code } }
  }`);
  await reached;
  return { replica, creation, answer };
}

const CREATED = { createProcess: { process: { id: ID }, userErrors: [] } };

// At the same time, because each test has a program of its own, and mostly waits for it.
describe.concurrent('signals that stop the program', () => {
  test.for(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const)(
    'a program that gets %s finishes a creation in flight and exits with 0',
    async (signal, context) => {
      const { expect } = context;
      const { replica, creation, answer } = await startCreating(context);
      replica.program.signal(signal);
      await replica.program.printed('"event":"stopping"');
      await expect.poll(() => connectTo(replica.url)).toBe('refused');
      answer();
      expect((await creation).data).toEqual(CREATED);
      expect(await replica.program.ended).toBe(0);
      expect(replica.logged('stopping')).toMatchObject([{ signal }]);
    },
  );

  test('every further signal changes nothing: the creation in flight is finished', async (context) => {
    const { expect } = context;
    const { replica, creation, answer } = await startCreating(context);
    const { program } = replica;
    program.signal('SIGHUP');
    await program.printed('"event":"stopping"');
    for (const signal of ['SIGHUP', 'SIGQUIT', 'SIGTERM', 'SIGINT'] as const) program.signal(signal);
    program.signal('SIGUSR2');
    await program.printed('"event":"signal-ignored"');
    answer();
    expect((await creation).data).toEqual(CREATED);
    expect(await program.ended).toBe(0);
    expect(replica.logged('stopping')).toHaveLength(1);
  });
});

describe.concurrent('signals that change nothing', () => {
  test('SIGUSR2 changes nothing while a creation is in flight, and is logged', async (context) => {
    const { expect } = context;
    const { replica, creation, answer } = await startCreating(context);
    replica.program.signal('SIGUSR2');
    await replica.program.printed('"event":"signal-ignored","signal":"SIGUSR2"');
    expect((await fetch(`${replica.url}/livez`)).status).toBe(200);
    answer();
    expect((await creation).data).toEqual(CREATED);
  });

  test('SIGUSR1 does not open the inspector, and changes nothing while a creation is in flight', async (context) => {
    const { expect } = context;
    const { replica, creation, answer } = await startCreating(context);
    replica.program.signal('SIGUSR1');
    // Signals are delivered in order of their numbers, so SIGUSR1 has had its effect.
    replica.program.signal('SIGUSR2');
    await replica.program.printed('"signal":"SIGUSR2"');
    answer();
    expect((await creation).data).toEqual(CREATED);
    expect(replica.program.output()).not.toMatch(/debugger|inspector/i);
  });
});
