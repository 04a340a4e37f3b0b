import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { randomDataKey } from '../../../../src/storage/encryption/data-key.ts';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';
import { SqliteStore } from '../../../../src/storage/sqlite-store.ts';
import type { Store } from '../../../../src/storage/store.ts';
import { Encryptor } from '../../../../src/storage/encryption/encryptor.ts';
import { selfieBase64 } from '../../../../sandbox/lib/selfie.ts';
import { ABSENT_ID, apiError, OTHER_ID } from '../../../support/bodies.ts';
import {
  create,
  createdAs,
  failedWith,
  gate,
  onboarding,
  replayedAs,
  startTill,
  type Till,
} from '../../../support/creation.ts';
import { overrideStore } from '../../../support/stores.ts';
import { startSubgraph, type Subgraph, type SubgraphOptions } from '../../../support/subgraph.ts';
import { unicoOf } from '../../../support/unico.ts';
import type { Reply } from '../../../support/upstream.ts';

let running = new AsyncDisposableStack();

afterEach(async () => {
  vi.useRealTimers();
  await running.disposeAsync();
  running = new AsyncDisposableStack();
});

async function till(reply?: (place: number) => Reply | null | Promise<Reply | null>): Promise<Till> {
  const started = await startTill(reply);
  running.defer(() => started.close());
  return started;
}

/** A replica; those of the same `store` share what is remembered. */
async function replica(unico: { url: string }, options: SubgraphOptions = {}): Promise<Subgraph> {
  const subgraph = await startSubgraph(unicoOf(unico), { encryptor: VAULT, ...options });
  running.defer(() => subgraph.close());
  return subgraph;
}

const VAULT = new Encryptor([randomDataKey()], 'creations');
const SUBJECT = { code: '12345678909', name: 'Luke Skywalker' };
const IMAGE = selfieBase64();
const PROCESS_REFERENCE = { referenceType: 'REFERENCE_TYPE_PROCESS_ID', referenceContent: OTHER_ID };
const IMAGE_REFERENCE = { referenceType: 'REFERENCE_TYPE_IMAGE_BASE64', referenceContent: IMAGE };

/** Of each form: an input, and the same with its members in another order and `null` in the place of what is left out. */
const FORMS: [string, object, object][] = [
  [
    'onboarding',
    { onboarding: { subject: { ...SUBJECT, gender: 'M' }, imageBase64: IMAGE } },
    {
      onboarding: {
        imageBase64: IMAGE,
        useCase: null,
        subject: { phone: null, gender: 'M', name: SUBJECT.name, code: SUBJECT.code, birthDate: null },
      },
    },
  ],
  [
    'transactional',
    { transactional: { references: [PROCESS_REFERENCE, IMAGE_REFERENCE], imageBase64: IMAGE } },
    {
      transactional: {
        imageBase64: IMAGE,
        subject: null,
        referenceProcessId: null,
        subsidiaryId: null,
        references: [PROCESS_REFERENCE, IMAGE_REFERENCE].map(({ referenceType, referenceContent }) => ({
          referenceContent,
          referenceType,
        })),
      },
    },
  ],
  [
    'document',
    {
      document: {
        subject: { ...SUBJECT, duiType: 'BR_CPF' },
        purpose: 'fgts',
        authProcessId: OTHER_ID,
        files: [IMAGE],
      },
    },
    {
      document: {
        files: [IMAGE],
        documentId: null,
        authProcessId: OTHER_ID,
        purpose: 'fgts',
        subject: { email: null, duiType: 'BR_CPF', ...SUBJECT },
      },
    },
  ],
  [
    'ageVerification',
    { ageVerification: { subject: {}, imageBase64: IMAGE } },
    { ageVerification: { useCase: null, imageBase64: IMAGE, subject: { code: null, name: null } } },
  ],
  [
    'journey',
    { journey: { flow: 'id', callbackUri: '/', person: { duiType: 'BR_CPF', duiValue: '12345678909' } } },
    {
      journey: {
        person: { duiValue: '12345678909', email: null, duiType: 'BR_CPF' },
        references: null,
        callbackUri: '/',
        expiresIn: null,
        flow: 'id',
      },
    },
  ],
];

