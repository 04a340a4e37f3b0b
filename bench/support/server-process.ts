import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SUBJECT_CORE } from './cores.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The slowest to start takes some two seconds of a core that it has to itself. */
const START_TIMEOUT_MS = 60_000;
/** How long a server may take to finish what it does once it is told to stop. */
const STOP_TIMEOUT_MS = 5_000;

/** A server in a process of its own. */
export type ServerProcess = {
  /** Where it listens, such as `http://127.0.0.1:4001`. */
  url: string;
  pid: number;
  /** Resolves when it has ended. */
  stop(): Promise<void>;
};

/** What to start: `node` with these arguments. */
export type Program = {
  /** Node's own options, the file (relative to the repository or absolute), and the file's arguments. */
  args: readonly string[];
  /** Its environment, beside PATH. */
  variables?: Record<string, string>;
  /** The core that it is bound to. */
  core?: number;
};

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** The address in a line of JSON with the member `url`: peers print nothing else, this subgraph logs it. */
function urlIn(line: string): string | null {
  if (!line.startsWith('{')) return null;
  const said: unknown = JSON.parse(line);
  const url = typeof said === 'object' && said !== null && 'url' in said ? said.url : null;
  return typeof url === 'string' ? url : null;
}

/** Waits until it says where it listens; fails with what it has said where it ends before that. */
async function addressOf(child: ChildProcess, what: string): Promise<string> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('unreachable: both are piped');
  let said = '';
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const fail = (why: string): void => reject(new Error(`${what} ${why}\n${said.trimEnd()}`));
  const timer = setTimeout(() => fail('does not listen in time'), START_TIMEOUT_MS);
  stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  createInterface({ input: stdout }).on('line', (line) => {
    const url = urlIn(line);
    if (url === null) said += `${line}\n`;
    else resolve(url);
  });
  child.once('exit', (code, signal) => fail(`has ended (${signal ?? code}) before it listens`));
  child.once('error', (error) => fail(`can not be started: ${error.message}`));
  return promise.finally(() => clearTimeout(timer));
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const tooLate = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended.finally(() => clearTimeout(tooLate));
}

/** Starts a program bound to a core, and waits until it listens. Whatever still runs ends with this process. */
export async function startProgram({
  args,
  variables = {},
  core = SUBJECT_CORE,
}: Program): Promise<ServerProcess> {
  const child = spawn('taskset', ['--cpu-list', String(core), process.execPath, ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  try {
    const url = await addressOf(child, `node ${args.join(' ')}`);
    if (child.pid === undefined) throw new Error('unreachable: what listens has an id');
    return { url, pid: child.pid, stop: () => stop(child) };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** How this repository's subgraph is started. */
export type SubgraphOptions = {
  /** The address of what plays Unico. */
  upstream: string;
  /** Over those below. */
  variables?: Record<string, string>;
  core?: number;
  /** Options of Node's own, such as `--expose-gc`. */
  nodeOptions?: readonly string[];
};

/**
 * Starts this repository's subgraph as `npm start` does, with a store in memory and a quota that is never used up.
 * Requests are not logged at the usual level, so that it can be used to learn the address.
 */
export function startSubgraph(options: SubgraphOptions): Promise<ServerProcess> {
  const { upstream, variables = {}, core = SUBJECT_CORE, nodeOptions = [] } = options;
  return startProgram({
    args: ['--no-allocation-site-pretenuring', ...nodeOptions, 'src/main.ts'],
    core,
    variables: {
      PORT: '0',
      STORE_URL: 'memory:',
      UNICO_ENVIRONMENT: 'uat',
      UNICO_IDCLOUD_URL: upstream,
      UNICO_API_URL: upstream,
      UNICO_ACCESS_TOKEN: 'a-token',
      UNICO_APIKEY_ONBOARDING: 'a-key',
      UNICO_RATE_LIMIT: '100000',
      ...variables,
    },
  });
}
