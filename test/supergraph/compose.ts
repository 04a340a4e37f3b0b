import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export type Composer = 'apollo' | 'guild' | 'wundergraph';

/**
 * Composes subgraphs (name → SDL) in a process of its own, because composers bring a `graphql` of their own.
 * Answers the composed SDL; where the composer finds errors, fails with them.
 */
export async function compose(composer: Composer, subgraphs: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'compose-'));
  try {
    for (const [name, sdl] of Object.entries(subgraphs)) {
      await writeFile(join(folder, `${name}.graphql`), sdl);
    }
    const script = fileURLToPath(new URL(`./compose-${composer}.js`, import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [script, folder], {
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}
