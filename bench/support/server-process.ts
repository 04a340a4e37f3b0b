import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SUBJECT_CORE } from './cores.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The slowest server takes some two seconds to start on a core of its own. */
const START_TIMEOUT_MS = 60_000;
/** The time between SIGTERM and SIGKILL, in which a server finishes its requests. */
const STOP_TIMEOUT_MS = 5_000;

/** A server in a process of its own. */
export type ServerProcess = {
  /** The origin where it listens, such as `http://127.0.0.1:4001`. */
  url: string;
  pid: number;
  /** Stops the process, and resolves when it has ended. */
  stop(): Promise<void>;
};

/** A program to start: `node` with these arguments. */
export type Program = {
  /** Node's own options, the file (relative to the repository or absolute), and the file's arguments. */
  args: readonly string[];
  /** Its environment variables, in addition to PATH. */
  variables?: Record<string, string>;
  /** The core that the process is bound to. */
  core?: number;
};

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** The URL in a line of JSON with the property `url`: peers print nothing else, this subgraph logs it. */
function urlIn(line: string): string | null {
  if (!line.startsWith('{')) return null;
  const parsed: unknown = JSON.parse(line);
  const url = typeof parsed === 'object' && parsed !== null && 'url' in parsed ? parsed.url : null;
  return typeof url === 'string' ? url : null;
}

/** Waits for the URL in the output of a process; rejects with that output if the process ends before. */
async function urlOf(child: ChildProcess, command: string): Promise<string> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('unreachable: both are piped');
  let output = '';
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const fail = (why: string): void => reject(new Error(`${command} ${why}\n${output.trimEnd()}`));
  const timer = setTimeout(() => fail(`does not listen within ${START_TIMEOUT_MS} ms`), START_TIMEOUT_MS);
  stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  createInterface({ input: stdout }).on('line', (line) => {
    const url = urlIn(line);
    if (url === null) output += `${line}\n`;
    else resolve(url);
  });
  child.once('exit', (code, signal) => fail(`has ended (${signal ?? code}) before it listens`));
  child.once('error', (error) => fail(`cannot be started: ${error.message}`));
  return promise.finally(() => clearTimeout(timer));
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended.finally(() => clearTimeout(timer));
}

/** Starts a program bound to a core, and waits until it listens. The program ends with this process at the latest. */
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
    const url = await urlOf(child, `node ${args.join(' ')}`);
    if (child.pid === undefined) throw new Error('unreachable: a listening process has an id');
    return { url, pid: child.pid, stop: () => stop(child) };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** How to start this repository's subgraph. */
export type SubgraphOptions = {
  /** The origin of the upstream stub. */
  upstream: string;
  /** Environment variables; they override those of `startSubgraph`. */
  variables?: Record<string, string>;
  /** The core that the process is bound to. */
  core?: number;
  /** Options of Node's own, such as `--expose-gc`. */
  nodeOptions?: readonly string[];
};

/**
 * Starts this repository's subgraph as `npm start` does, with a store in memory and a quota that is never exhausted. The
 * log level is the default one: it logs the URL and no requests.
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
