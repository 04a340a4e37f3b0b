import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReceivedBody } from '../../../../src/upstream/http/send-request.ts';

function receive(chunks: readonly Buffer[]): string {
  const received = new ReceivedBody();
  for (const chunk of chunks) received.append(chunk);
  return received.text();
}

/** Bytes, and where they are cut. */
const inChunks = fc.uint8Array({ maxLength: 300 }).chain((bytes) =>
  fc
    .array(fc.nat(bytes.length), { maxLength: 8 })
    .map((cuts) => [0, ...cuts.toSorted((a, b) => a - b), bytes.length])
    .map((ends) => ({ bytes, chunks: ends.slice(1).map((end, i) => bytes.slice(ends[i], end)) })),
);

test('a body is the same however it is cut, also within a letter and where it is no text', () => {
  fc.assert(
    fc.property(inChunks, ({ bytes, chunks }) => {
      expect(receive(chunks.map((chunk) => Buffer.from(chunk)))).toBe(new TextDecoder().decode(bytes));
    }),
  );
});

test('letters of many bytes that come one by one are whole, and the mark before them is left out', () => {
  const bytes = Buffer.from('\uFEFF{"name":"Padmé Ñ 😀"}');
  expect(receive([...bytes].map((byte) => Buffer.of(byte)))).toBe('{"name":"Padmé Ñ 😀"}');
});

test('bytes that came are not written over', () => {
  const [first, second] = [Buffer.from('{"a":'), Buffer.from('1}')];
  expect(receive([first, second])).toBe('{"a":1}');
  expect([String(first), String(second)]).toEqual(['{"a":', '1}']);
});

test('nothing is empty, and one body has nothing of another', () => {
  receive([Buffer.from([0xf0, 0x9f])]);
  expect(receive([])).toBe('');
  expect(receive([Buffer.alloc(0), Buffer.from('x')])).toBe('x');
});
