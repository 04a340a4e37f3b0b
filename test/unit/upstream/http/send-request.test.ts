import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReceivedBody } from '../../../../src/upstream/http/send-request.ts';

function receive(chunks: readonly Buffer[]): string {
  const received = new ReceivedBody();
  for (const chunk of chunks) received.append(chunk);
  return received.text();
}

/** Bytes, cut into chunks. */
const inChunks = fc.uint8Array({ maxLength: 300 }).chain((bytes) =>
  fc
    .array(fc.nat(bytes.length), { maxLength: 8 })
    .map((cuts) => [0, ...cuts.toSorted((a, b) => a - b), bytes.length])
    .map((ends) => ({ bytes, chunks: ends.slice(1).map((end, i) => bytes.slice(ends[i], end)) })),
);

test('ReceivedBody returns the same text for any chunks, also when they cut a character or are not UTF-8', () => {
  fc.assert(
    fc.property(inChunks, ({ bytes, chunks }) => {
      expect(receive(chunks.map((chunk) => Buffer.from(chunk)))).toBe(new TextDecoder().decode(bytes));
    }),
  );
});

test('ReceivedBody keeps characters whole that arrive byte by byte, and omits the byte order mark', () => {
  const bytes = Buffer.from('\uFEFF{"name":"Padmé Ñ 😀"}');
  expect(receive([...bytes].map((byte) => Buffer.of(byte)))).toBe('{"name":"Padmé Ñ 😀"}');
});

test('ReceivedBody does not write to the chunks', () => {
  const [first, second] = [Buffer.from('{"a":'), Buffer.from('1}')];
  expect(receive([first, second])).toBe('{"a":1}');
  expect([String(first), String(second)]).toEqual(['{"a":', '1}']);
});

test('ReceivedBody is empty without chunks, and contains nothing of another body', () => {
  receive([Buffer.from([0xf0, 0x9f])]);
  expect(receive([])).toBe('');
  expect(receive([Buffer.alloc(0), Buffer.from('x')])).toBe('x');
});
