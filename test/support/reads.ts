import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getNamedType, isObjectType, type GraphQLField } from 'graphql';
import { inject, onTestFinished } from 'vitest';
import { parseProcessId, type ProcessId } from '../../src/domain/process-id.ts';
import { createSubgraphSchema } from '../../src/graphql/schema/subgraph-schema.ts';
import { randomDataKey } from '../../src/storage/encryption/data-key.ts';
import { MemoryStore } from '../../src/storage/memory-store.ts';
import { openRedis } from '../../src/storage/redis/open-redis.ts';
import { SqliteStore } from '../../src/storage/sqlite-store.ts';
import type { Store } from '../../src/storage/store.ts';
import { Encryptor } from '../../src/storage/encryption/encryptor.ts';
import { startSubgraph, type Answer, type Subgraph, type SubgraphOptions } from './subgraph.ts';
import { unicoOf } from './unico.ts';
import { startUpstream, type Reply, type SeenRequest, type Upstream } from './upstream.ts';

/** A vault that nobody else has, so that tests that share a Redis never meet. */
export function ownVault(): Encryptor {
  return new Encryptor([randomDataKey()], randomUUID());
}

/** A checked id. */
export function idOf(text: string): ProcessId {
  const id = parseProcessId(text);
  if (id === null) throw new Error('not an id');
  return id;
}

/** A folder that goes with the test. */
export function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'reads-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What a deployment keeps things in: one store for each replica. */
export const DEPLOYMENTS: Record<string, () => Promise<[Store, ...Store[]]>> = {
  'one replica that keeps in memory': async () => [new MemoryStore()],
  'one replica that keeps in SQLite': async () => [new SqliteStore(join(ownFolder(), 'kept.db'))],
  'two replicas with one Redis': () => twoWith(inject('redisUrl')),
};

export async function twoWith(redisUrl: string): Promise<[Store, Store]> {
  return [(await openRedis(redisUrl)).store, (await openRedis(redisUrl)).store];
}

export type World = { upstream: Upstream; encryptor: Encryptor; replicas: [Subgraph, ...Subgraph[]] };
export type WorldOptions = Omit<SubgraphOptions, 'store'> & { stores?: [Store, ...Store[]] };

/** An upstream and a replica for each store; they end with the test. */
export async function startWorld(
  answer: (request: SeenRequest) => Reply | Promise<Reply>,
  { stores = [new MemoryStore()], encryptor = ownVault(), ...options }: WorldOptions = {},
): Promise<World> {
  const upstream = await startUpstream(answer);
  onTestFinished(() => upstream.close());
  const start = (store: Store): Promise<Subgraph> => startReplica(upstream, { ...options, store, encryptor });
  const [first, ...others] = stores;
  return { upstream, encryptor, replicas: [await start(first), ...(await Promise.all(others.map(start)))] };
}

/** One replica over an upstream that is there; it and its store end with the test. */
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

/** An upstream's answers: these bodies at these paths, and 404 elsewhere. */
export function holding(bodies: Record<string, object>): (request: SeenRequest) => Reply {
  return ({ path }) => {
    const body = bodies[path];
    return body === undefined ? { status: 404 } : { body };
  };
}

/** Where each contract is asked for a process. */
export const idcloudPath = (id: string): string => `/client/v1/process/${id}`;
export const processesV1Path = (id: string): string => `/processes/v1/${id}`;

/** Asks for fields of one process. */
export function read(
  { ask }: Pick<Subgraph, 'ask'>,
  id: string,
  selection: string,
  source?: 'IDCLOUD' | 'PROCESSES_V1',
): Promise<Answer> {
  return ask(`{ process(id: "${id}"${source === undefined ? '' : `, source: ${source}`}) { ${selection} } }`);
}

/** Asks for fields of entities. */
export function readEntities(
  { ask }: Pick<Subgraph, 'ask'>,
  selection: string,
  representations: object[],
): Promise<Answer> {
  const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Process { ${selection} } } }`;
  return ask(query, { of: representations.map((one) => ({ __typename: 'Process', ...one })) });
}

/** Somebody who asks and may go away before the answer is there. */
export function askAndMayLeave({ url }: Pick<Subgraph, 'url'>, query: string): () => void {
  const leaving = new AbortController();
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
    signal: leaving.signal,
  }).catch(() => {
    // It was left.
  });
  return () => leaving.abort();
}

/** An upstream that answers when it is told to, and sees who goes away before. */
export type PatientUpstream = {
  url: string;
  /** The paths that were asked for, and those whose caller went away without an answer. */
  asked: string[];
  left: string[];
  /** Answers all that wait for this path. */
  answer(path: string, body: object): void;
};

export async function startPatientUpstream(): Promise<PatientUpstream> {
  const asked: string[] = [];
  const left: string[] = [];
  const waiting = new Set<{ path: string; answer(body: object): void }>();
  const server = createServer(({ url: path = '' }, response) => {
    asked.push(path);
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
      if (!response.writableEnded) left.push(path);
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
    asked,
    left,
    answer(path, body) {
      for (const one of waiting) if (one.path === path) one.answer(body);
    },
  };
}

/** Something that waits until it is told to go on. */
export function gate(): { opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

/** One field of a process as a query asks for it, with all that is below it. */
export type SelectedField = { type: string; field: string; selection: string };

const ARGUMENTS: Record<string, string> = { reusableDocuments: '(type: BR_CNH)' };

/** All leaves below a field; another process only by its key, because it is a question of its own. */
function leavesOf(field: GraphQLField<unknown, unknown>): string {
  const type = getNamedType(field.type);
  const name = field.name + (ARGUMENTS[field.name] ?? '');
  if (!isObjectType(type)) return name;
  if (type.name === 'Process') return `${name} { id }`;
  return `${name} { ${Object.values(type.getFields()).map(leavesOf).join(' ')} }`;
}

/** Where a type is found on a process. */
const PLACES: Record<string, readonly string[]> = {
  Process: ['$'],
  Service: ['services { $ }'],
  Document: ['documents { $ }', 'services { documents { $ } }'],
};

/** Every field of the schema that is a process's own, a service's or a document's, in every place where it is found. */
export async function everyField(): Promise<SelectedField[]> {
  const schema = await createSubgraphSchema();
  return Object.entries(PLACES).flatMap(([name, places]) => {
    const type = schema.getType(name);
    if (!isObjectType(type)) throw new Error(`the schema has no ${name}`);
    return Object.values(type.getFields()).flatMap((field) => {
      // Their own fields are asked for one by one.
      if (['documents', 'services'].includes(field.name)) return [];
      return places.map((place) => ({
        type: name,
        field: field.name,
        selection: place.replace('$', leavesOf(field)),
      }));
    });
  });
}
