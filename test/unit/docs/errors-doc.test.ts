import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../../../src/graphql/errors/error-codes.ts';
import { CATALOGUE } from '../../../src/upstream/unico/errors/error-catalogue.ts';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const DOC = read('docs/errors.md');

/** The values of the enum UserErrorCode in the schema. */
const USER_ERROR_CODES = [
  ...(read('schema/user-error.graphql').split('enum UserErrorCode')[1] ?? '').matchAll(/^ {2}([A-Z_]+)$/gm),
].map(([, code]) => code);

/** The rows of the last table: our code and its sources. */
const ROWS = new Map(
  [...(DOC.split('## `userErrors[].code`')[1] ?? '').matchAll(/^\| `([A-Z_]+)`\*? *\| (.*?) *\|$/gm)].map(
    ([, code, source]) => [code, source],
  ),
);

describe('docs/errors.md', () => {
  test('errors.md explains every value of `extensions.code`', () => {
    const [codes = ''] = DOC.split('## What a response');
    for (const code of ERROR_CODES) expect(codes).toContain(`\`${code}\``);
  });

  test('errors.md lists every code of user errors and no other', () => {
    expect([...ROWS.keys()].toSorted()).toEqual(USER_ERROR_CODES.toSorted());
  });

  test.each(CATALOGUE.filter(({ userErrorCode }) => userErrorCode !== null))(
    'errors.md says that $code $meaning becomes $userErrorCode',
    ({ userErrorCode, code }) => {
      expect(ROWS.get(userErrorCode ?? undefined)).toContain(code);
    },
  );
});
