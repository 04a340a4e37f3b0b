import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const PACKAGE = new URL('../peers/', import.meta.url);
/** Holds the hash of the lockfile that the installed packages come from. `npm ci` deletes it with node_modules. */
const STAMP = new URL('node_modules/.installed', PACKAGE);

/**
 * Installs the servers of bench/peers if they are missing or older than their lockfile. Only benchmarks need them, so
 * the root install does not have them. Rejects with npm's output if `npm ci` fails.
 */
export async function installPeers(): Promise<void> {
  const lockfile = await readFile(new URL('package-lock.json', PACKAGE));
  const wanted = createHash('sha256').update(lockfile).digest('hex');
  if ((await readFile(STAMP, 'utf8').catch(() => '')) === wanted) return;
  console.error('Installing the peers of the benchmarks, once: `npm ci` in bench/peers.');
  await npmCi(fileURLToPath(PACKAGE));
  await writeFile(STAMP, wanted);
}

function npmCi(cwd: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // `--prefix` is explicit: an npm above this process may have set its own in the environment.
  const npm = spawn('npm', ['ci', '--prefix', cwd], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (text) => (output += text));
  npm.once('error', reject);
  npm.once('close', (code) => {
    if (code === 0) resolve();
    else reject(new Error(`\`npm ci\` failed in bench/peers (exit code ${code}).\n${output}`));
  });
  return promise;
}
