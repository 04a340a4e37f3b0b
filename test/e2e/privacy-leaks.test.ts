import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, RESP_TYPES } from 'redis';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createSubgraphSchema } from '../../src/graphql/schema/subgraph-schema.ts';
import { killPrograms, startProgram, urlOf, type Program } from '../support/program.ts';
import { startTokenIssuer } from '../support/token-issuer.ts';
import type { Reply, SeenRequest } from '../support/upstream.ts';
import {
  cpfForEveryWord,
  exchange,
  markedInput,
  nextId,
  nonsense,
  operationsOf,
  outages,
  partsOf,
  refusals,
  startMarkedUnico,
  withOneChanged,
  type Asking,
  type Exchange,
  type Operation,
} from '../support/privacy-leaks/marked-unico.ts';
import { brokenHttp, misuses } from '../support/privacy-leaks/misuse.ts';
import {
  createMarks,
  createSearch,
  FORMS,
  FORMS_OF_A_CPF,
  type Marks,
  type Search,
} from '../support/privacy-leaks/marks.ts';

/*
 * Everything that anybody gives to the program, or that it is given by Unico, bears a mark. It is used, misused, failed by
 * Unico, restarted and killed; then the marks are looked for wherever nobody may find a person.
 */

/** Somewhere that was looked at, and what it was of. */
type Place = { place: string; what: string; text: string | Buffer; own: readonly string[] };

/** Who asks: the scopes of their token, or no token at all. */
const CALLERS = {
  everything: ['identity:read', 'identity:pii', 'identity:write'],
  reader: ['identity:read'],
  writer: ['identity:write'],
  stranger: [],
  nobody: null,
} as const;
type Caller = keyof typeof CALLERS;

/** What each may see of the marks in the `data` of their own answers. */
const MAY_SEE: Record<Caller, (name: string, kind: string) => boolean> = {
  everything: (_, kind) => kind !== 'secret',
  reader: (_, kind) => kind === 'plain',
  // To go on with a journey: schema/process.graphql.
  writer: (name) => name === 'idcloud userRedirectUrl' || name === 'idcloud token',
  stranger: () => false,
  nobody: () => false,
};

/** What is read of what a store has kept. */
type KeptIn = { url: string; contents(): Promise<Place[]>; close(): Promise<void> };

async function keptInSqlite(): Promise<KeptIn> {
  const folder = mkdtempSync(join(tmpdir(), 'canary-'));
  return {
    url: `sqlite:${join(folder, 'kept.sqlite')}`,
    contents: async () =>
      readdirSync(folder).map((file) => ({
        place: 'the store',
        what: file,
        text: readFileSync(join(folder, file)),
        own: [],
      })),
    close: async () => rmSync(folder, { recursive: true }),
  };
}

/** A command as Redis tells it, in which bytes are written as `\x0a`. */
const asSent = (command: string): string =>
  command.replaceAll(/\\x([0-9a-f]{2})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );

/** A database of its own in the Redis that all tests share, and every command that is sent to that. */
async function keptInRedis(): Promise<KeptIn> {
  const url = new URL(inject('redisUrl'));
  url.pathname = '/11';
  const redis = createClient({ url: url.href }).withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  const listener = createClient({ url: url.href });
  // Whatever breaks is met by the command that waits for it.
  for (const client of [redis, listener]) client.on('error', () => {});
  await Promise.all([redis.connect(), listener.connect()]);
  await redis.flushDb();
  const commands: string[] = [];
  await listener.monitor((command) => void commands.push(asSent(String(command))));

  async function valueOf(key: Buffer): Promise<Buffer[]> {
    switch (String(await redis.type(key))) {
      case 'string':
        return [(await redis.get(key)) ?? Buffer.alloc(0)];
      case 'list':
        return redis.lRange(key, 0, -1);
      case 'zset':
        return redis.zRange(key, 0, -1);
      case 'hash':
        return Object.entries(await redis.hGetAll(key))
          .flat()
          .map((each) => Buffer.from(each));
      default:
        throw new Error('a key of a kind that this test can not read');
    }
  }
  return {
    url: url.href,
    async contents() {
      const keys = await redis.keys('*');
      const values = await Promise.all(keys.map(valueOf));
      const entries = keys.flatMap((key, at) => [key, ...(values[at] ?? [])]);
      const place = { place: 'the store', own: [] };
      return [
        {
          ...place,
          what: 'keys and values',
          text: Buffer.concat(entries.flatMap((entry) => [entry, Buffer.from('\n')])),
        },
        { ...place, what: 'commands', text: Buffer.from(commands.join('\n'), 'latin1') },
      ];
    },
    async close() {
      await redis.flushDb();
      redis.destroy();
      listener.destroy();
    },
  };
}

