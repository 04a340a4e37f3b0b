import { randomUUID } from 'node:crypto';
import { selfieBase64 } from '../../sandbox/lib/selfie.ts';
import { idcloudBody, processesV1Body } from './bodies.ts';
import { ask } from './subgraph.ts';
import { startUpstream, type Reply, type SeenRequest, type Upstream } from './upstream.ts';

/** An input of the form `onboarding`; what is given stands in the place of the usual. */
export function onboarding(more: Record<string, unknown> = {}, seed = 0): object {
  const subject = { code: '12345678909', name: 'Luke Skywalker' };
  return { onboarding: { subject, imageBase64: selfieBase64({ seed }), ...more } };
}

/** What came of asking for a creation. */
export type Attempt = {
  id: string | null;
  replayed: boolean;
  /** The code of the user error, or of the entry of `errors`. */
  code: string | null;
  problem: { message: string; field: string[] | null; retryable: boolean } | null;
};

const CREATE = `mutation ($key: String!, $input: CreateProcessInput!) {
  createProcess(idempotencyKey: $key, input: $input) {
    process { id source }
    replayed
    userErrors { code message field retryable }
  }
}`;

/** Asks a server for a creation, over HTTP. */
export async function create(url: string, key: string, input: object = onboarding()): Promise<Attempt> {
  const { data, errors } = await ask(url, CREATE, { key, input });
  const { process, replayed, userErrors } = data?.createProcess ?? { replayed: false, userErrors: [] };
  const [problem = null] = userErrors;
  return {
    id: process?.id ?? null,
    replayed,
    code: problem?.code ?? errors[0]?.extensions.code ?? null,
    problem,
  };
}

/** The attempts that came to nothing yet: to be made again with the same key. */
const AGAIN = new Set(['IDEMPOTENCY_KEY_IN_FLIGHT', 'IDEMPOTENCY_UNAVAILABLE']);

/** Asks for a creation as the user errors say: again with the same key, until there is an answer to it. */
export async function createAtLast(url: string, key: string, input?: object): Promise<Attempt> {
  for (;;) {
    const attempt = await create(url, key, input);
    if (attempt.code === null || !AGAIN.has(attempt.code)) return attempt;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export const createdAs = (id: string | undefined): object => ({ id, replayed: false, code: null });
export const replayedAs = (id: string | undefined): object => ({ id, replayed: true, code: null });
export const failedWith = (code: string): object => ({ id: null, replayed: false, code });

/** Unico as far as money goes: every POST that reaches it may be billed. */
export type Till = Upstream & {
  /** The POSTs that reached it. */
  posts(): SeenRequest[];
  /** The ids of the processes that it has created, in order. */
  created: string[];
};

function bodyOf(path: string, id: string): object {
  return path.startsWith('/processes/v1') ? processesV1Body(id) : idcloudBody(id, { token: 'sdk.jwt' });
}

/**
 * Starts it. `reply` says what a POST comes to, `place` being how many there were before it; `null` for a process that
 * is created. A process that was created can be read.
 */
export async function startTill(
  reply: (place: number) => Reply | null | Promise<Reply | null> = () => null,
): Promise<Till> {
  const created: string[] = [];
  let place = 0;
  const upstream = await startUpstream(async ({ method, path }) => {
    if (method === 'GET') {
      const id = path.split('/').at(-1) ?? '';
      return created.includes(id) ? { body: bodyOf(path, id) } : { status: 404 };
    }
    const answer = await reply(place++);
    if (answer !== null) return answer;
    const id = randomUUID();
    created.push(id);
    return { body: bodyOf(path, id) };
  });
  return { ...upstream, created, posts: () => upstream.requests.filter(({ method }) => method === 'POST') };
}

/** Something that a test waits for, and lets happen. */
export type Gate = { passed: Promise<void>; open(): void };

export function gate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { passed: promise, open: resolve };
}
