import { expect, test } from 'vitest';
import { readSdl } from '../../../../src/graphql/schema/sdl.ts';

// V8 stores a text with any character outside Latin-1 in two bytes per character, the names cut from it too. A response
// with such names is then written in two bytes per character and converted: 6 % of the CPU time of a page.
test('every character of the schema is in Latin-1', async () => {
  const sdl = await readSdl();
  const outside = [...sdl].filter((character) => (character.codePointAt(0) ?? 0) > 0xff);
  expect(outside).toEqual([]);
});
