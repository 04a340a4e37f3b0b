import { readFile, writeFile } from 'node:fs/promises';

/**
 * Writes a generated file. With `--check` on the command line it writes nothing: if the file differs from `generated`, it
 * prints how to update the file and sets the exit code 1. `script` is the npm script that generates the file.
 */
export async function writeOrCheck(file: URL, script: string, generated: string): Promise<void> {
  if (!process.argv.includes('--check')) return writeFile(file, generated);
  const committed = await readFile(file, 'utf8').catch(() => '');
  if (committed === generated) return;
  const name = file.pathname.slice(new URL('../', import.meta.url).pathname.length);
  console.error(`${name} does not match schema/: run \`npm run ${script}\` and commit the result`);
  process.exitCode = 1;
}
