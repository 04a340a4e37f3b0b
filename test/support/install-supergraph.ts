import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const PACKAGE = new URL('../supergraph/', import.meta.url);
/** The hash of the lockfile of the installed packages. It is in node_modules, which npm empties first. */
const STAMP = new URL('node_modules/.installed', PACKAGE);

/**
 * Installs the composers and the gateway of test/supergraph where they are missing or older than their lockfile.
 * They are many times larger than the subgraph and only tests need them, so the root package does not depend on them.
 */
export default async function installSupergraph(): Promise<void> {
  const lockfile = await readFile(new URL('package-lock.json', PACKAGE));
  const wanted = createHash('sha256').update(lockfile).digest('hex');
  if ((await readFile(STAMP, 'utf8').catch(() => '')) === wanted) return;

  console.error('Installing the composers and the gateway for the tests: `npm ci` in test/supergraph.');
  console.error('This happens once, takes about a minute and 800 MB of disk.');
  const startedAt = performance.now();
  await npmCi();
  await writeFile(STAMP, wanted);
  console.error(`Installed in ${Math.round((performance.now() - startedAt) / 1000)} s.`);
}

function npmCi(): Promise<void> {
  const cwd = fileURLToPath(PACKAGE);
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void =>
      reject(
        new Error(
          `\`npm ci\` failed in test/supergraph (${reason}). The tests of composition and of the gateway need its ` +
            `packages; run it by hand to see more.\n${output}`,
        ),
      );
    // The prefix is explicit: an npm that runs this test may have set its own in the environment.
    const npm = spawn('npm', ['ci', '--prefix', cwd], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (text) => (output += text));
    npm.once('error', ({ message }) => fail(message));
    npm.once('close', (code) => (code === 0 ? resolve() : fail(`exit code ${code}`)));
  });
}
