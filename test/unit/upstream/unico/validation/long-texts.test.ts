import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toStandardBase64, withoutLineBreaks } from '../../../../../src/upstream/unico/validation/base64.ts';
import { validateImage } from '../../../../../src/upstream/unico/validation/image.ts';
import { isSdkToken } from '../../../../../src/upstream/unico/validation/sdk-token.ts';

/** As many characters as a body has bytes. */
const LENGTH = 8 * 1024 * 1024;

/** This text, repeated up to the length of a body. */
const long = (text: string): string => text.repeat(LENGTH / text.length);

describe('texts as long as a body', () => {
  test('a text of four million dots is a token or not, and never exhausts the stack', () => {
    expect(isSdkToken(long('a.'))).toBe(true);
    expect(isSdkToken(`${long('a.')}!`)).toBe(false);
    expect(isSdkToken(long('.'))).toBe(false);
  });

  test.each(['A\n', 'A\r\nA\n', 'A-_A', 'A=', '\n', '\u20ac\n', 'a.!', '\ud800'])(
    'an image that repeats %j has one problem, and the check ends',
    (text) => {
      expect(validateImage(long(text), ['imageBase64'])).toHaveLength(1);
    },
  );
});

test('any text without its line breaks is what a replacement would leave', () => {
  const anyLines = fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('\n', '\r', '\r\n')));
  fc.assert(
    fc.property(anyLines, (parts) => {
      const text = parts.join('');
      expect(withoutLineBreaks(text)).toBe(text.replaceAll(/[\r\n]/g, ''));
    }),
  );
});

test('bytes in any form of base64 have one standard form', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), fc.constantFrom('\n', '\r\n', ''), (array, lineBreak) => {
      const bytes = Buffer.from(array);
      const standard = bytes.toString('base64');
      for (const form of [standard, standard.replace(/=+$/, ''), bytes.toString('base64url')]) {
        expect(toStandardBase64(form.replaceAll(/.{5}/g, `$&${lineBreak}`))).toBe(standard);
      }
    }),
  );
});

test('a token has at least two dots, and letters and digits before the first', () => {
  for (const token of ['a.b.c', 'a..', 'a.b.c.d.e', 'a-_.b.', 'a...']) expect(isSdkToken(token)).toBe(true);
  for (const other of ['a', 'a.b', '.b.c', 'a.b.c=', 'a.b.\n', '', '..'])
    expect(isSdkToken(other)).toBe(false);
});
