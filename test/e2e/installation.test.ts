import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Runs the check in a Node that says to be this version. Resolves to the exit code and the error output. */
async function checked(version: string): Promise<{ code: number; stderr: string }> {
  const script = `Object.defineProperty(process, 'versions', { value: { node: '${version}' } });
    require('./scripts/require-node.cjs');`;
  try {
    const { stderr } = await promisify(execFile)(process.execPath, ['-e', script], { cwd: ROOT });
    return { code: 0, stderr };
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string };
    return { code, stderr };
  }
}

describe('an installation without its own Node', () => {
  test.each(['18.20.0', '20.20.2', '22.22.0', '23.11.1'])(
    'Node %s gets to know what to run',
    async (version) => {
      const { code, stderr } = await checked(version);
      expect(code).toBe(1);
      expect(stderr).toContain(`got Node ${version.split('.')[0]}`);
      expect(stderr).toContain('npm rebuild node --ignore-scripts=false');
    },
  );

  test.each(['24.0.0', '24.21.0', '100.0.0'])('Node %s passes', async (version) => {
    expect(await checked(version)).toEqual({ code: 0, stderr: '' });
  });

  test('the commands of the README check their Node first', async () => {
    const { scripts } = JSON.parse(await readFile(`${ROOT}package.json`, 'utf8')) as {
      scripts: Record<string, string>;
    };
    for (const name of ['start', 'dev', 'test', 'check', 'selfie', 'bench']) {
      expect(scripts[`pre${name}`]).toBe('node scripts/require-node.cjs');
    }
  });
});
