import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startSandbox } from '../sandbox/sandbox.ts';

/*
 * Prints which files of src/ run for one request of each kind, grouped by folder: `node scripts/trace-request.ts`. It
 * starts the real program over a sandbox in this process and a SQLite file, and reads V8's precise coverage before and
 * after the request. docs/architecture.md shows the figures.
 */

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** A query is compiled from its second execution on; one more makes sure. */
const WARM_UP_ROUNDS = 3;

/** Work that outlasts the response, such as caching its result, ends well within this time. */
const SETTLE_MS = 300;

/** The program's timers run at any time: a file counts only if it ran in each of these measurements. */
const MEASUREMENTS = 3;

type Coverage = { result: { url: string; functions: { ranges: { count: number }[] }[] }[] };

/** A client of a process's inspector over its WebSocket. */
class Inspector {
  readonly #socket: WebSocket;
  #nextId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** Connects to the `ws:` URL that Node prints for `--inspect`. */
  static async connect(url: string): Promise<Inspector> {
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve, { once: true });
      socket.addEventListener('error', reject, { once: true });
    });
    return new Inspector(socket);
  }

  /** Sends a command of the DevTools protocol and returns its result. */
  async send(method: string, params: object = {}): Promise<unknown> {
    this.#nextId += 1;
    const id = this.#nextId;
    const response = new Promise((resolve) => {
      const read = ({ data }: MessageEvent): void => {
        const message = JSON.parse(String(data)) as { id?: number; result?: unknown };
        if (message.id !== id) return;
        this.#socket.removeEventListener('message', read);
        resolve(message.result);
      };
      this.#socket.addEventListener('message', read);
    });
    this.#socket.send(JSON.stringify({ id, method, params }));
    return response;
  }

  /** The files of src/ in which a function was called since the last call of this method. */
  async takeFiles(): Promise<Set<string>> {
    const { result } = (await this.send('Profiler.takePreciseCoverage')) as Coverage;
    const source = new URL('../src/', import.meta.url).href;
    const called = result.filter(
      ({ url, functions }) =>
        url.startsWith(source) && functions.some(({ ranges }) => (ranges[0]?.count ?? 0) > 0),
    );
    return new Set(called.map(({ url }) => `src/${url.slice(source.length)}`));
  }

  close(): void {
    this.#socket.close();
  }
}

type Program = { child: ChildProcess; url: string; inspectorUrl: string };

async function startProgram(variables: Record<string, string>): Promise<Program> {
  const child = spawn(
    process.execPath,
    ['--inspect=127.0.0.1:0', '--no-allocation-site-pretenuring', 'src/main.ts'],
    {
      cwd: ROOT,
      env: { PATH: process.env['PATH'] ?? '', PORT: '0', ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const firstMatch = (stream: NodeJS.ReadableStream, pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      createInterface({ input: stream }).on('line', (line) => {
        const found = pattern.exec(line)?.[1];
        if (found !== undefined) resolve(found);
      });
      child.once('exit', (code) => reject(new Error(`the program exited with ${code} before it listened`)));
    });
  const [inspectorUrl, url] = await Promise.all([
    firstMatch(child.stderr, /Debugger listening on (ws:\S+)/),
    firstMatch(child.stdout, /"url":"(http:[^"]+)"/),
  ]);
  return { child, url, inspectorUrl };
}

const QUERY = 'query Trace($id: ID!) { process(id: $id) { id state verdict { decision reasons { code } } } }';
const MUTATION = `mutation Trace($key: String!, $input: CreateProcessInput!) {
  createProcess(idempotencyKey: $key, input: $input) { process { id state } userErrors { code message } }
}`;
const INPUT = {
  journey: {
    flow: 'id',
    purpose: 'creditprocess',
    callbackUri: '/',
    person: { duiType: 'BR_CPF', duiValue: '12345678909', friendlyName: 'Luke Skywalker' },
  },
};

/** The ids of the sandbox's seeded idcloud processes. */
const idOf = (number: number): string => `1dc10d00-0000-4000-8000-${String(number).padStart(12, '0')}`;

const sandbox = await startSandbox({ requestsPerSecond: Infinity });
const folder = mkdtempSync(join(tmpdir(), 'trace-request-'));
const { account, tenantId, privateKey, apiKeys } = sandbox.credentials;
const program = await startProgram({
  STORE_URL: `sqlite:${join(folder, 'store.sqlite')}`,
  UNICO_ENVIRONMENT: 'uat',
  UNICO_IDCLOUD_URL: sandbox.idcloudUrl,
  UNICO_API_URL: sandbox.apiUrl,
  UNICO_IDENTITY_URL: sandbox.identityUrl,
  UNICO_ACCOUNT: account,
  UNICO_TENANT_ID: tenantId,
  UNICO_PRIVATE_KEY: privateKey,
  UNICO_APIKEY_ONBOARDING: apiKeys.onboarding ?? '',
  UNICO_RATE_LIMIT: '1000',
});

/** Sends an operation to the program. Throws on errors and on user errors. */
async function execute(query: string, variables: object): Promise<void> {
  const response = await fetch(`${program.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { errors, data } = (await response.json()) as { errors?: unknown; data?: Record<string, unknown> };
  if (errors !== undefined)
    throw new Error(`expected a response without errors, got ${JSON.stringify(errors)}`);
  const userErrors = (data?.['createProcess'] as { userErrors: unknown[] } | undefined)?.userErrors ?? [];
  if (userErrors.length > 0) throw new Error(`expected a process, got ${JSON.stringify(userErrors)}`);
}

const inspector = await Inspector.connect(program.inspectorUrl);
await inspector.send('Profiler.enable');
await inspector.send('Profiler.startPreciseCoverage', { callCount: true, detailed: false });

/** The files that run for a request in every measurement. */
async function filesOf(request: () => Promise<void>): Promise<string[]> {
  let common: Set<string> | null = null;
  for (let count = 0; count < MEASUREMENTS; count += 1) {
    await sleep(SETTLE_MS);
    await inspector.takeFiles();
    await request();
    await sleep(SETTLE_MS);
    const files = await inspector.takeFiles();
    common = common === null ? files : common.intersection(files);
  }
  return [...(common ?? [])].toSorted();
}

function print(title: string, files: readonly string[]): void {
  console.log(`\n${title}: ${files.length} files`);
  const folders = Map.groupBy(files, (file) => file.slice(0, file.lastIndexOf('/')));
  for (const [name, own] of folders) {
    console.log(`  ${name}: ${own.map((file) => file.slice(name.length + 1)).join(' ')}`);
  }
}

try {
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) await execute(QUERY, { id: idOf(round) });
  await execute(MUTATION, { key: randomUUID(), input: INPUT });
  let next = WARM_UP_ROUNDS;
  print('one unknown process', await filesOf(() => execute(QUERY, { id: idOf(next++) })));
  print('one known process', await filesOf(() => execute(QUERY, { id: idOf(0) })));
  print('one creation', await filesOf(() => execute(MUTATION, { key: randomUUID(), input: INPUT })));
} finally {
  inspector.close();
  program.child.kill('SIGTERM');
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
}