/** The credentials of a deployment, each a mark: nobody may ever see one. */
function credentials(marks: Marks): Record<string, string> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const [, , line = ''] = pem.split('\n');
  return {
    UNICO_ACCOUNT: 'canary',
    UNICO_TENANT_ID: nextId(),
    UNICO_PRIVATE_KEY: marks.add('secret', 'UNICO_PRIVATE_KEY', pem, line),
    UNICO_APIKEY_ONBOARDING: marks.word('secret', 'UNICO_APIKEY_ONBOARDING'),
    UNICO_APIKEY_TRANSACTIONAL: marks.word('secret', 'UNICO_APIKEY_TRANSACTIONAL'),
    UNICO_APIKEY_DOCUMENT: marks.word('secret', 'UNICO_APIKEY_DOCUMENT'),
    UNICO_APIKEY_AGE: marks.word('secret', 'UNICO_APIKEY_AGE'),
    DATA_KEY: marks.add('secret', 'DATA_KEY', randomBytes(32).toString('base64')),
    ROUTER_SECRET: marks.add('secret', 'ROUTER_SECRET', randomBytes(24).toString('base64url')),
  };
}

/** The names of callers in their tokens, which no log may tell. */
function subjectsOf(marks: Marks): Record<Exclude<Caller, 'nobody'>, Record<string, string>> {
  return {
    everything: { sub: marks.cpf('secret', 'the subject of a token: CPF') },
    reader: { sub: marks.mail('secret', 'the subject of a token: e-mail') },
    writer: { sub: '', client_id: marks.person('secret', 'the client of a token') },
    stranger: { sub: marks.phone('secret', 'the subject of a token: phone') },
  };
}

/** What the run has left everywhere. */
type Run = { marks: Marks; search: Search; places: Place[]; shown: string; sent: SeenRequest[] };

/** What is Unico's to know of us, and is in headers that it is sent. */
const FOR_UNICO = [
  'the access token of Unico',
  'UNICO_APIKEY_ONBOARDING',
  'UNICO_APIKEY_TRANSACTIONAL',
  'UNICO_APIKEY_DOCUMENT',
  'UNICO_APIKEY_AGE',
];