describe('a creation asked for again with its key', () => {
  test.each(FORMS)('is not sent again, and is the same one (%s)', async (_, input) => {
    const unico = await till();
    const { url } = await replica(unico);
    expect(await create(url, 'k', input)).toMatchObject({ id: expect.any(String), replayed: false });
    expect(await create(url, 'k', input)).toMatchObject(replayedAs(unico.created[0]));
    expect(unico.posts()).toHaveLength(1);
  });

  test.each(FORMS)(
    'is the same one when members come in another order, or as null instead of not at all (%s)',
    async (_, input, same) => {
      const unico = await till();
      const { url } = await replica(unico);
      await create(url, 'k', input);
      expect(await create(url, 'k', same)).toMatchObject(replayedAs(unico.created[0]));
      expect(unico.posts()).toHaveLength(1);
    },
  );

  test('is the same one when its input is written into the query, twice in one operation', async () => {
    const unico = await till();
    const { ask, url } = await replica(unico);
    const { data } = await ask(`mutation {
      one: createProcess(idempotencyKey: "k", input: { journey: { flow: "id", callbackUri: "/" } }) { process { id } replayed }
      two: createProcess(idempotencyKey: "k", input: { journey: { callbackUri: "/", flow: "id" } }) { process { id } replayed }
    }`);
    const [id] = unico.created;
    expect(data).toEqual({
      one: { process: { id }, replayed: false },
      two: { process: { id }, replayed: true },
    });
    expect(await create(url, 'k', { journey: { flow: 'id', callbackUri: '/' } })).toMatchObject(
      replayedAs(id),
    );
    expect(unico.posts()).toHaveLength(1);
  });

  test('is another one under another key, also one that differs by a capital letter alone', async () => {
    const unico = await till();
    const { url } = await replica(unico);
    for (const key of ['k', 'K', 'k2'])
      expect(await create(url, key)).toMatchObject({ replayed: false, code: null });
    expect(unico.posts()).toHaveLength(3);
  });

  test('is answered to somebody who asks while it is under way, also after the one who asked first has left', async () => {
    const arrived = gate();
    const answered = gate();
    const unico = await till(async () => {
      arrived.open();
      await answered.passed;
      return null;
    });
    const { url } = await replica(unico);
    const leaving = new AbortController();
    const query = `mutation ($input: CreateProcessInput!) { createProcess(idempotencyKey: "k", input: $input) { replayed } }`;
    const left = fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { input: onboarding() } }),
      signal: leaving.signal,
    }).catch(() => 'left');
    await arrived.passed;
    const second = create(url, 'k');
    leaving.abort();
    expect(await left).toBe('left');
    answered.open();
    expect(await second).toMatchObject(replayedAs(unico.created[0]));
    expect(unico.posts()).toHaveLength(1);
  });

  test('is answered though the token of the SDK in its input has become too old to be sent', async () => {
    const unico = await till();
    const { url } = await replica(unico);
    const token = await new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuedAt()
      .sign(randomDataKey());
    const input = onboarding({ imageBase64: token });
    await create(url, 'k', input);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 11 * 60_000 });
    expect(await create(url, 'another', input)).toMatchObject(failedWith('SDK_TOKEN_EXPIRED'));
    expect(await create(url, 'k', input)).toMatchObject(replayedAs(unico.created[0]));
    expect(unico.posts()).toHaveLength(1);
  });

  test('is answered after the data key was changed as the manual says', async () => {
    const store = new MemoryStore();
    const [older, newer] = [randomDataKey(), randomDataKey()];
    const unico = await till();
    const before = await replica(unico, { store, encryptor: new Encryptor([older], 'creations') });
    await create(before.url, 'k');
    const after = await replica(unico, { store, encryptor: new Encryptor([newer, older], 'creations') });
    expect(await create(after.url, 'k')).toMatchObject(replayedAs(unico.created[0]));
    // While the change is being rolled out, neither the old replicas nor the new ones create twice.
    await create(after.url, 'new');
    expect(await create(before.url, 'new')).toMatchObject(failedWith('IDEMPOTENCY_UNAVAILABLE'));
    expect(unico.posts()).toHaveLength(2);
  });
});

