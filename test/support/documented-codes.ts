import { readFileSync } from 'node:fs';

/** The codes in the first column of the tables of docs/errors.md, from one heading to the next. */
function codesUnder(heading: string): ReadonlySet<string> {
  const text = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  const [, after = ''] = text.split(`## ${heading}\n`);
  const [section = ''] = after.split('\n## ');
  const cells = section.split('\n').flatMap((line) => /^\|([^|]+)\|/.exec(line)?.[1] ?? []);
  return new Set(cells.flatMap((cell) => [...cell.matchAll(/`([A-Z_]+)`/g)].map(([, code = '']) => code)));
}

/** Every code that an entry of `errors` may have. */
export const DOCUMENTED_ERRORS = codesUnder('`extensions.code`');
/** Every code that a user error may have. */
export const DOCUMENTED_USER_ERRORS = codesUnder('`userErrors[].code`');
