import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const PACKAGE = new URL('../peers/', import.meta.url);
/** Says which lockfile the installed packages come from; it goes with node_modules, which npm empties first. */
const STAMP = new URL('node_modules/.installed', PACKAGE);

/**
 * Installs the servers of bench/peers where they are missing or older than their lockfile. Only benchmarks need them,
 * so they are no part of the root install.
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
  // The prefix is said aloud: an npm above this one may have put its own into the environment.
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
