import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CALLERS, leaksIn, runOver, type Run } from '../support/privacy-leaks/run.ts';
import { watchRedis, watchSqlite, type WatchedStore } from '../support/privacy-leaks/stores.ts';

/*
 * Every value that callers and Unico send to the program is a mark. The program is used, misused, failed by Unico, restarted and
 * killed; then the marks are searched for in every place where no person may be found.
 */

/** The credentials that the headers of requests to Unico contain. */
const FOR_UNICO = [
  'the access token of Unico',
  'UNICO_APIKEY_ONBOARDING',
  'UNICO_APIKEY_TRANSACTIONAL',
  'UNICO_APIKEY_DOCUMENT',
  'UNICO_APIKEY_AGE',
];

describe.each([
  ['SQLite', watchSqlite],
  ['Redis', watchRedis],
])('the program over %s', (storeName, open) => {
  let store: WatchedStore;
  let run: Run;
  beforeAll(async () => {
    store = await open();
    run = await runOver(store);
  }, 300_000);
  afterAll(() => store.close());

  test(`no log line contains personal data or a secret: ${storeName}`, () => {
    expect(leaksIn(run, 'the output')).toEqual([]);
  });

  test(`no log line contains a plain digest of personal data, which trying all numbers would reverse: ${storeName}`, () => {
    const output = run.places
      .flatMap(({ place, text }) => (place === 'the output' ? String(text) : []))
      .join('');
    for (const { value } of run.marks.all()) {
      for (const algorithm of ['md5', 'sha1', 'sha256', 'sha512']) {
        const digest = createHash(algorithm).update(value).digest();
        for (const encoding of ['hex', 'base64', 'base64url'] as const) {
          expect(output).not.toContain(digest.toString(encoding).slice(0, 12));
        }
      }
    }
  });

  test(`no error, extension, trace or header of a response contains personal data or a secret: ${storeName}`, () => {
    expect(leaksIn(run, 'a response without its data')).toEqual([]);
  });

  test(`no user error contains personal data or a secret: ${storeName}`, () => {
    expect(leaksIn(run, 'user errors')).toEqual([]);
  });

  test.each(Object.keys(CALLERS))(
    `the data for the caller %s contains only what its scopes allow: ${storeName}`,
    (caller) => {
      expect(leaksIn(run, `data for ${caller}`)).toEqual([]);
    },
  );

  test(`metrics and health contain no personal data and no secret: ${storeName}`, () => {
    expect(leaksIn(run, '/metrics', '/readyz', '/livez')).toEqual([]);
  });

  test(`the store contains no personal data and no secret in plain text: ${storeName}`, () => {
    expect(leaksIn(run, 'the store')).toEqual([]);
  }, 120_000);

  test(`no URL or header of a request to Unico contains personal data, but the one URL that Unico requires: ${storeName}`, () => {
    const places = run.sent.map(({ method, path, headers }) => ({
      place: 'to Unico',
      own: FOR_UNICO,
      what: `${method} ${path}`,
      // upstream.md §S4: documents are looked up by a number in the query.
      text: `${path.replace(/^(\/documents\/v1\?code=)\d{11}(?=&type=BR_[A-Z]+$)/, '$1')}\n${JSON.stringify(headers)}`,
    }));
    expect(leaksIn({ places, search: run.search }, 'to Unico')).toEqual([]);
  });

  test(`every input of the run has reached Unico: ${storeName}`, () => {
    const sent = run.sent.map(({ path, body }) => `${path} ${body}`).join('\n');
    const inputs = run.marks
      .all()
      .filter(({ name }) => /^(createProcess|setProcessDocument|reusableDocuments)\./.test(name));
    // An idempotency key is never sent.
    const missing = inputs.filter(
      ({ name, value }) => !name.endsWith('idempotencyKey') && !sent.includes(value),
    );
    expect(missing.map(({ name }) => name)).toEqual([]);
    expect(inputs.length).toBeGreaterThan(40);
  });

  test(`every call to Unico has met every failure in the run: ${storeName}`, () => {
    const output = run.places
      .flatMap(({ place, text }) => (place === 'the output' ? String(text) : []))
      .join('');
    const met = new Set(
      [...output.matchAll(/"event":"upstream","call":"([^"]+)","status":(\w+)/g)].map(
        ([, call, status]) => `${call} ${status}`,
      ),
    );
    const calls = [
      'GET client/v1/process/{id}',
      'POST client/v1/process',
      'POST client/v1/process/{id}/document',
      'GET processes/v1/{id}',
      'POST processes/v1',
      'GET documents/v1',
    ];
    const statuses = ['400', '401', '403', '409', '422', '500', '502', 'null'];
    const missing = calls
      .flatMap((call) => statuses.map((status) => `${call} ${status}`))
      .filter((one) => !met.has(one));
    expect(missing).toEqual([]);
    expect(run.places.filter(({ text }) => text.includes('"ftv1":')).length).toBeGreaterThan(100);
  });

  test(`every value of Unico that the schema has was returned to the caller with every scope: ${storeName}`, () => {
    const answered = run.marks.all().filter(({ name }) => /^(idcloud|api|documents) /.test(name));
    const hidden = answered.filter(({ value }) => !run.shown.includes(JSON.stringify(value).slice(1, -1)));
    // The schema has no field for these values.
    expect(hidden.map(({ name }) => name).toSorted()).toEqual([
      'api subject',
      'api subject.email',
      'api unicoId.unknown',
      'documents owner',
      'idcloud document.unknown',
      'idcloud email',
      'idcloud phone',
      'idcloud unknown',
    ]);
    expect(answered.length).toBeGreaterThan(45);
  });
});