const JOURNEY = { journey: { flow: 'id', callbackUri: '/' } };
const select = (selection: string): string => `mutation ($input: CreateProcessInput!) {
  createProcess(idempotencyKey: "k", input: $input) { process { ${selection} } replayed userErrors { code } } }`;

/** A creation that is done, and another replica that has not seen it. */
async function created(unico: Till, input: object): Promise<Subgraph> {
  const store = new MemoryStore();
  const first = await replica(unico, { store });
  await create(first.url, 'k', input);
  return replica(unico, { store });
}

/** A creation whose key is still remembered, and what was kept of its process is not. */
async function createdLongAgo(unico: Till, input: object): Promise<Subgraph> {
  const store = new MemoryStore();
  const first = await replica(unico, { store });
  await create(first.url, 'k', input);
  const get: Store['get'] = async (name) => (name.startsWith('creation') ? store.get(name) : null);
  return replica(unico, { store: overrideStore(store, { get }) });
}

describe('what a repeated creation answers', () => {
  test('is the id and the contract without a call', async () => {
    const unico = await till();
    const { ask } = await created(unico, JOURNEY);
    const { data, errors } = await ask(select('id source'), { input: JOURNEY });
    expect(errors).toEqual([]);
    expect(data.createProcess.process).toEqual({ id: unico.created[0], source: 'IDCLOUD' });
    expect(unico.calls()).toEqual(['POST /client/v1/process']);
  });

  test('is the state and the verdict without a call, where the process was finished at once', async () => {
    const unico = await till();
    const { ask } = await created(unico, onboarding());
    const { data } = await ask(select('id state verdict { decision }'), { input: onboarding() });
    expect(data.createProcess).toEqual({
      process: { id: unico.created[0], state: 'FINISHED', verdict: { decision: 'APPROVED' } },
      replayed: true,
      userErrors: [],
    });
    expect(unico.calls()).toEqual(['POST /processes/v1']);
  });

  test('is the token of the journey by reading it, because tokens are not kept', async () => {
    const unico = await till();
    const { ask } = await created(unico, JOURNEY);
    const { data, errors } = await ask(select('id sdkToken'), { input: JOURNEY });
    expect(errors).toEqual([]);
    expect(data.createProcess).toEqual({
      process: { id: unico.created[0], sdkToken: 'sdk.jwt' },
      replayed: true,
      userErrors: [],
    });
    expect(unico.calls()).toEqual(['POST /client/v1/process', `GET /client/v1/process/${unico.created[0]}`]);
  });

  test('is the id while Unico is down, with an error for each field that had to be read', async () => {
    const unico = await till();
    const { ask } = await created(unico, JOURNEY);
    await unico.close();
    const { data, errors } = await ask(select('id source sdkToken'), { input: JOURNEY });
    expect(data.createProcess).toEqual({
      process: { id: unico.created[0], source: 'IDCLOUD', sdkToken: null },
      replayed: true,
      userErrors: [],
    });
    expect(errors).toMatchObject([
      { path: ['createProcess', 'process', 'sdkToken'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } },
    ]);
  });

  test('is the id also when nothing else is kept any more, and no verdict is made out of a failure', async () => {
    const unico = await till();
    const { ask } = await createdLongAgo(unico, JOURNEY);
    await unico.close();
    const { data, errors } = await ask(select('id state verdict { decision }'), { input: JOURNEY });
    expect(data.createProcess).toEqual({
      process: { id: unico.created[0], state: null, verdict: null },
      replayed: true,
      userErrors: [],
    });
    expect(errors.map(({ extensions }) => extensions.code)).toEqual([
      'UPSTREAM_UNAVAILABLE',
      'UPSTREAM_UNAVAILABLE',
    ]);
  });

  test('is the id of a process that Unico no longer knows, and nothing is said of the rest', async () => {
    const unico = await till();
    const { ask } = await createdLongAgo(unico, JOURNEY);
    const [id] = unico.created;
    unico.created.length = 0;
    const { data, errors } = await ask(select('id state sdkToken verdict { decision } documents { id }'), {
      input: JOURNEY,
    });
    expect(errors).toEqual([]);
    expect(data.createProcess).toEqual({
      process: { id, state: null, sdkToken: null, verdict: null, documents: null },
      replayed: true,
      userErrors: [],
    });
  });

  test('is the id of a process whose contract is no longer in use here', async () => {
    const store = new MemoryStore();
    const unico = await till();
    const before = await replica(unico, { store });
    await create(before.url, 'k', JOURNEY);
    const after = await replica(unico, { store, contracts: ['PROCESSES_V1'] });
    const { data } = await after.ask(select('id'), { input: JOURNEY });
    expect(data.createProcess).toEqual({
      process: { id: unico.created[0] },
      replayed: true,
      userErrors: [],
    });
    expect(unico.posts()).toHaveLength(1);
  });
});

