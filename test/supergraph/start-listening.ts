import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('./', import.meta.url));

export type Listening = { url: string; close(): Promise<void> };

/** How a program starts; `preload` are scripts of this folder that run before it, `env` are more variables for it. */
type Start = { args?: string[]; preload?: string[]; env?: Record<string, string> };

/**
 * Starts a program of this folder's packages, or a script of this folder (`./…`), in a process of its own; resolves when
 * it listens.
 */
export async function startListening(
  program: string,
  { args = [], preload = [], env = {} }: Start = {},
): Promise<Listening> {
  const execArgv = ['owned-by-parent.js', ...preload].flatMap((script) => ['--import', `./${script}`]);
  const path = program.startsWith('./') ? program.slice(2) : `node_modules/${program}`;
  const options = { cwd: HERE, execArgv, silent: true, env: { ...process.env, ...env } };
  const child = fork(`${HERE}${path}`, args, options);
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (log += text));
  const exited = once(child, 'exit');
  const port = await Promise.race([
    new Promise<number>((resolve) => child.once('message', (message) => resolve(Number(message)))),
    exited.then(([code]) => {
      throw new Error(`${program} ended with code ${code}:\n${log}`);
    }),
  ]);
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
