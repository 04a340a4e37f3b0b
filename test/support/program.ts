import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MAIN = join(ROOT, 'src/main.ts');

/** The program as its users start it, in a process of its own. */
export type Program = {
  /** Everything that the program has printed so far. */
  output(): string;
  /** Waits until the program has printed this; rejects when the program ends before. */
  printed(text: string | RegExp): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** What reads the standard output: it can stop for a while, and go away. */
  reader: { stall(): void; readOn(): void; leave(): void };
  /** Resolves to the exit code when the program has ended, and everything that it has printed is read. */
  ended: Promise<number | null>;
  /** The same as soon as it has ended. */
  exited: Promise<number | null>;
};

const running = new Set<ChildProcess>();

/** `node` is `node src/main.ts`, the command of an image; `npm` is `npm start`, the command of the README. */
export type Command = 'node' | 'npm';

/** Starts the program with these variables and no others of this project. `options` are those of its command line. */
export function startProgram(
  variables: Record<string, string>,
  command: Command = 'node',
  options: readonly string[] = [],
): Program {
  const [file, args] =
    command === 'npm'
      ? ['npm', ['start']]
      : [process.execPath, ['--disable-sigusr1', '--no-allocation-site-pretenuring', MAIN]];
  const child = spawn(file, [...args, ...options], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', STORE_URL: 'memory:', ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  const { stdout, stderr } = child;
  for (const stream of [stdout, stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      child.emit('printed');
    });
  }
  const exited = once(child, 'exit').then(([code]: (number | null)[]) => code ?? null);
  const ended = once(child, 'close').then(([code]: (number | null)[]) => {
    running.delete(child);
    child.emit('printed');
    return code ?? null;
  });
  return {
    output: () => output,
    signal: (name) => void child.kill(name),
    reader: {
      stall: () => void stdout.pause(),
      readOn: () => void stdout.resume(),
      leave: () => void stdout.destroy(),
    },
    ended,
    exited,
    async printed(text) {
      const has = (): boolean => (typeof text === 'string' ? output.includes(text) : text.test(output));
      while (!has()) {
        if (!running.has(child)) throw new Error(`the program ended without printing ${text}:\n${output}`);
        await once(child, 'printed');
      }
    },
  };
}

/** The URL of a program that has printed `listening`. */
export function urlOf(program: Program): string {
  const url = /"url":"(http:[^"]+)"/.exec(program.output())?.[1];
  if (url === undefined) throw new Error(`no url in the output:\n${program.output()}`);
  return url;
}

/** The variables of a deployment whose Unico is a plain HTTP server of the test. */
export function remote({ url }: { url: string }): Record<string, string> {
  return {
    UNICO_ENVIRONMENT: 'uat',
    UNICO_IDCLOUD_URL: url,
    UNICO_API_URL: url,
    UNICO_IDENTITY_URL: url,
    UNICO_ACCESS_TOKEN: 'a-token',
    UNICO_APIKEY_ONBOARDING: 'a-key',
  };
}

/** Whether a program answers, or refuses the connection, which it does from the moment that it stops. */
export function connectTo(url: string): Promise<'answered' | 'refused'> {
  return fetch(`${url}/livez`).then(
    () => 'answered' as const,
    () => 'refused' as const,
  );
}

/** Kills all programs that are still running. */
export function killPrograms(): void {
  for (const child of running) child.kill('SIGKILL');
}