describe('a key that was used for another input is refused, and nothing is sent', () => {
  const reused = {
    ...failedWith('IDEMPOTENCY_KEY_REUSED'),
    problem: { field: ['idempotencyKey'], retryable: false },
  };

  const others: [string, object][] = [
    ['another image', onboarding({}, 1)],
    ['another name', onboarding({ subject: { ...SUBJECT, name: 'Leia Organa' } })],
    ['another person', onboarding({ subject: { ...SUBJECT, code: '73689290074' } })],
    ['one member more', onboarding({ useCase: 'Onboarding' })],
    ['another form', { ageVerification: { subject: SUBJECT, imageBase64: IMAGE } }],
    ['the other contract', { journey: { flow: 'id', callbackUri: '/' } }],
    ['one that would be refused anyhow', onboarding({ imageBase64: 'no image' })],
  ];

  test.each(others)('%s', async (_, other) => {
    const unico = await till();
    const { url } = await replica(unico);
    await create(url, 'k');
    expect(await create(url, 'k', other)).toMatchObject(reused);
    expect(await create(url, 'k')).toMatchObject(replayedAs(unico.created[0]));
    expect(unico.posts()).toHaveLength(1);
  });

  test('the same references in another order, of which Unico takes the first for the first', async () => {
    const unico = await till();
    const { url } = await replica(unico);
    const [first, other] = [
      [PROCESS_REFERENCE, IMAGE_REFERENCE],
      [IMAGE_REFERENCE, PROCESS_REFERENCE],
    ].map((references) => ({ transactional: { references, imageBase64: IMAGE } }));
    await create(url, 'k', first);
    expect(await create(url, 'k', other)).toMatchObject(reused);
    expect(unico.posts()).toHaveLength(1);
  });

  test('while the first is under way, in the same replica and in another one', async () => {
    const arrived = gate();
    const answered = gate();
    const unico = await till(async () => {
      arrived.open();
      await answered.passed;
      return null;
    });
    const store = new MemoryStore();
    const [one, other] = [await replica(unico, { store }), await replica(unico, { store })];
    const first = create(one.url, 'k');
    await arrived.passed;
    for (const { url } of [one, other]) {
      expect(await create(url, 'k', onboarding({}, 1))).toMatchObject(reused);
    }
    answered.open();
    expect(await first).toMatchObject(createdAs(unico.created[0]));
    expect(unico.posts()).toHaveLength(1);
  });

  test('after the first came to an unknown outcome', async () => {
    const unico = await till(() => ({ status: 500 }));
    const { url } = await replica(unico);
    await create(url, 'k');
    expect(await create(url, 'k', onboarding({}, 1))).toMatchObject(reused);
    expect(unico.posts()).toHaveLength(1);
  });

  test('after a restart', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'creations-'));
    running.defer(() => rmSync(dir, { recursive: true }));
    const open = (): Store => new SqliteStore(join(dir, 'store.sqlite'));
    const unico = await till();
    const store = open();
    await create((await replica(unico, { store })).url, 'k');
    await store.close();
    const again = open();
    running.defer(() => again.close());
    const { url } = await replica(unico, { store: again });
    expect(await create(url, 'k', onboarding({}, 1))).toMatchObject(reused);
    expect(await create(url, 'k')).toMatchObject(replayedAs(unico.created[0]));
    expect(unico.posts()).toHaveLength(1);
  });
});

