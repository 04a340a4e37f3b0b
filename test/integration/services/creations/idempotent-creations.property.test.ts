import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomDataKey } from '../../../../src/storage/encryption/data-key.ts';
import { MemoryStore } from '../../../../src/storage/memory-store.ts';
import { Encryptor } from '../../../../src/storage/encryption/encryptor.ts';
import { apiError, processesV1Body } from '../../../support/bodies.ts';
import { createAtLast, onboarding, type Attempt } from '../../../support/creation.ts';
import { startSubgraph, type Subgraph } from '../../../support/subgraph.ts';
import { unicoOf } from '../../../support/unico.ts';
import { startUpstream, type Reply } from '../../../support/upstream.ts';

/** What Unico makes of a POST. Of the last three nobody can tell whether it was carried out. */
const FATES = ['created', 'refused', '429', 'dropped', '500', 'garbage'] as const;
type Fate = (typeof FATES)[number];

const SURELY_NOT = new Set<Fate>(['refused', '429']);

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

/** One caller: when it comes, to which replica, with what; and what Unico makes of its POST, if it comes to one. */
type Call = { afterMs: number; replica: number; key: number; input: number };
/** What becomes of the POSTs under one key, in order, and how long each answer takes. */
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

/** A POST that reached Unico, and the process that came of it where one did. */
type Post = { input: string; fate: Fate; id: string };

const running = new AsyncDisposableStack();
const posts = new Map<string, Post[]>();
let answers: Answer[] = [];
let replicas: Subgraph[] = [];
let ids = 0;

beforeAll(async () => {
  const unico = await startUpstream(async ({ body }) => {
    // The name of the subject says under which key the request was made: Unico itself knows of no key.
    const [key = '', input = ''] = JSON.parse(body).subject.name.split(' ');
    const sent = posts.get(key) ?? [];
    const { fate, takesMs } = answers[sent.length % answers.length] ?? { fate: 'created', takesMs: 0 };
    const id = `00000000-0000-4000-8000-${String(ids++).padStart(12, '0')}`;
    posts.set(key, [...sent, { input, fate, id }]);
    await new Promise((resolve) => setTimeout(resolve, takesMs));
    return replyTo(fate, id);
  });
  running.defer(() => unico.close());
  const [store, encryptor] = [new MemoryStore(), new Encryptor([randomDataKey()], 'property')];
  replicas = await Promise.all([0, 1].map(() => startSubgraph(unicoOf(unico), { store, encryptor })));
  for (const replica of replicas) running.defer(() => replica.close());
});

afterAll(() => running.disposeAsync());

type Asked = Attempt & { key: string; input: string };

async function ask(run: number, { afterMs, replica, key, input }: Call): Promise<Asked> {
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  const [name, letter] = [`run${run}key${key}`, input === 0 ? 'x' : 'y'];
  const subject = { code: '12345678909', name: `${name} ${letter}` };
  const attempt = await createAtLast(replicas[replica]?.url ?? '', name, onboarding({ subject }));
  return { ...attempt, key: name, input: letter };
}

test('however callers, replicas, inputs and answers of Unico meet, a key never pays twice and a success is told for good', async () => {
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
        // Once more, when all is over: what was created by then is told for good.
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

/** What is wrong with the answers to all who asked under one key, given the POSTs that reached Unico. */
function wrongIn(sent: Post[], attempts: Asked[]): string[] {
  const wrong: string[] = [];
  if (sent.slice(0, -1).some(({ fate }) => !SURELY_NOT.has(fate)))
    wrong.push('sent again what may have been carried out');
  const last = sent.at(-1);
  const created = last?.fate === 'created' ? last : null;
  const answered = attempts.filter(({ id }) => id !== null);
  if (answered.some(({ id }) => id !== created?.id)) wrong.push('another process than the one created');
  if (answered.some(({ input }) => input !== created?.input)) wrong.push('the process of another input');
  if (answered.filter(({ replayed }) => !replayed).length !== (created === null ? 0 : 1))
    wrong.push('not exactly one who is told that it was created now');
  if (created !== null && attempts.some(({ code }) => code === 'OUTCOME_UNKNOWN'))
    wrong.push('of unknown outcome, though it is known');
  return wrong;
}

/** What is wrong with answers to those who asked after `last`, the last POST, was answered. */
function wrongAfter(last: Post | undefined, attempts: Asked[]): string[] {
  if (last === undefined || SURELY_NOT.has(last.fate)) return [];
  const told = last.fate === 'created' ? `${last.id} replayed` : 'OUTCOME_UNKNOWN';
  return attempts.flatMap(({ id, replayed, code, input }) => {
    const expected = input === last.input ? told : 'IDEMPOTENCY_KEY_REUSED';
    const came = code ?? `${id} ${replayed ? 'replayed' : 'created'}`;
    return came === expected ? [] : [`${came} where ${expected} was expected`];
  });
}
