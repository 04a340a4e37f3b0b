import { readFile, writeFile } from 'node:fs/promises';

/**
 * Keeps a generated file in step with what it is generated from: writes it, or, where the command line says `--check`,
 * compares it and sets the exit code 1 with what to do. `script` is the npm script that generates it.
 */
export async function writeOrCheck(file: URL, script: string, generated: string): Promise<void> {
  if (!process.argv.includes('--check')) return writeFile(file, generated);
  const committed = await readFile(file, 'utf8').catch(() => '');
  if (committed === generated) return;
  const name = file.pathname.slice(new URL('../', import.meta.url).pathname.length);
  console.error(`${name} is not what schema/ says: run \`npm run ${script}\` and commit the result`);
  process.exitCode = 1;
}
