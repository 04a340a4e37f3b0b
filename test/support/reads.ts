import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { getNamedType, isObjectType, type GraphQLField } from 'graphql';
import { inject, onTestFinished } from 'vitest';
import { parseProcessId, type ProcessId } from '../../src/domain/process-id.ts';
import { createSubgraphSchema } from '../../src/graphql/schema/subgraph-schema.ts';
import { randomDataKey } from '../../src/storage/encryption/data-key.ts';
import { MemoryStore } from '../../src/storage/memory-store.ts';
import { openRedis } from '../../src/storage/redis/open-redis.ts';
import { SqliteStore } from '../../src/storage/sqlite/sqlite-store.ts';
import type { Store } from '../../src/storage/store.ts';
import { Encryptor } from '../../src/storage/encryption/encryptor.ts';
import { tempFile } from './stores.ts';
import { startSubgraph, type Answer, type Subgraph, type SubgraphOptions } from './subgraph.ts';
import { unicoOf } from './unico.ts';
import { startUpstream, type Reply, type SeenRequest, type Upstream } from './upstream.ts';

/** An encryptor with a key of its own, so that tests that share a Redis never see each other's entries. */
export function newEncryptor(): Encryptor {
  return new Encryptor([randomDataKey()], randomUUID());
}

/** Parses the id of a process. */
export function idOf(text: string): ProcessId {
  const id = parseProcessId(text);
  if (id === null) throw new Error('not an id');
  return id;
}

/** The stores of a deployment, one for each replica. */
export const DEPLOYMENTS: Record<string, () => Promise<[Store, ...Store[]]>> = {
  'one replica with a memory store': async () => [new MemoryStore()],
  'one replica with SQLite': async () => [new SqliteStore(tempFile())],
  'two replicas with one Redis': () => twoRedisStores(inject('redisUrl')),
};

/** Two stores with connections of their own to one Redis. */
export async function twoRedisStores(redisUrl: string): Promise<[Store, Store]> {
  return [(await openRedis(redisUrl)).store, (await openRedis(redisUrl)).store];
}

/** An upstream and the replicas over it. */
export type World = { upstream: Upstream; encryptor: Encryptor; replicas: [Subgraph, ...Subgraph[]] };
export type WorldOptions = Omit<SubgraphOptions, 'store'> & { stores?: [Store, ...Store[]] };

/** Starts an upstream and a replica for each store; they stop with the test. */
export async function startWorld(
  answer: (request: SeenRequest) => Reply | Promise<Reply>,
  { stores = [new MemoryStore()], encryptor = newEncryptor(), ...options }: WorldOptions = {},
): Promise<World> {
  const upstream = await startUpstream(answer);
  onTestFinished(() => upstream.close());
  const start = (store: Store): Promise<Subgraph> => startReplica(upstream, { ...options, store, encryptor });
  const [first, ...others] = stores;
  return { upstream, encryptor, replicas: [await start(first), ...(await Promise.all(others.map(start)))] };
}

/** Starts one replica over an upstream; the replica and its store stop with the test. */
export async function startReplica(
  upstream: Pick<Upstream, 'url'>,
  options: SubgraphOptions & { store: Store },
): Promise<Subgraph> {
  const subgraph = await startSubgraph(unicoOf(upstream), options);
  onTestFinished(async () => {
    await subgraph.close();
    await options.store.close();
  });
  return subgraph;
}

/** The replies of an upstream that has these bodies at these paths, and 404 elsewhere. */
export function serving(bodies: Record<string, object>): (request: SeenRequest) => Reply {
  return ({ path }) => {
    const body = bodies[path];
    return body === undefined ? { status: 404 } : { body };
  };
}

/** The path of a process in each contract. */
export const idcloudPath = (id: string): string => `/client/v1/process/${id}`;
export const processesV1Path = (id: string): string => `/processes/v1/${id}`;

/** Queries fields of one process. */
export function read(
  { ask }: Pick<Subgraph, 'ask'>,
  id: string,
  selection: string,
  source?: 'IDCLOUD' | 'PROCESSES_V1',
): Promise<Answer> {
  return ask(`{ process(id: "${id}"${source === undefined ? '' : `, source: ${source}`}) { ${selection} } }`);
}

/** Queries fields of entities. */
export function readEntities(
  { ask }: Pick<Subgraph, 'ask'>,
  selection: string,
  representations: object[],
): Promise<Answer> {
  const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Process { ${selection} } } }`;
  return ask(query, { of: representations.map((one) => ({ __typename: 'Process', ...one })) });
}

/** Sends a query, and returns a function that disconnects before the response. */
export function askAndDisconnect({ url }: Pick<Subgraph, 'url'>, query: string): () => void {
  const client = new AbortController();
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
    signal: client.signal,
  }).catch(() => {
    // The client disconnected.
  });
  return () => client.abort();
}

/** An upstream that replies when the test says so, and records which clients disconnect before. */
export type ManualUpstream = {
  url: string;
  /** The paths that were requested. */
  requested: string[];
  /** The paths whose client disconnected before the reply. */
  abandoned: string[];
  /** Replies to all open requests for a path. */
  answer(path: string, body: object): void;
};

/** Starts a manual upstream; it stops with the test. */
export async function startManualUpstream(): Promise<ManualUpstream> {
  const requested: string[] = [];
  const abandoned: string[] = [];
  const waiting = new Set<{ path: string; answer(body: object): void }>();
  const server = createServer(({ url: path = '' }, response) => {
    requested.push(path);
    const one = {
      path,
      answer: (body: object) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(body));
      },
    };
    waiting.add(one);
    response.on('close', () => {
      waiting.delete(one);
      if (!response.writableEnded) abandoned.push(path);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requested,
    abandoned,
    answer(path, body) {
      for (const one of waiting) if (one.path === path) one.answer(body);
    },
  };
}

/** One field of a process as a query selects it, with everything below it. */
export type SelectedField = { type: string; field: string; selection: string };

const ARGUMENTS: Record<string, string> = { reusableDocuments: '(type: BR_CNH)' };

/** All leaves below a field; another process only by its key, because its other fields need a read of their own. */
function leavesOf(field: GraphQLField<unknown, unknown>): string {
  const type = getNamedType(field.type);
  const name = field.name + (ARGUMENTS[field.name] ?? '');
  if (!isObjectType(type)) return name;
  if (type.name === 'Process') return `${name} { id }`;
  return `${name} { ${Object.values(type.getFields()).map(leavesOf).join(' ')} }`;
}

/** The places of a type on a process. */
const PLACES: Record<string, readonly string[]> = {
  Process: ['$'],
  Service: ['services { $ }'],
  Document: ['documents { $ }', 'services { documents { $ } }'],
};

/** Every field of a process, a service and a document, in every place of the schema. */
export async function everyField(): Promise<SelectedField[]> {
  const schema = await createSubgraphSchema();
  return Object.entries(PLACES).flatMap(([name, places]) => {
    const type = schema.getType(name);
    if (!isObjectType(type)) throw new Error(`the schema has no ${name}`);
    return Object.values(type.getFields()).flatMap((field) => {
      // Their own fields are selected one by one.
      if (['documents', 'services'].includes(field.name)) return [];
      return places.map((place) => ({
        type: name,
        field: field.name,
        selection: place.replace('$', leavesOf(field)),
      }));
    });
  });
}
