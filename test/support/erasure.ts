import { idcloudBody, ID } from './bodies.ts';
import type { Encryptor } from '../../src/storage/encryption/encryptor.ts';
import { StoreUnavailable, type Store } from '../../src/storage/store.ts';
import type { World } from './reads.ts';
import type { Answer, Subgraph } from './subgraph.ts';
import type { Reply, SeenRequest, Upstream } from './upstream.ts';
import { overrideStore } from './stores.ts';

/** The person of each journey, as Unico sends it. */
export const PERSON = { duiType: 'DUI_TYPE_BR_CPF', duiValue: '12345678909', friendlyName: 'Luke' };

const FORGET = 'mutation ($id: ID!) { forgetProcess(id: $id) { processId userErrors { code retryable } } }';

/** Sends one `forgetProcess` mutation. */
export function erase({ ask }: Pick<Subgraph, 'ask'>, id = ID): Promise<Answer> {
  return ask(FORGET, { id });
}

/** The answer of an erasure that has succeeded. */
export function erased(id = ID): Answer {
  return { status: 200, data: { forgetProcess: { processId: id, userErrors: [] } }, errors: [] };
}

/** The answer of an erasure that may have left something in the store. */
export const STORE_UNAVAILABLE: Answer = {
  status: 200,
  data: { forgetProcess: { processId: null, userErrors: [{ code: 'STORE_UNAVAILABLE', retryable: true }] } },
  errors: [],
};

/** The replies of an upstream that has a journey with a person for every id. */
export function everyJourney({ path }: Pick<SeenRequest, 'path'>): Reply {
  return path.startsWith('/client/')
    ? { body: idcloudBody(path.split('/').at(-1), { person: PERSON }) }
    : { status: 404 };
}

/** The kinds of entries that a store has of a process. */
export async function storedKindsOf(store: Store, encryptor: Encryptor, id = ID): Promise<string[]> {
  const found: string[] = [];
  for (const kind of ['process.5', 'personal.3']) {
    const entries = await Promise.all(encryptor.storageKeys({ kind, id }).map((key) => store.get(key)));
    if (entries.some((entry) => entry !== null)) found.push(kind);
  }
  return found;
}

/** The number of upstream calls that some work costs. */
export async function callsFor({ requests }: Upstream, work: () => Promise<unknown>): Promise<number> {
  const before = requests.length;
  await work();
  return requests.length - before;
}

/** The second of two replicas. */
export function secondOf({ replicas }: World): Subgraph {
  const [, second] = replicas;
  if (second === undefined) throw new Error('the world has one replica');
  return second;
}

/** A store that a test can make unavailable for all replicas that share it. */
export function interruptible(store: Store): { store: Store; setAvailable(available: boolean): void } {
  let isAvailable = true;
  const reach = (): Store => {
    if (!isAvailable) throw new StoreUnavailable('made unavailable by the test');
    return store;
  };
  return {
    setAvailable: (available) => void (isAvailable = available),
    store: overrideStore(store, {
      get: async (name) => reach().get(name),
      set: async (...entry) => reach().set(...entry),
      add: async (...entry) => reach().add(...entry),
      remove: async (...entry) => reach().remove(...entry),
    }),
  };
}