/** Uses the program in every way over a store, and gathers what that leaves. */
async function runOver(kept: KeptIn): Promise<Run> {
  const marks = createMarks();
  const unico = await startMarkedUnico(marks);
  const issuer = await startTokenIssuer();
  const variables: Record<string, string> = {
    ...credentials(marks),
    LOG_LEVEL: 'trace',
    STORE_URL: kept.url,
    UNICO_ENVIRONMENT: 'uat',
    UNICO_IDCLOUD_URL: unico.url,
    UNICO_API_URL: unico.url,
    UNICO_IDENTITY_URL: unico.url,
    UNICO_RATE_LIMIT: '10000',
    UPSTREAM_TIMEOUT_MS: '700',
    REQUEST_TIMEOUT_MS: '4000',
    JWT_JWKS_URL: issuer.tokens.jwksUrl,
    JWT_ISSUER: issuer.tokens.issuer,
    JWT_AUDIENCE: issuer.tokens.audience,
  };
  const places: Place[] = [];
  const shown: string[] = [];
  const headers: Record<Caller, Record<string, string>> = Object.create(null);
  const secret = { 'router-authorization': variables['ROUTER_SECRET'] ?? '' };
  const subjects = subjectsOf(marks);
  for (const caller of ['everything', 'reader', 'writer', 'stranger'] as const) {
    const token = await issuer.issue({ scope: CALLERS[caller].join(' '), ...subjects[caller] });
    marks.add('secret', `the token of ${caller}`, token, token.split('.').at(-1));
    headers[caller] = { ...secret, authorization: `Bearer ${token}` };
  }
  headers.nobody = secret;

  let program: Program;
  let url: string;
  async function start(): Promise<void> {
    program = startProgram(variables);
    await program.printed('"event":"listening"');
    url = urlOf(program);
  }
  async function end(signal: NodeJS.Signals): Promise<void> {
    program.signal(signal);
    await program.ended;
    places.push({ place: 'the output', what: signal, text: program.output(), own: [] });
    places.push(...(await kept.contents()));
  }

  function keep(caller: Caller, what: string, answer: Exchange, own: readonly string[] = []): void {
    const { data, rest } = partsOf(answer);
    places.push({ place: 'an answer beside its data', what, text: rest, own });
    if (caller === 'everything') shown.push(data);
    // What is to be mended is for whoever asked, and tells nobody's data either.
    for (const [errors] of data.matchAll(/"userErrors":\[.*?\}\]/g))
      places.push({ place: 'user errors', what, text: errors, own });
    const seen = marks.all().filter(({ name, kind }) => MAY_SEE[caller](name, kind));
    places.push({
      place: `data for ${caller}`,
      what,
      text: data,
      own: [...own, ...seen.map(({ name }) => name)],
    });
  }
  async function ask(caller: Caller, what: string, asking: Asking, own?: readonly string[]): Promise<void> {
    const given = { ...headers[caller], 'apollo-federation-include-trace': 'ftv1', ...asking.headers };
    keep(caller, `${what} by ${caller}`, await exchange(url, { ...asking, headers: given }), own);
  }
  async function run(caller: Caller, { name, query, variables: given }: Operation, why = ''): Promise<void> {
    // Each creation is one of its own; the mark stays.
    const key = given['idempotencyKey'];
    const fresh = typeof key === 'string' ? { idempotencyKey: `${key.slice(0, 17)}${nextId()}` } : {};
    await ask(caller, `${name} ${why}`, {
      body: JSON.stringify({ query, variables: { ...given, ...fresh } }),
    });
  }
  async function probe(): Promise<void> {
    for (const path of ['/metrics', '/readyz', '/livez']) {
      const { status, headers: its, body } = await exchange(url, { method: 'GET', path });
      places.push({ place: path, what: String(status), text: [its, body].join('\n'), own: [] });
    }
  }

  const schema = await createSubgraphSchema();
  const operations = (): Operation[] => operationsOf(schema, markedInput(marks));
  const ofUnico = (): Operation[] => operations().filter(({ name }) => name !== '_service');
  const callers = Object.keys(CALLERS) as Caller[];

  async function use(): Promise<void> {
    for (const operation of operations()) for (const caller of callers) await run(caller, operation);
  }
  async function misuse(): Promise<void> {
    const [cpf, name] = [
      marks.cpf('personal', 'a wrong value: CPF'),
      marks.person('personal', 'a wrong value: name'),
    ];
    const wrong = [cpf, Number(cpf), `${name} ${cpf}`, [cpf], { [name]: cpf }, { cpf: name }];
    for (const operation of ofUnico()) {
      for (const given of withOneChanged(operation.variables, wrong)) {
        await run(
          'everything',
          { ...operation, variables: given as Operation['variables'] },
          JSON.stringify(given).slice(0, 300),
        );
      }
    }
    for (const { what, asking, own } of misuses(marks)) {
      await ask('everything', what, asking, own);
      await ask('nobody', what, asking, own);
    }
    for (const bytes of brokenHttp(marks)) {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      let text = '';
      socket.on('data', (chunk) => void (text += chunk.toString()));
      // It may be cut off before all is written, which is as good an answer.
      socket.on('error', () => {});
      socket.end(bytes);
      await new Promise((resolve) => socket.on('close', resolve));
      places.push({ place: 'an answer beside its data', what: bytes, text, own: [] });
    }
  }
  /** So many good answers that the hosts are not left alone for their bad ones. */
  async function goodReads(): Promise<void> {
    unico.say(null);
    const sources = ['IDCLOUD', 'PROCESSES_V1'].flatMap((source) => Array(40).fill(source));
    const query = 'query ($id: ID!, $source: ProcessSource) { process(id: $id, source: $source) { state } }';
    await Promise.all(
      sources.map((source) => run('reader', { name: 'process', query, variables: { id: nextId(), source } })),
    );
  }
  async function failing(
    replies: readonly Reply[],
    heal: () => Promise<void> = async () => {},
  ): Promise<void> {
    for (const reply of replies) {
      await heal();
      const why = `while Unico says ${JSON.stringify(reply)}`;
      const fresh = ofUnico();
      unico.say(reply);
      await Promise.all(fresh.map((operation) => run('everything', operation, why)));
      unico.say(null);
    }
  }
  async function words(): Promise<void> {
    for (const operation of ofUnico()) {
      for (const caller of callers) {
        const id = nextId();
        unico.say(cpfForEveryWord(marks, id));
        const named = { ...operation.variables, ...('id' in operation.variables && { id }) };
        await run(caller, { ...operation, variables: named }, 'while every word of Unico is a CPF');
      }
    }
    unico.say(null);
  }

  try {
    await start();
    await use();
    await misuse();
    await probe();
    places.push(...(await kept.contents()));
    await end('SIGTERM');

    await start();
    await use();
    await words();
    await failing(refusals(marks));
    await failing(nonsense(marks), goodReads);
    await failing(outages(marks), goodReads);
    await probe();
    // The last, because everything has to wait then for as long as it says.
    await failing([
      { status: 429, headers: { 'retry-after': marks.cpf('personal', 'retry-after') }, body: {} },
    ]);
    unico.say('never answer');
    const cutOff = operations().map((operation) => run('everything', operation).catch(() => {}));
    await probe();
    await end('SIGKILL');
    await Promise.all(cutOff);
  } finally {
    killPrograms();
    await issuer.close();
    await unico.close();
  }
  return { marks, search: createSearch(marks.all()), places, shown: shown.join('\n'), sent: unico.requests };
}

