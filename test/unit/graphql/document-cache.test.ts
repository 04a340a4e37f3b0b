import { parse, type DocumentNode } from 'graphql';
import { expect, test } from 'vitest';
import { createDocumentCache } from '../../../src/graphql/document-cache.ts';

const documentOf = (n: number): DocumentNode =>
  parse(`query Q${n} ($id: ID!) { process(id: $id) { ${'id '.repeat(300)} } }`);

test('the cache returns the parsed document of a query that is sent again', async () => {
  const store = createDocumentCache();
  const document = documentOf(1);
  await store.set('one', document);
  expect(await store.get('one')).toBe(document);
});

test('the number of cached documents is bounded, and those that were used last stay', async () => {
  const store = createDocumentCache();
  const document = documentOf(0);
  for (let n = 0; n < 5_000; n += 1) await store.set(`query ${n}`, document);
  const cached: number[] = [];
  for (let n = 0; n < 5_000; n += 1) {
    if ((await store.get(`query ${n}`)) !== undefined) cached.push(n);
  }
  expect(cached.length).toBeGreaterThan(100);
  expect(cached.length).toBeLessThan(1_000);
  expect(cached.at(-1)).toBe(4_999);
});

test('a document without its source text is not cached, because its size is unknown', async () => {
  const store = createDocumentCache();
  for (const key of ['one', 'other']) await store.set(key, parse('{ __typename }', { noLocation: true }));
  expect(await store.get('one')).toBeUndefined();
});

test.each(['{ process(id: "some text") { id } }', '{ process(id: 12345678909) { id } }'])(
  "a query with a person's data in its text is not cached: %s",
  async (query) => {
    const store = createDocumentCache();
    await store.set('one', parse(query));
    expect(await store.get('one')).toBeUndefined();
  },
);
