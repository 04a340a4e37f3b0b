import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { selfieBase64 } from '../../sandbox/lib/selfie.ts';
import { randomDataKey } from '../../src/storage/encryption/data-key.ts';
import { Encryptor } from '../../src/storage/encryption/encryptor.ts';
import { idcloudBody, OTHER_ID, processesV1Body } from './bodies.ts';
import { gate } from './gate.ts';
import { ask, startSubgraph, type Subgraph, type SubgraphOptions } from './subgraph.ts';
import { unicoOf } from './unico.ts';
import { startUpstream, type Reply, type SeenRequest, type Upstream } from './upstream.ts';

/** The subject and the image of `onboarding`, and a reference of each type. */
export const SUBJECT = { code: '12345678909', name: 'Luke Skywalker' };
export const IMAGE = selfieBase64();
export const PROCESS_REFERENCE = {
  referenceType: 'REFERENCE_TYPE_PROCESS_ID',
  referenceContent: OTHER_ID,
};
export const IMAGE_REFERENCE = { referenceType: 'REFERENCE_TYPE_IMAGE_BASE64', referenceContent: IMAGE };

/** An input of the form `onboarding`; `more` replaces or adds properties, and `seed` selects another image. */
export function onboarding(more: Record<string, unknown> = {}, seed = 0): object {
  return { onboarding: { subject: SUBJECT, imageBase64: selfieBase64({ seed }), ...more } };
}

/** The result of one `createProcess` request. */
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

/** Sends one `createProcess` request to a server, over HTTP. */
type Create = (url: string, key: string, input?: object) => Promise<Attempt>;

/** Returns `create` with these headers. */
export function createWith(headers: Record<string, string>): Create {
  return async (url, key, input = onboarding()) => {
    const { data, errors } = await ask(url, CREATE, { key, input }, headers);
    const { process, replayed, userErrors } = data?.createProcess ?? { replayed: false, userErrors: [] };
    const [problem = null] = userErrors;
    return {
      id: process?.id ?? null,
      replayed,
      code: problem?.code ?? errors[0]?.extensions.code ?? null,
      problem,
    };
  };
}

export const create = createWith({});

/** The codes after which a client retries with the same key. */
const RETRYABLE = new Set(['IDEMPOTENCY_KEY_IN_FLIGHT', 'IDEMPOTENCY_UNAVAILABLE']);

/** Creates a process as the user errors ask for: retries with the same key until there is a final result. */
export async function createWithRetries(url: string, key: string, input?: object): Promise<Attempt> {
  for (;;) {
    const attempt = await create(url, key, input);
    if (attempt.code === null || !RETRYABLE.has(attempt.code)) return attempt;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export const createdAs = (id: string | undefined): object => ({ id, replayed: false, code: null });
export const replayedAs = (id: string | undefined): object => ({ id, replayed: true, code: null });
export const failedWith = (code: string): object => ({ id: null, replayed: false, code });

/** An upstream that counts what Unico would bill: every POST that reaches it. */
export type BillingUpstream = Upstream & {
  /** The POSTs that reached it. */
  posts(): SeenRequest[];
  /** The ids of the processes that it has created, in order. */
  created: string[];
};

/**
 * The reply to a POST; `null` for a process that is created. `place` is the number of POSTs before it.
 */
export type BillingReply = (place: number) => Reply | null | Promise<Reply | null>;

function bodyOf(path: string, id: string): object {
  return path.startsWith('/processes/v1') ? processesV1Body(id) : idcloudBody(id, { token: 'sdk.jwt' });
}

/** Starts a billing upstream; it stops with the test. The processes that it has created can be read. */
export async function startBillingUpstream(reply: BillingReply = () => null): Promise<BillingUpstream> {
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
  onTestFinished(() => upstream.close());
  return { ...upstream, created, posts: () => upstream.requests.filter(({ method }) => method === 'POST') };
}

/** A billing upstream that holds its first reply back. */
export type HeldUpstream = {
  unico: BillingUpstream;
  /** Opens when the first POST has arrived. */
  arrived: Promise<void>;
  /** Lets the upstream send its first reply. */
  answer(): void;
};

/** Starts a billing upstream that sends `first` (`null`: a created process) as its first reply when the test says so. */
export async function startHeldUpstream(first: Reply | null = null): Promise<HeldUpstream> {
  const [arrived, answered] = [gate(), gate()];
  const unico = await startBillingUpstream(async (place) => {
    if (place > 0) return null;
    arrived.open();
    await answered.opened;
    return first;
  });
  return { unico, arrived: arrived.opened, answer: answered.open };
}

const ENCRYPTOR = new Encryptor([randomDataKey()], 'creations');

/** A server over an upstream; it stops with the test. Replicas of one `store` share their creations. */
export async function startReplicaOf(
  upstream: Pick<Upstream, 'url'>,
  options: SubgraphOptions = {},
): Promise<Subgraph> {
  const subgraph = await startSubgraph(unicoOf(upstream), { encryptor: ENCRYPTOR, ...options });
  onTestFinished(() => subgraph.close());
  return subgraph;
}
