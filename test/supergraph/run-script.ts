import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/**
 * Runs a script of this folder in a process of its own, because the packages here bring a `graphql` of their own.
 * Resolves to its output; rejects with its error output when it fails.
 */
export async function runScript(script: string, argument: string): Promise<string> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [path, argument], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

/** Runs a script over a temporary folder of files (name → text). */
export async function runOver(script: string, files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'supergraph-'));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    return await runScript(script, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
