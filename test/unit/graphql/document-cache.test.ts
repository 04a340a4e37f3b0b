import { parse, type DocumentNode } from 'graphql';
import { expect, test } from 'vitest';
import { createDocumentCache } from '../../../src/graphql/document-cache.ts';

const documentOf = (n: number): DocumentNode =>
  parse(`query Q${n} ($id: ID!) { process(id: $id) { ${'id '.repeat(300)} } }`);

test('a query that is sent again need not be parsed again', async () => {
  const store = createDocumentCache();
  const document = documentOf(1);
  await store.set('one', document);
  expect(await store.get('one')).toBe(document);
});

test('however many different queries come, only so many are kept: those that were used last', async () => {
  const store = createDocumentCache();
  const document = documentOf(0);
  for (let n = 0; n < 5_000; n += 1) await store.set(`query ${n}`, document);
  const kept: number[] = [];
  for (let n = 0; n < 5_000; n += 1) {
    if ((await store.get(`query ${n}`)) !== undefined) kept.push(n);
  }
  expect(kept.length).toBeGreaterThan(100);
  expect(kept.length).toBeLessThan(1_000);
  expect(kept.at(-1)).toBe(4_999);
});

test('a query without its text is not kept, because nobody knows how large it is', async () => {
  const store = createDocumentCache();
  for (const key of ['one', 'other']) await store.set(key, parse('{ __typename }', { noLocation: true }));
  expect(await store.get('one')).toBeUndefined();
});

test.each(['{ process(id: "some text") { id } }', '{ process(id: 12345678909) { id } }'])(
  "a query with somebody's data in its text is not kept: %s",
  async (query) => {
    const store = createDocumentCache();
    await store.set('one', parse(query));
    expect(await store.get('one')).toBeUndefined();
  },
);
