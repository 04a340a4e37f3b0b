import { createClient } from 'redis';
import { describe, expect, test } from 'vitest';
import { partsOf } from '../support/privacy-leaks/exchange.ts';
import { createMarks } from '../support/privacy-leaks/marks.ts';
import { leaksIn } from '../support/privacy-leaks/run.ts';
import { createSearch, FORMS, FORMS_OF_A_CPF } from '../support/privacy-leaks/search.ts';
import { watchRedis, watchSqlite } from '../support/privacy-leaks/stores.ts';

describe('the search for marks', () => {
  const marks = createMarks();
  for (const kind of ['word', 'person', 'cpf', 'phone', 'mail', 'url', 'day', 'jwt', 'image'] as const) {
    marks[kind]('personal', kind);
  }
  const search = createSearch(marks.all());

  test.each(marks.all().map((mark) => [mark.name, mark] as const))(
    'the search finds the mark %s in every form',
    (name, { value, core }) => {
      for (const [form, write] of Object.entries(FORMS)) {
        expect([form, search(write(value))]).toEqual([form, [name]]);
        expect([form, search(write(core))]).toEqual([form, [name]]);
      }
    },
  );

  test.each(Object.entries(FORMS_OF_A_CPF))('the search finds a CPF %s', (_form, write) => {
    expect(search(write(marks.cpf('personal', 'cpf')))).toEqual(['cpf']);
  });

  test('the search finds eight characters of a mark, and not seven', () => {
    for (const { name, core } of marks.all()) {
      expect(search(`x ${core.slice(0, 8)} x`)).toEqual([name]);
      expect(search(`x ${core.slice(0, 7)} x`)).toEqual([]);
    }
  });

  test('the search finds a mark at every position of a long text', () => {
    const cpf = marks.cpf('personal', 'cpf');
    for (const before of [0, 199_995, 200_000, 205_000, 209_995, 1_000_000]) {
      const text = `${'x'.repeat(before)} ${cpf} ${'x'.repeat(100_000)}`;
      expect([before, search(text)]).toEqual([before, ['cpf']]);
      expect([before, search(Buffer.from(text))]).toEqual([before, ['cpf']]);
    }
  });

  test('the search finds a mark in every part of a response, separately in its data', () => {
    const cpf = marks.cpf('personal', 'cpf');
    const answer = { status: 200, headers: 'content-type\napplication/json', body: '' };
    const bodies = [
      { data: null, errors: [{ message: cpf }] },
      { data: null, errors: [{ message: 'x', path: ['process', cpf] }] },
      { data: null, errors: [{ message: 'x', extensions: { [`x${cpf}`]: 1 } }] },
      { data: null, extensions: { ftv1: Buffer.from(`\u0001\u0002${cpf}\u0003`).toString('base64') } },
    ];
    for (const body of bodies.map((each) => JSON.stringify(each))) {
      expect(search(partsOf({ ...answer, body }).rest)).toEqual(['cpf']);
    }
    expect(search(partsOf({ ...answer, body: `<html>${cpf}</html>` }).rest)).toEqual(['cpf']);
    expect(search(partsOf({ ...answer, headers: `x-id\n${cpf}` }).rest)).toEqual(['cpf']);
    const body = JSON.stringify({ data: { process: { cpf } } });
    expect(search(partsOf({ ...answer, body }).rest)).toEqual([]);
    expect(search(partsOf({ ...answer, body }).data)).toEqual(['cpf']);
  });

  test('the search finds a mark in the files of SQLite and in Redis', async () => {
    const cpf = marks.cpf('personal', 'cpf');
    for (const open of [watchSqlite, () => watchRedis(12)]) {
      const store = await open();
      if (store.url.startsWith('redis')) {
        const redis = await createClient({ url: store.url }).connect();
        await redis.set('a', `x${cpf}`);
        await redis.hSet('b', cpf, '1');
        await redis.zAdd('c', { score: 1, value: cpf });
        redis.destroy();
      } else {
        const { DatabaseSync } = await import('node:sqlite');
        const database = new DatabaseSync(store.url.slice('sqlite:'.length));
        database.exec(`CREATE TABLE a (b BLOB); INSERT INTO a VALUES ('${cpf}')`);
        database.close();
      }
      const places = await store.contents();
      expect(leaksIn({ places, search }, 'the store').length).toBeGreaterThan(0);
      await store.close();
    }
  });

  test('the search finds no mark in other text, and fails where no text was collected', () => {
    expect(leaksIn({ places: [{ place: 'x', what: 'x', text: 'no mark', own: [] }], search }, 'x')).toEqual(
      [],
    );
    expect(() => leaksIn({ places: [], search }, 'x')).toThrow('no text was collected');
  });
});
