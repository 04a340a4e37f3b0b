import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test, type TestContext } from 'vitest';
import { respond } from '../support/personal-reads.ts';
import { killPrograms, remote, startProgram, urlOf, type Program } from '../support/program.ts';
import { ask as askServer, errorCodesOf, type Answer } from '../support/subgraph.ts';
import { startUpstream } from '../support/upstream.ts';

afterAll(killPrograms);

/** A page of processes, and an id that Unico always answers with 500. */
const IDS = Array.from({ length: 200 }, () => randomUUID());
const FAILING = randomUUID();

const page = (selection: string): string => `{ processes(ids: ${JSON.stringify(IDS)}) { id ${selection} } }`;
const PERSONAL = page('person { duiValue }');
const NOT_PERSONAL = page('state');

type Deployment = {
  program: Program;
  ask(query: string): Promise<Answer>;
  status(path: string): Promise<number>;
  text(path: string): Promise<string>;
};

/** Code that makes a program throw an exception without a handler when it gets SIGCONT. */
const THROWING = `data:text/javascript,process.on('SIGCONT',()=>{throw(new(TypeError)('12345678909'))})`;

/** Starts the program over a Unico that has every process but one. */
async function deploy({ onTestFinished, expect: { poll } }: TestContext): Promise<Deployment> {
  const upstream = await startUpstream((request) =>
    request.path.endsWith(FAILING) ? { status: 500 } : respond(request),
  );
  onTestFinished(() => upstream.close());
  const program = startProgram({
    NODE_OPTIONS: `--import=${THROWING}`,
    ...remote(upstream),
    UNICO_RATE_LIMIT: '10000',
    // Personal reads wait so long for room in the log.
    REQUEST_TIMEOUT_MS: '2500',
  });
  await program.printed('"event":"listening"');
  const url = urlOf(program);
  // Cached from now on. A busy machine may need more than one operation for it.
  await poll(async () => (await askServer(url, NOT_PERSONAL)).errors, { timeout: 15_000 }).toEqual([]);
  return {
    program,
    ask: (query) => askServer(url, query),
    status: async (path) => (await fetch(`${url}${path}`)).status,
    text: async (path) => (await fetch(`${url}${path}`)).text(),
  };
}

const codesOf = (answer: Answer): Set<string> => new Set(errorCodesOf(answer));

/** How many lines of the audit log the program has printed. */
const audited = ({ program }: Deployment): number =>
  [...program.output().matchAll(/"event":"personal-read"/g)].length;

/** Writes more lines of the audit log than may wait: each page of personal data has 200. */
async function fill({ ask }: Deployment): Promise<Answer[]> {
  return Promise.all(Array.from({ length: 60 }, () => ask(PERSONAL)));
}

describe.concurrent('while the reader of the standard output has stalled', () => {
  test('/livez and reads answer, personal reads are refused, and the reader learns what it has missed', async (context) => {
    const deployment = await deploy(context);
    const { program, ask, status, text } = deployment;
    expect((await ask(PERSONAL)).errors).toEqual([]);
    program.reader.stall();
    const filling = await fill(deployment);
    expect(codesOf(filling.at(-1) ?? { status: 0, data: null, errors: [] })).toEqual(
      new Set(['INTERNAL_SERVER_ERROR']),
    );

    expect(await status('/livez')).toBe(200);
    const { data, errors } = await ask(NOT_PERSONAL);
    expect([data.processes.length, errors]).toEqual([IDS.length, []]);
    // A failure is logged: its lines are dropped, and counted.
    expect(codesOf(await ask(`{ process(id: "${FAILING}", source: IDCLOUD) { state } }`))).toEqual(
      new Set(['UPSTREAM_UNAVAILABLE']),
    );
    expect(await text('/metrics')).toMatch(/^log_lines_dropped_total [1-9]/m);
    expect(await text('/readyz')).toMatch(/degraded.*log cannot be written/);

    // No personal data leaves without its line, and nothing is erased without one.
    const refused = await ask(PERSONAL);
    expect(codesOf(refused)).toEqual(new Set(['INTERNAL_SERVER_ERROR']));
    expect(JSON.stringify(refused.data)).not.toContain('duiValue":"');
    const kept = await ask(`mutation { forgetProcess(id: "${IDS[0]}") { processId } }`);
    expect(codesOf(kept)).toEqual(new Set(['INTERNAL_SERVER_ERROR']));

    program.reader.readOn();
    await program.printed('"event":"log-dropped"');
    const [, dropped = ''] = /"event":"log-dropped","count":(\d+)/.exec(program.output()) ?? [];
    expect(await text('/metrics')).toContain(`log_lines_dropped_total ${dropped}\n`);
    expect(await text('/readyz')).not.toContain('degraded');
    // Every personal field that was returned has a line.
    const returned = [...filling, await ask(PERSONAL)]
      .flatMap((answer) => answer.data.processes as ({ person: unknown } | null)[])
      .filter((process) => process?.person != null).length;
    await context.expect.poll(() => audited(deployment)).toBeGreaterThanOrEqual(IDS.length + returned);
    expect(returned).toBeGreaterThanOrEqual(IDS.length);
  });

  test('the program ends with code 0 on SIGTERM all the same', async (context) => {
    const deployment = await deploy(context);
    const { program } = deployment;
    program.reader.stall();
    await fill(deployment);
    program.signal('SIGTERM');
    expect(await program.exited).toBe(0);
    program.reader.readOn();
  });

  test('the program ends with code 1 after an exception without a handler all the same', async (context) => {
    const deployment = await deploy(context);
    const { program } = deployment;
    program.reader.stall();
    await fill(deployment);
    program.signal('SIGCONT');
    expect(await program.exited).toBe(1);
    program.reader.readOn();
  });
});

test('an exception without a handler ends the program with code 1 and a line that does not quote it', async (context) => {
  const { program } = await deploy(context);
  program.signal('SIGCONT');
  expect(await program.ended).toBe(1);
  expect(program.output()).toMatch(/"level":60,.*"event":"fault","name":"TypeError"/);
  expect(program.output()).not.toContain('12345678909');
});

test('when the reader of the standard output is gone, /livez and reads answer, and personal reads are refused', async (context) => {
  const { program, ask, status, text } = await deploy(context);
  program.reader.leave();
  expect(codesOf(await ask(PERSONAL))).toEqual(new Set(['INTERNAL_SERVER_ERROR']));
  expect(await status('/livez')).toBe(200);
  expect((await ask(NOT_PERSONAL)).errors).toEqual([]);
  expect(await text('/readyz')).toContain('degraded');
  program.signal('SIGTERM');
  expect(await program.exited).toBe(0);
});
