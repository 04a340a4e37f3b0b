import { globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = new URL('../../../', import.meta.url);
const FILES = globSync(['src/**/*.ts', 'sandbox/**/*.ts'], { cwd: ROOT }).map((file) =>
  file.replaceAll('\\', '/'),
);

const text = (file: string): string => readFileSync(new URL(file, ROOT), 'utf8');

/** `from` imports `to`: a path from the root of the repository, or the name of a package. */
type Import = { from: string; to: string };

/** `import … from`, `export … from`, `import '…'` and `import('…')`, of types and of values. */
const IMPORT = /\b(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g;

const IMPORTS: Import[] = FILES.flatMap((from) =>
  [...text(from).matchAll(IMPORT)].map(([, to = '']) => ({
    from,
    to: to.startsWith('.') ? posix.join(posix.dirname(from), to) : to,
  })),
);

const isWithin = (path: string, ...folders: string[]): boolean =>
  folders.some((folder) => path.startsWith(`${folder}/`));
const isPackage = (to: string, ...names: string[]): boolean =>
  names.some((name) => to === name || to.startsWith(`${name}/`));
const isOurs = (to: string): boolean => to.endsWith('.ts');

function importsWhere(isForbidden: (one: Import) => boolean): string[] {
  return IMPORTS.filter(isForbidden).map(({ from, to }) => `${from} imports ${to}`);
}

/** The floors of docs/architecture.md from top to bottom; those that share a line do not import each other. */
const FLOORS: string[][] = [
  ...readFileSync(new URL('docs/architecture.md', ROOT), 'utf8').matchAll(/^\| \d+ +\| (`src\/[^|]*)\|/gm),
].map(([, folders = '']) => [...folders.matchAll(/`(src\/[\w/.-]+?)\/?`/g)].map(([, folder = '']) => folder));

/** The number of the floor that a file stands on; the longest folder that contains it counts. */
function floorOf(file: string): number {
  const folders = FLOORS.flat().filter((folder) => file === folder || isWithin(file, folder));
  const [longest] = folders.toSorted((one, other) => other.length - one.length);
  return FLOORS.findIndex((floor) => longest !== undefined && floor.includes(longest));
}

function folderOf(file: string): string {
  const floor = FLOORS[floorOf(file)] ?? [];
  return floor.find((folder) => file === folder || isWithin(file, folder)) ?? '';
}

/** Generated types name the types of resolvers, context and domain; they have no code and stand on no floor. */
const isGenerated = (file: string): boolean => isWithin(file, 'src/generated');

test('the imports of src and sandbox are found, static and dynamic ones', () => {
  expect(IMPORTS).toContainEqual({
    from: 'src/domain/verdict/verdict.ts',
    to: 'src/domain/verdict/policy.ts',
  });
  expect(IMPORTS.some(({ from, to }) => !isWithin(from, 'sandbox') && to === 'sandbox/sandbox.ts')).toBe(
    true,
  );
  expect(IMPORTS.length).toBeGreaterThan(FILES.length);
});

test('docs/architecture.md places every file of src on a floor, and every floor exists', () => {
  const unplaced = FILES.filter(
    (file) => isWithin(file, 'src') && !isGenerated(file) && floorOf(file) === -1,
  );
  expect(unplaced).toEqual([]);
  const empty = FLOORS.flat().filter((folder) => !FILES.some((file) => folderOf(file) === folder));
  expect(empty).toEqual([]);
});

test('imports run down the floors only', () => {
  expect(
    importsWhere(({ from, to }) => {
      if (!isWithin(from, 'src') || !isOurs(to) || isGenerated(from) || isGenerated(to)) return false;
      if (isWithin(to, 'sandbox')) return false;
      const [above, below] = [floorOf(from), floorOf(to)];
      return above > below || (above === below && folderOf(from) !== folderOf(to));
    }),
  ).toEqual([]);
});

test('no file imports itself through others', () => {
  const importedBy = new Map<string, string[]>();
  for (const { from, to } of IMPORTS) {
    if (isOurs(to) && !isGenerated(from)) importedBy.set(from, [...(importedBy.get(from) ?? []), to]);
  }
  const settled = new Set<string>();
  const cycles: string[] = [];
  function visit(file: string, path: readonly string[]): void {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
    if (path.includes(file) || settled.has(file)) return;
    for (const to of importedBy.get(file) ?? []) visit(to, [...path, file]);
    settled.add(file);
  }
  for (const file of FILES) visit(file, []);
  expect(cycles).toEqual([]);
});

test('domain imports only lib, and lib imports nothing: no other folder, no package, nothing of Node', () => {
  expect(
    importsWhere(({ from, to }) => isWithin(from, 'src/domain') && !isWithin(to, 'src/domain', 'src/lib')),
  ).toEqual([]);
  expect(importsWhere(({ from, to }) => isWithin(from, 'src/lib') && !isWithin(to, 'src/lib'))).toEqual([]);
});

test('only upstream sends HTTP requests to Unico, and only upstream/unico and config parse with zod', () => {
  expect(importsWhere(({ from, to }) => isPackage(to, 'undici') && !isWithin(from, 'src/upstream'))).toEqual(
    [],
  );
  expect(
    importsWhere(
      ({ from, to }) => isPackage(to, 'zod') && !isWithin(from, 'src/upstream/unico', 'src/config'),
    ),
  ).toEqual([]);
});

test("only upstream/unico reads the schemas of Unico's responses", () => {
  expect(
    importsWhere(
      ({ from, to }) => to.endsWith('/response-schemas.ts') && !isWithin(from, 'src/upstream/unico'),
    ),
  ).toEqual([]);
});

test('only graphql and server know GraphQL', () => {
  expect(
    importsWhere(
      ({ from, to }) =>
        (isPackage(to, 'graphql', 'graphql-jit', '@graphql-tools') || to.startsWith('@apollo/')) &&
        !isWithin(from, 'src/graphql', 'src/server', 'src/generated'),
    ),
  ).toEqual([]);
});

test('only graphql/loaders batches', () => {
  expect(
    importsWhere(({ from, to }) => isPackage(to, 'dataloader') && !isWithin(from, 'src/graphql/loaders')),
  ).toEqual([]);
});

test('the sandbox imports nothing of src, and src imports only its entry, dynamically', () => {
  expect(
    importsWhere(({ from, to }) => isWithin(from, 'sandbox') && isOurs(to) && !isWithin(to, 'sandbox')),
  ).toEqual([]);
  const importers = IMPORTS.filter(({ from, to }) => isWithin(from, 'src') && isWithin(to, 'sandbox'));
  expect(new Set(importers.map(({ to }) => to))).toEqual(new Set(['sandbox/sandbox.ts']));
  for (const { from } of importers) expect(text(from)).not.toMatch(/^import [^(]*from '[^']*sandbox\//m);
});

test('no file imports main', () => {
  expect(importsWhere(({ to }) => to === 'src/main.ts')).toEqual([]);
});

test('src imports nothing outside of src but the sandbox: no test, script or bench', () => {
  expect(
    importsWhere(({ from, to }) => isWithin(from, 'src') && isOurs(to) && !isWithin(to, 'src', 'sandbox')),
  ).toEqual([]);
});

test('only main reads the environment; the sandbox may ask whether this is production', () => {
  const others = FILES.filter((file) => file !== 'src/main.ts').filter((file) => {
    const allowed = isWithin(file, 'sandbox') ? /process\.env(\.|\[')NODE_ENV\b/g : /(?!)/g;
    return text(file).replaceAll(allowed, '').includes('process.env');
  });
  expect(others).toEqual([]);
});
