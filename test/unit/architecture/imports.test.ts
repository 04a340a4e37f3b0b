import { globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, test } from 'vitest';

const SRC = new URL('../../src/', import.meta.url);
const FILES = globSync('**/*.ts', { cwd: SRC }).map((file) => file.replaceAll('\\', '/'));

const text = (file: string): string => readFileSync(new URL(file, SRC), 'utf8');

/** `from`, within src, imports `to`: a path within src (`../` where it leads out of it), or the name of a package. */
type Import = { from: string; to: string };

/** `import … from`, `export … from`, `import '…'` and `import('…')`, of types and of values. */
const IMPORT = /\b(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g;

const IMPORTS: Import[] = FILES.flatMap((from) =>
  [...text(from).matchAll(IMPORT)].map(([, to = '']) => ({
    from,
    to: to.startsWith('.') ? posix.join(posix.dirname(from), to) : to,
  })),
);

const within = (path: string, ...rooms: string[]): boolean =>
  rooms.some((room) => path.startsWith(`${room}/`));
const isPackage = (to: string, ...names: string[]): boolean =>
  names.some((name) => to === name || to.startsWith(`${name}/`));

function imports(broken: (one: Import) => boolean): string[] {
  return IMPORTS.filter(broken).map(({ from, to }) => `${from} imports ${to}`);
}

test('the imports are found', () => {
  expect(IMPORTS).toContainEqual({ from: 'domain/verdict.ts', to: 'domain/verdict-policy.ts' });
  expect(IMPORTS).toContainEqual({ from: 'main.ts', to: 'sandbox/sandbox.ts' });
  expect(IMPORTS.length).toBeGreaterThan(FILES.length);
});

test('domain imports nobody: no other room, no package, nothing of Node', () => {
  expect(imports(({ from, to }) => within(from, 'domain') && !within(to, 'domain'))).toEqual([]);
});

test('only unico and sandbox know the wire: HTTP clients and parsers of bodies are theirs', () => {
  expect(
    imports(({ from, to }) => isPackage(to, 'undici', 'zod') && !within(from, 'unico', 'sandbox')),
  ).toEqual([]);
});

test("Unico's shapes are read by unico alone", () => {
  expect(imports(({ from, to }) => /^unico\/(.*\/)?wire\.ts$/.test(to) && !within(from, 'unico'))).toEqual(
    [],
  );
});

test('only edge and resolvers know GraphQL', () => {
  expect(
    imports(
      ({ from, to }) =>
        (isPackage(to, 'graphql', '@graphql-tools') || to.startsWith('@apollo/')) &&
        !within(from, 'edge', 'resolvers', 'generated'),
    ),
  ).toEqual([]);
});

test('only loaders batch', () => {
  expect(imports(({ from, to }) => isPackage(to, 'dataloader') && !within(from, 'loaders'))).toEqual([]);
});

/** The rooms of docs/architecture.md, and what each may import. */
const ROOMS = new Map(
  [
    ...readFileSync(new URL('../docs/architecture.md', SRC), 'utf8').matchAll(
      /^\| `src\/([a-z]+)\/` *\|[^|]*\| ([^|]*?) *\|$/gm,
    ),
  ].map(([, room = '', allowed = '']) => [room, [room, ...allowed.split(/\W+/)]]),
);

test('the rooms of docs/architecture.md are those of src', () => {
  const rooms = new Set(FILES.filter((file) => file.includes('/')).map((file) => file.split('/')[0]));
  expect([...ROOMS.keys()].toSorted()).toEqual([...rooms].toSorted());
});

test.each([...ROOMS])('%s imports only the rooms that docs/architecture.md allows it', (room, allowed) => {
  expect(
    imports(({ from, to }) => within(from, room) && to.endsWith('.ts') && !within(to, ...allowed)),
  ).toEqual([]);
});

test('the sandbox stands alone: it imports no other room, and only main imports it', () => {
  expect(
    imports(({ from, to }) => {
      const ofOurs = to.endsWith('.ts');
      if (within(from, 'sandbox')) return ofOurs && !within(to, 'sandbox');
      return within(to, 'sandbox') && from !== 'main.ts';
    }),
  ).toEqual([]);
});

test('nobody imports main', () => {
  expect(imports(({ to }) => to === 'main.ts')).toEqual([]);
});

test('nothing in src imports what lies outside of it, tests above all', () => {
  expect(imports(({ to }) => to.startsWith('../'))).toEqual([]);
});

test('only main reads the environment; the sandbox may ask whether this is production', () => {
  const others = FILES.filter((file) => file !== 'main.ts').filter((file) => {
    const allowed = within(file, 'sandbox') ? /process\.env(\.|\[')NODE_ENV\b/g : /(?!)/g;
    return text(file).replaceAll(allowed, '').includes('process.env');
  });
  expect(others).toEqual([]);
});