describe('a creation that Unico surely did not carry out leaves its key free', () => {
  const refusals: [string, Reply, string][] = [
    ['400 with a code', { status: 400, body: apiError('20507') }, 'SUBJECT_CODE_INVALID'],
    ['400 without a word', { status: 400 }, 'BAD_USER_INPUT'],
    ['400 about our own headers', { status: 400, body: apiError('20002') }, 'UPSTREAM_UNAUTHORIZED'],
    ['401', { status: 401 }, 'UPSTREAM_UNAUTHORIZED'],
    ['403', { status: 403, body: apiError('10201') }, 'UPSTREAM_UNAUTHORIZED'],
    ['404', { status: 404, body: apiError('50001') }, 'NOT_FOUND'],
    ['409', { status: 409, body: apiError('20073') }, 'CONFLICT'],
    ['422', { status: 422 }, 'BAD_USER_INPUT'],
    ['429', { status: 429, headers: { 'retry-after': '1' } }, 'RATE_LIMITED'],
  ];

  test.each(refusals)('%s: the next attempt is sent and can succeed', async (_, refusal, code) => {
    const unico = await till((place) => (place === 0 ? refusal : null));
    const { url } = await replica(unico);
    expect(await create(url, 'k')).toMatchObject(failedWith(code));
    expect(unico.posts()).toHaveLength(1);
    expect(await create(url, 'k')).toMatchObject(createdAs(unico.created[0]));
    expect(await create(url, 'k')).toMatchObject(replayedAs(unico.created[0]));
    expect(unico.posts()).toHaveLength(2);
  });

  test('a refusal: another input may be sent under the key', async () => {
    const unico = await till((place) => (place === 0 ? { status: 400, body: apiError('20507') } : null));
    const { url } = await replica(unico);
    await create(url, 'k');
    const mended = onboarding({ subject: { ...SUBJECT, code: '73689290074' } });
    expect(await create(url, 'k', mended)).toMatchObject(createdAs(unico.created[0]));
    expect(await create(url, 'k')).toMatchObject(failedWith('IDEMPOTENCY_KEY_REUSED'));
  });

  test('nobody listens where Unico should be: the next attempt is sent and can succeed', async () => {
    const store = new MemoryStore();
    const gone = await till();
    await gone.close();
    const cutOff = await replica(gone, { store });
    expect(await create(cutOff.url, 'k')).toMatchObject(failedWith('UPSTREAM_UNAVAILABLE'));
    const unico = await till();
    const { url } = await replica(unico, { store });
    expect(await create(url, 'k')).toMatchObject(createdAs(unico.created[0]));
  });

  const wrong: [string, object][] = [
    ['a CPF', onboarding({ subject: { ...SUBJECT, code: '12345678901' } })],
    ['an image', onboarding({ imageBase64: 'AAAA' })],
    ['a token that is none of the SDK', onboarding({ imageBase64: 'a.b.c' })],
  ];

  test.each(wrong)(
    '%s that is refused here: the mended input may be sent under the key',
    async (_, input) => {
      const unico = await till();
      const { url } = await replica(unico);
      for (let attempt = 0; attempt < 2; attempt += 1) {
        const { id, replayed, problem } = await create(url, 'k', input);
        expect({ id, replayed }).toEqual({ id: null, replayed: false });
        expect(problem?.field?.slice(0, 2)).toEqual(['input', 'onboarding']);
      }
      expect(unico.posts()).toEqual([]);
      expect(await create(url, 'k')).toMatchObject(createdAs(unico.created[0]));
      expect(unico.posts()).toHaveLength(1);
    },
  );

  test('a key that is no key is never remembered', async () => {
    const unico = await till();
    const { url } = await replica(unico);
    for (const key of ['', ABSENT_ID.repeat(4), 'with space']) {
      expect(await create(url, key)).toMatchObject(failedWith('IDEMPOTENCY_KEY_INVALID'));
      expect(await create(url, key)).toMatchObject(failedWith('IDEMPOTENCY_KEY_INVALID'));
    }
    expect(unico.posts()).toEqual([]);
  });
});
