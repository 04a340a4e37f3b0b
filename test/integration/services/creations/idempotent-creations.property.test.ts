import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { randomDataKey } from '../../../../src/storage/encryption/data-key.ts';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';
import { Encryptor } from '../../../../src/storage/encryption/encryptor.ts';
import { apiError, processesV1Body } from '../../../support/bodies.ts';
import { createWithRetries, onboarding, type Attempt } from '../../../support/creation.ts';
import { startSubgraph, type Subgraph } from '../../../support/subgraph.ts';
import { unicoOf } from '../../../support/unico.ts';
import { startUpstream, type Reply } from '../../../support/upstream.ts';

/** What the upstream does with a POST. After the last three, its client cannot know whether a process was created. */
const FATES = ['created', 'refused', '429', 'dropped', '500', 'garbage'] as const;
type Fate = (typeof FATES)[number];

const NOT_CREATED = new Set<Fate>(['refused', '429']);

function replyTo(fate: Fate, id: string): Reply {
  switch (fate) {
    case 'created':
      return { body: processesV1Body(id) };
    case 'refused':
      return { status: 400, body: apiError('20507') };
    case '429':
      return { status: 429 };
    case 'dropped':
      return 'drop';
    case '500':
      return { status: 500 };
    case 'garbage':
      return { body: '<html></html>' };
  }
}

/** One request: when, to which replica, with which key and input. */
type Call = { afterMs: number; replica: number; key: number; input: number };
/** The fate of a POST, and how long its response takes. */
type Answer = { fate: Fate; takesMs: number };

const CALL = fc.record<Call>({
  afterMs: fc.integer({ min: 0, max: 60 }),
  replica: fc.nat(1),
  key: fc.nat(2),
  input: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) }),
});
const ANSWER = fc.record<Answer>({
  fate: fc.constantFrom(...FATES),
  takesMs: fc.integer({ min: 0, max: 40 }),
});

/** A POST that reached the upstream, and the id of its process, if one was created. */
type Post = { input: string; fate: Fate; id: string };

const posts = new Map<string, Post[]>();
let answers: Answer[] = [];
let replicas: Subgraph[] = [];
let ids = 0;

beforeAll(async () => {
  const unico = await startUpstream(async ({ body }) => {
    // The name of the subject contains the key of the request: Unico itself knows no keys.
    const [key = '', input = ''] = JSON.parse(body).subject.name.split(' ');
    const sent = posts.get(key) ?? [];
    const { fate, takesMs } = answers[sent.length % answers.length] ?? { fate: 'created', takesMs: 0 };
    const id = `00000000-0000-4000-8000-${String(ids++).padStart(12, '0')}`;
    posts.set(key, [...sent, { input, fate, id }]);
    await new Promise((resolve) => setTimeout(resolve, takesMs));
    return replyTo(fate, id);
  });
  const [store, encryptor] = [new MemoryStore(), new Encryptor([randomDataKey()], 'property')];
  replicas = await Promise.all([0, 1].map(() => startSubgraph(unicoOf(unico), { store, encryptor })));
  return async () => {
    for (const replica of replicas) await replica.close();
    await unico.close();
  };
});

type Asked = Attempt & { key: string; input: string };

async function ask(run: number, { afterMs, replica, key, input }: Call): Promise<Asked> {
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  const [name, letter] = [`run${run}key${key}`, input === 0 ? 'x' : 'y'];
  const subject = { code: '12345678909', name: `${name} ${letter}` };
  const attempt = await createWithRetries(replicas[replica]?.url ?? '', name, onboarding({ subject }));
  return { ...attempt, key: name, input: letter };
}

test('for any order of callers, replicas, inputs and upstream responses, a key pays at most once and its success is replayed permanently', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(CALL, { minLength: 2, maxLength: 12 }),
      fc.array(ANSWER, { minLength: 1, maxLength: 3 }),
      async (calls, given) => {
        run += 1;
        answers = given;
        const asked = await Promise.all(calls.map((call) => ask(run, call)));
        const sent = new Map(posts);
        // Once more after all responses: a process that was created by then is replayed permanently.
        const later = await Promise.all(
          calls.map(({ key }, i) => ask(run, { afterMs: 0, key, replica: i % 2, input: 0 })),
        );
        const wrong = Map.groupBy([...asked, ...later], ({ key }) => key)
          .entries()
          .flatMap(([key, attempts]) => [
            ...wrongIn(posts.get(key) ?? [], attempts),
            ...wrongAfter(
              sent.get(key)?.at(-1),
              later.filter((each) => each.key === key),
            ),
          ]);
        expect([...wrong]).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);

/** What is wrong with the results under one key, given the POSTs that reached the upstream. */
function wrongIn(sent: Post[], attempts: Asked[]): string[] {
  const wrong: string[] = [];
  if (sent.slice(0, -1).some(({ fate }) => !NOT_CREATED.has(fate)))
    wrong.push('sent again although a process may have been created');
  const last = sent.at(-1);
  const created = last?.fate === 'created' ? last : null;
  const answered = attempts.filter(({ id }) => id !== null);
  if (answered.some(({ id }) => id !== created?.id)) wrong.push('a process other than the one created');
  if (answered.some(({ input }) => input !== created?.input)) wrong.push('the process of another input');
  if (answered.filter(({ replayed }) => !replayed).length !== (created === null ? 0 : 1))
    wrong.push('not exactly one result that is not a replay');
  if (created !== null && attempts.some(({ code }) => code === 'OUTCOME_UNKNOWN'))
    wrong.push('an unknown outcome although it is known');
  return wrong;
}

/** What is wrong with results of requests after the response to `last`, the last POST. */
function wrongAfter(last: Post | undefined, attempts: Asked[]): string[] {
  if (last === undefined || NOT_CREATED.has(last.fate)) return [];
  const final = last.fate === 'created' ? `${last.id} replayed` : 'OUTCOME_UNKNOWN';
  return attempts.flatMap(({ id, replayed, code, input }) => {
    const expected = input === last.input ? final : 'IDEMPOTENCY_KEY_REUSED';
    const actual = code ?? `${id} ${replayed ? 'replayed' : 'created'}`;
    return actual === expected ? [] : [`${actual} instead of ${expected}`];
  });
}