/** Where something was found that may not be there: once for each place and mark, with one of its occasions. */
function leaksIn({ places, search }: Pick<Run, 'places' | 'search'>, ...names: string[]): string[] {
  const looked = places.filter(({ place }) => names.includes(place));
  if (looked.length === 0) throw new Error(`nothing was gathered of ${names.join(', ')}`);
  const leaks = new Map<string, string>();
  for (const { place, what, text, own } of looked) {
    for (const name of search(text)) {
      if (!own.includes(name)) leaks.set(`${place}: ${name}`, what.slice(0, 300));
    }
  }
  return [...leaks].map(([leak, what]) => `${leak} (${what})`);
}

describe.each([
  ['SQLite', keptInSqlite],
  ['Redis', keptInRedis],
])('the program over %s, used in every way, tells nobody', (_store, open) => {
  let kept: KeptIn;
  let run: Run;
  beforeAll(async () => {
    kept = await open();
    run = await runOver(kept);
  }, 300_000);
  afterAll(() => kept.close());

  test('in what it prints', () => {
    expect(leaksIn(run, 'the output')).toEqual([]);
  });

  test('in what it prints by a digest, which whoever tries all numbers finds', () => {
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

  test('in errors, extensions, traces, headers and whatever else is not the data of an answer', () => {
    expect(leaksIn(run, 'an answer beside its data')).toEqual([]);
  });

  test('in what it asks its callers to mend', () => {
    expect(leaksIn(run, 'user errors')).toEqual([]);
  });

  test.each(Object.keys(CALLERS))('in data for %s, but what their scopes allow', (caller) => {
    expect(leaksIn(run, `data for ${caller}`)).toEqual([]);
  });

  test('in its metrics and its health', () => {
    expect(leaksIn(run, '/metrics', '/readyz', '/livez')).toEqual([]);
  });

  test('in what it keeps', () => {
    expect(leaksIn(run, 'the store')).toEqual([]);
  }, 120_000);

  test('in addresses and headers of what it asks Unico, but for the one address that Unico wants so', () => {
    const places = run.sent.map(({ method, path, headers }) => ({
      place: 'to Unico',
      own: FOR_UNICO,
      what: `${method} ${path}`,
      // S4: documents are looked up by a number in the query.
      text: `${path.replace(/^(\/documents\/v1\?code=)\d{11}(?=&type=BR_[A-Z]+$)/, '$1')}\n${JSON.stringify(headers)}`,
    }));
    expect(leaksIn({ places, search: run.search }, 'to Unico')).toEqual([]);
  });

  test('and all that was given to it has gone through it', () => {
    const sent = run.sent.map(({ path, body }) => `${path} ${body}`).join('\n');
    const inputs = run.marks
      .all()
      .filter(({ name }) => /^(createProcess|setProcessDocument|reusableDocuments)\./.test(name));
    // A key is the caller's and ours alone; of what a document is checked with, one or the other is sent.
    const gone = inputs.filter(
      ({ name, value }) => !name.endsWith('idempotencyKey') && !sent.includes(value),
    );
    expect(gone.map(({ name }) => name)).toEqual([]);
    expect(inputs.length).toBeGreaterThan(40);
  });

  test('and every call has met every failure', () => {
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

  test('and all that Unico said of somebody was shown to whoever may see it', () => {
    const answered = run.marks.all().filter(({ name }) => /^(idcloud|api|documents) /.test(name));
    const hidden = answered.filter(({ value }) => !run.shown.includes(JSON.stringify(value).slice(1, -1)));
    // What the contract does not tell of is not told.
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

describe('the search for a person finds them', () => {
  const marks = createMarks();
  for (const kind of ['word', 'person', 'cpf', 'phone', 'mail', 'url', 'day', 'jwt', 'image'] as const) {
    marks[kind]('personal', kind);
  }
  const search = createSearch(marks.all());

  test.each(marks.all().map((mark) => [mark.name, mark] as const))(
    'by their %s in every form',
    (name, { value, core }) => {
      for (const [form, write] of Object.entries(FORMS)) {
        expect([form, search(write(value))]).toEqual([form, [name]]);
        expect([form, search(write(core))]).toEqual([form, [name]]);
      }
    },
  );

  test.each(Object.entries(FORMS_OF_A_CPF))('by a CPF %s', (_form, write) => {
    expect(search(write(marks.cpf('personal', 'cpf')))).toEqual(['cpf']);
  });

  test('by eight characters, and not by seven', () => {
    for (const { name, core } of marks.all()) {
      expect(search(`x ${core.slice(0, 8)} x`)).toEqual([name]);
      expect(search(`x ${core.slice(0, 7)} x`)).toEqual([]);
    }
  });

  test('wherever they are in something long', () => {
    const cpf = marks.cpf('personal', 'cpf');
    for (const before of [0, 199_995, 200_000, 205_000, 209_995, 1_000_000]) {
      const text = `${'x'.repeat(before)} ${cpf} ${'x'.repeat(100_000)}`;
      expect([before, search(text)]).toEqual([before, ['cpf']]);
      expect([before, search(Buffer.from(text))]).toEqual([before, ['cpf']]);
    }
  });

  test('in every part of an answer but its data', () => {
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

  test('in files and in a Redis', async () => {
    const cpf = marks.cpf('personal', 'cpf');
    for (const open of [keptInSqlite, keptInRedis]) {
      const kept = await open();
      if (kept.url.startsWith('redis')) {
        const redis = await createClient({ url: kept.url }).connect();
        await redis.set('a', `x${cpf}`);
        await redis.hSet('b', cpf, '1');
        await redis.zAdd('c', { score: 1, value: cpf });
        redis.destroy();
      } else {
        const { DatabaseSync } = await import('node:sqlite');
        const database = new DatabaseSync(kept.url.slice('sqlite:'.length));
        database.exec(`CREATE TABLE a (b BLOB); INSERT INTO a VALUES ('${cpf}')`);
        database.close();
      }
      const places = await kept.contents();
      expect(leaksIn({ places, search }, 'the store').length).toBeGreaterThan(0);
      await kept.close();
    }
  });

  test('and nothing in what is nobody', () => {
    expect(leaksIn({ places: [{ place: 'x', what: 'x', text: 'nobody', own: [] }], search }, 'x')).toEqual(
      [],
    );
    expect(() => leaksIn({ places: [], search }, 'x')).toThrow('nothing was gathered');
  });
});
