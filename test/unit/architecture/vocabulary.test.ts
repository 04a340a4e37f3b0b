import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const ROOT = new URL('../../../', import.meta.url);
/** This file lists the words, and the changelog names what earlier versions called a thing. */
const EXEMPT = new Set(['test/unit/architecture/vocabulary.test.ts', 'CHANGELOG.md']);

const FILES = globSync(
  [
    '{src,sandbox,schema,docs,scripts,bench,test}/**/*.{ts,js,cjs,md,graphql}',
    '*.{md,ts}',
    'package.json',
    'Dockerfile',
    '.ci/run',
  ],
  { cwd: ROOT, exclude: ['**/node_modules/**'] },
)
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !EXEMPT.has(file));

/** What may stand between the words of a phrase: spaces, and the end of a line within a comment. */
const GAP = String.raw`\s+(?:(?:\*|//|#)\s+)?`;

/** Private words of earlier versions, and what the field says instead. */
const REPLACED: Record<string, string> = {
  patience: 'call options, deadline',
  whoever: 'the caller, the client that',
  nobody: 'no caller, no client',
  somebody: 'a caller, another client',
  everybody: 'every caller, all clients',
  'at hand': 'in memory',
  'in hand': 'in memory',
  'let in': 'admit, accept',
  'left alone': 'the circuit is open',
  'can not': 'cannot',
  'in the place of': 'instead of',
  'mend(?:s|ed|ing)?': 'fix, correct',
  heed: 'apply',
  'is told': 'is reported, is notified',
};

function places(pattern: RegExp, file: string): string[] {
  const text = readFileSync(new URL(file, ROOT), 'utf8');
  return [...text.matchAll(pattern)].map(({ index }) => `${file}:${text.slice(0, index).split('\n').length}`);
}

test('the vocabulary test reads sources, tests, the schema, the documents and the build files', () => {
  expect(FILES).toEqual(
    expect.arrayContaining([
      'src/app.ts',
      'test/e2e/program.test.ts',
      'schema/process.graphql',
      'docs/errors.md',
      'README.md',
      'package.json',
      '.ci/run',
    ]),
  );
});

test.each(Object.entries(REPLACED))('no file says "%s"; the field says: %s', (words) => {
  const pattern = new RegExp(`\\b${words.replaceAll(' ', GAP)}\\b`, 'gi');
  expect(FILES.flatMap((file) => places(pattern, file))).toEqual([]);
});
