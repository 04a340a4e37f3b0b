import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';

const MANIFEST = new URL('../peers/package.json', import.meta.url);

/** What figures depend on, as one sentence: the machine, the version of Node, and the versions of the peers. */
export async function describeMachine(): Promise<string> {
  const { dependencies } = JSON.parse(await readFile(MANIFEST, 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const cores = cpus();
  const versions = Object.entries(dependencies).map(([name, version]) => `${name} ${version}`);
  const model = cores[0]?.model.trim() ?? 'unknown';
  return `${cores.length} cores (${model}), Node ${process.version}; peers: ${versions.join(', ')}.`;
}
