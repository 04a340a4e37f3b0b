import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const ROOT = new URL('../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

const DOCS = ['README.md', ...globSync('docs/**/*.md', { cwd: ROOT })];

/** A path of tests in code font, and the titles behind it: `test/….test.ts` ("one title", "another one"). */
const NAMED_TEST = /`(test\/[^\s`]+)`(?:\s+\(((?:"[^"]+"(?:,\s+)?)+)\))?/g;

/** A path that a document names, and the titles that it quotes of it, on one line each. */
type NamedTest = { doc: string; path: string; titles: string[] };

const NAMED_TESTS = DOCS.flatMap((doc) =>
  [...read(doc).matchAll(NAMED_TEST)].map(([, path = '', quoted = '']): NamedTest => {
    const titles = [...quoted.matchAll(/"([^"]+)"/g)].map(([, title = '']) => title.replace(/\s+/g, ' '));
    return { doc, path, titles };
  }),
);

const TITLES = NAMED_TESTS.flatMap(({ titles, ...named }) => titles.map((title) => ({ ...named, title })));

describe('the tests that documents name', () => {
  test('documents name tests and quote titles', () => {
    expect(NAMED_TESTS.length).toBeGreaterThan(80);
    expect(TITLES.length).toBeGreaterThan(30);
  });

  test.each(NAMED_TESTS)('$doc refers to $path, which exists', ({ path }) => {
    expect(existsSync(new URL(path, ROOT))).toBe(true);
  });

  test.each(TITLES)('$doc quotes "$title", which is a title in $path', ({ path, title }) => {
    expect(statSync(new URL(path, ROOT)).isFile()).toBe(true);
    expect(read(path)).toContain(title);
  });

  test.each(['docs/security.md', 'docs/operating.md'])(
    '%s quotes titles only behind the path of their file',
    (doc) => {
      const behindPaths = read(doc).replace(NAMED_TEST, '');
      expect(behindPaths).not.toMatch(/\btests? "/);
      expect(behindPaths).not.toMatch(/"[^"]+"\s+\(`test\//);
    },
  );
});
