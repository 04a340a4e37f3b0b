import { existsSync, globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CATALOGUE } from '../../../src/upstream/unico/errors/error-catalogue.ts';

const ROOT = new URL('../../../', import.meta.url);
const PAGE = 'docs/upstream.md';

const text = (file: string): string => readFileSync(new URL(file, ROOT), 'utf8');

const FILES = globSync(['src/**/*', 'sandbox/**/*', 'test/**/*', 'docs/**/*', 'README.md'], {
  cwd: ROOT,
  exclude: ['**/node_modules/**'],
})
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => /\.(ts|js|json|md|graphql)$/.test(file));

/** What may separate words: spaces, or a line break within a comment. */
const GAP = String.raw`\s+(?:(?:\*|//)\s+)?`;
const NUMBER = String.raw`\d+(?:\.\d+)?(?![\w.]*\d)`;

/** `upstream.md §4.6`, `upstream.md §4.2 and §4.6`, `upstream.md §5.2, §5.3`, and a document: `upstream.md §S2`. */
const REFERENCE = new RegExp(
  String.raw`\bupstream\.md${GAP}§(${NUMBER}|S\d)((?:(?:,|${GAP}and)${GAP}§${NUMBER})*)`,
  'g',
);

function referencesIn(source: string): string[] {
  return [...source.matchAll(REFERENCE)].flatMap(([, first = '', others = '']) => [
    first,
    ...(others.match(/\d+(?:\.\d+)?/g) ?? []),
  ]);
}

/** Each number, with the files that refer to it. */
const REFERENCES = new Map<string, Set<string>>();
for (const file of FILES) {
  for (const number of referencesIn(text(file))) {
    REFERENCES.set(number, (REFERENCES.get(number) ?? new Set()).add(file));
  }
}

const page = existsSync(new URL(PAGE, ROOT)) ? text(PAGE) : '';
const HEADINGS = [...page.matchAll(/^#{2,6} (.+)$/gm)].map(([, heading = '']) => heading);
const NUMBERS = HEADINGS.flatMap((heading) => /^(\d+(?:\.\d+)?)\.? /.exec(heading)?.[1] ?? []);

/** The cells of the tables in the section with this number. */
function cellsOf(number: string): string[] {
  const [, section = ''] = page.split(new RegExp(`^#{2,6} ${number.replace('.', '\\.')}\\.? .*$`, 'm'));
  const end = section.search(/^#{2,6} /m);
  const rows = (end === -1 ? section : section.slice(0, end))
    .split('\n')
    .filter((row) => row.startsWith('|'));
  return rows.flatMap((row) => row.split('|').map((cell) => cell.trim()));
}

test('references to sections of upstream.md are found, single and in lists', () => {
  expect(REFERENCES.get('4.6')).toContain('src/upstream/unico/errors/error-catalogue.ts');
  expect(REFERENCES.get('5.5')).toContain('src/upstream/unico/errors/error-body.ts');
  expect(referencesIn('(upstream.md §4.2 and §4.6), upstream.md §1, code 1.2.18; §9')).toEqual([
    '4.2',
    '4.6',
    '1',
  ]);
  expect(referencesIn('/* upstream.md\n * §5.3,\n * §13.13. See upstream.md §S2. */')).toEqual([
    '5.3',
    '13.13',
    'S2',
  ]);
});

test('every section of upstream.md that the repository refers to is a heading of that page', () => {
  const missing = [...REFERENCES].filter(([number]) => !NUMBERS.includes(number) && !/^S[0-4]$/.test(number));
  expect(missing.map(([number, files]) => `${number}: ${[...files].join(', ')}`)).toEqual([]);
});

test('no two sections of upstream.md have the same number', () => {
  expect(NUMBERS).toEqual([...new Set(NUMBERS)]);
});

test.each(['S0', 'S1', 'S2', 'S3', 'S4'])('upstream.md has one section about the document %s', (name) => {
  expect(HEADINGS.filter((heading) => heading.startsWith(`${name}: `))).toHaveLength(1);
});

test.each([
  { family: 'api', section: '5.5' },
  { family: 'idcloud', section: '4.6' },
])(
  'every error of the catalogue for $family is in section $section of upstream.md',
  ({ family, section }) => {
    const cells = cellsOf(section);
    const entries = CATALOGUE.filter((entry) => entry.family === family);
    const missing = entries.filter(
      ({ code, message }) =>
        !cells.includes(code ?? 'none') ||
        (message !== undefined && !cells.some((cell) => cell.includes(message))),
    );
    expect(missing.map(({ code, message }) => `${code} ${message ?? ''}`.trim())).toEqual([]);
    expect(entries.length).toBeGreaterThan(0);
  },
);
