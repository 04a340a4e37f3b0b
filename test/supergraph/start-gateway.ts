import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('./', import.meta.url));

export type Gateway = { url: string; close(): Promise<void> };

/** A real gateway in a process of its own, which composes the subgraphs (name → address) by itself. */
export async function startGateway(subgraphs: Record<string, string>): Promise<Gateway> {
  const services = Object.entries(subgraphs).flatMap(([name, url]) => ['--dev-service', `${name}=${url}`]);
  const child = fork(
    `${HERE}node_modules/@graphql-hive/gateway/dist/bin.js`,
    ['supergraph', ...services, '--host', '127.0.0.1', '--port', '0'],
    { cwd: HERE, execArgv: ['--import', './owned-by-parent.js'], silent: true },
  );
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (log += text));
  const exited = once(child, 'exit');
  const port = await Promise.race([
    new Promise<number>((resolve) => child.once('message', (message) => resolve(Number(message)))),
    exited.then(([code]) => {
      throw new Error(`the gateway ended with code ${code}:\n${log}`);
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
