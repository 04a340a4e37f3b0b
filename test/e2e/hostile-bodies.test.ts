import { getNamedType, getNullableType, isEnumType, isInputObjectType, isListType } from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { createSubgraphSchema } from '../../src/graphql/schema/subgraph-schema.ts';
import { MAX_IMAGE_BYTES } from '../../src/upstream/unico/validation/image.ts';
import { ID, idcloudBody, processesV1Body } from '../support/bodies.ts';
import { CREATE } from '../support/create-process.ts';
import { postRaw, UNHARMED, programState, violationsOf } from '../support/fuzz.ts';
import {
  isFile,
  LONG_ENVELOPES,
  LONG_QUERIES,
  LONG_TEXT,
  LONG_VALUES,
  MANY_PARTS,
  rootsOf,
  TOO_MANY_PARTS,
  type Kind,
  type Place,
  type Root,
} from '../support/hostile-inputs.ts';
import { png } from '../support/images.ts';
import { killPrograms, startReplica, type Replica } from '../support/replica.ts';
import type { Answer } from '../support/subgraph.ts';
import { startUpstream, type Upstream } from '../support/upstream.ts';

/**
 * The memory of the program's objects, in MB: what it takes after its start, and eight times the largest body. V8 ends the
 * program when that does not suffice.
 */
const HEAP_MB = 48 + 8 * 8;

/**
 * How much longer a request may hold the event loop than the longest ordinary one, a creation with seven images: that
 * takes some 50 ms on a machine on which the promise, 200 ms, is to hold.
 */
const FACTOR = 4;

/**
 * Whether to send each kind of value to each input. `HOSTILE_BODIES=all npx vitest run test/e2e/hostile-bodies.test.ts`
 * does, in a minute; without it each kind goes to each sort of input, and something to each input.
 */
const ALL = process.env['HOSTILE_BODIES'] === 'all';

const PROBE = new URL('../support/stall-probe.ts', import.meta.url);

let upstream: Upstream;
let replica: Replica;
let gate = Promise.withResolvers<void>();
let ordinaryMs = 0;
let probes = 0;

/** The longest turn of the program's event loop since the last call, in milliseconds of CPU. */
async function longestTurn(): Promise<number> {
  probes += 1;
  replica.program.signal('SIGUSR2');
  const line = new RegExp(`\\{"probe":${probes},"longest":([\\d.]+)\\}`);
  await replica.program.printed(line);
  return Number(line.exec(replica.program.output())?.[1]);
}

/** The largest creation there is: seven images of 800 KB. */
function largestCreation(key: string): string {
  const imageBase64 = png(640, 480, MAX_IMAGE_BYTES).toString('base64');
  const reference = { referenceType: 'REFERENCE_TYPE_IMAGE_BASE64', referenceContent: imageBase64 };
  const references = Array.from({ length: 6 }, () => reference);
  return JSON.stringify({
    query: CREATE,
    variables: { key, input: { transactional: { references, imageBase64 } } },
  });
}

beforeAll(async () => {
  upstream = await startUpstream(async ({ path, body }) => {
    if (body.includes('"clientReference":"held"')) await gate.promise;
    return { body: path.startsWith('/processes/v1') ? processesV1Body() : idcloudBody() };
  });
  replica = await startReplica(upstream, {
    NODE_OPTIONS: `--max-old-space-size=${HEAP_MB} --import ${PROBE.href}`,
    UNICO_CONTRACTS: 'idcloud,processes-v1',
    UNICO_APIKEY_TRANSACTIONAL: 'a-key',
    UNICO_APIKEY_DOCUMENT: 'a-key',
    UNICO_APIKEY_AGE: 'a-key',
    UNICO_RATE_LIMIT: '1000',
    REQUEST_TIMEOUT_MS: '120000',
  });
  for (const key of ['warm-1', 'warm-2', 'warm-3']) {
    const { status, text } = await postRaw(replica.url, largestCreation(key));
    if (status !== 200 || !text.includes(ID)) throw new Error(`the largest creation failed: ${text}`);
    ordinaryMs = Math.max(ordinaryMs, await longestTurn());
  }
  return async () => {
    killPrograms();
    await upstream.close();
  };
});

/** An item of a list that begins again at its end. */
function at<T>(items: readonly T[], place: number): T {
  const item = items[place % items.length];
  if (item === undefined) throw new Error('an empty list');
  return item;
}

let holds = 0;

/** Creations of other callers that Unico does not answer until the gate opens. */
async function holdCreations(): Promise<Promise<Answer>[]> {
  gate = Promise.withResolvers<void>();
  holds += 1;
  const before = upstream.requests.length;
  const creations = Array.from({ length: 5 }, (_, i) =>
    replica.ask(CREATE, {
      key: `held-${holds}-${i}`,
      input: {
        journey: { flow: 'id', purpose: 'creditprocess', callbackUri: '/', clientReference: 'held' },
      },
    }),
  );
  await expect.poll(() => upstream.requests.length - before).toBe(5);
  return creations;
}

/** Sends bodies one after the other, with creations in flight. Returns what was wrong with each. */
async function harmOf(bodies: Iterable<Kind>): Promise<string[]> {
  const held = await holdCreations();
  await longestTurn();
  const harm: string[] = [];
  for (const [name, body] of bodies) {
    const response = await postRaw(replica.url, body);
    const ms = await longestTurn();
    harm.push(...violationsOf(response).map((violation) => `${name}: ${violation}`));
    if (ms > FACTOR * ordinaryMs) {
      harm.push(`${name}: the loop stood for ${ms.toFixed()} ms; ${ordinaryMs.toFixed()} are ordinary`);
    }
  }
  gate.resolve();
  for (const { data, errors } of await Promise.all(held)) {
    expect(errors).toEqual([]);
    expect(data.createProcess.process.id).toBe(ID);
  }
  expect(await programState(replica)).toEqual(UNHARMED);
  return harm;
}

/** A kind of value at a place of an operation. */
type Pair = { root: Root; place: Place; kind: Kind };

const bodyOf = ({ root, place, kind: [name, value] }: Pair): Kind => [
  `${name} at ${place.path.join('.')}`,
  root.bodyWith(place, value),
];

/** What decides how a value is taken: whether a list, an object, an enum or a scalar is expected, or a file. */
function sortOf({ path, type }: Place): string {
  const named = getNamedType(type);
  const sort = isInputObjectType(named) ? 'object' : isEnumType(named) ? 'enum' : named.name;
  return `${isListType(getNullableType(type)) ? 'list of ' : ''}${sort}${isFile({ path, type }) ? ', a file' : ''}`;
}

const ROOTS = rootsOf(await createSubgraphSchema());

const CREATION = ROOTS.find(({ name }) => name === 'createProcess');

/** All places by their sort. */
const SORTS = Map.groupBy(
  ROOTS.flatMap((root) => root.places.map((place) => ({ root, place }))),
  ({ place }) => sortOf(place),
);

/** Each of these kinds at each sort of place, and at least one of them at each place; with `ALL`, each at each place. */
function pairsOf(kinds: readonly Kind[]): Pair[] {
  return [...SORTS.values()].flatMap((places) =>
    ALL
      ? places.flatMap((each) => kinds.map((kind) => ({ ...each, kind })))
      : Array.from({ length: Math.max(places.length, kinds.length) }, (_, i) => ({
          ...at(places, i),
          kind: at(kinds, i),
        })),
  );
}

/** The inputs of an operation; those of `createProcess` by its forms, because there are many. */
const inputsOf = ({ root, place: { path } }: Pair): string =>
  root.name === 'createProcess' ? `${root.name}, ${path[1] ?? 'its arguments'}` : root.name;

const PAIRS = [...Map.groupBy(pairsOf([...MANY_PARTS, LONG_TEXT]), inputsOf)].map(([inputs, pairs]) => ({
  inputs,
  pairs,
}));

/** One place of `createProcess` of each sort. */
const PLACES = [...new Map(CREATION?.places.map((place) => [sortOf(place), place])).values()];

const LARGE = [...LONG_VALUES, ...TOO_MANY_PARTS].map((kind, i) => ({
  name: kind[0],
  kind,
  // Each of them is as long as a body, so each sort of place takes its turn.
  places: ALL ? PLACES : [2 * i, 2 * i + 1].map((n) => at(PLACES, n)),
}));

describe('a request of any form', () => {
  test('the inputs are those of every operation, and of every form of createProcess', () => {
    const places = PAIRS.flatMap(({ pairs }) => pairs.map(({ place }) => place));
    expect(new Set(places).size).toBe(ROOTS.flatMap((root) => root.places).length);
    expect(PLACES.length).toBeGreaterThan(5);
  });

  test.each(PAIRS)(
    'no request stops the loop for longer than a few ordinary ones, or exhausts a small heap: every input of $inputs',
    async ({ pairs }) => {
      expect(await harmOf(pairs.values().map(bodyOf))).toEqual([]);
    },
    120_000,
  );

  test.each(LARGE)(
    'no request stops the loop for longer than a few ordinary ones, or exhausts a small heap: $name in inputs of createProcess',
    async ({ kind, places }) => {
      if (CREATION === undefined) throw new Error('no createProcess');
      const root = CREATION;
      expect(await harmOf(places.values().map((place) => bodyOf({ root, place, kind })))).toEqual([]);
    },
    120_000,
  );

  test('two million empty texts in document.files are rejected with 413, and creations in flight are finished', async () => {
    const files = CREATION?.places.find(({ path }) => path.join('.') === 'input.document.files');
    if (CREATION === undefined || files === undefined) throw new Error('no document.files');
    const held = await holdCreations();
    const { status, text } = await postRaw(replica.url, CREATION.bodyWith(files, TOO_MANY_PARTS[0][1]));
    expect(status).toBe(413);
    expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { code: 'PAYLOAD_TOO_LARGE' } }] });
    gate.resolve();
    for (const { data } of await Promise.all(held)) expect(data.createProcess.process.id).toBe(ID);
  });

  test.each([...LONG_QUERIES, ...LONG_ENVELOPES].map(([name, body]) => ({ name, body })))(
    'no request stops the loop for longer than a few ordinary ones, or exhausts a small heap: $name in the query or around it',
    async ({ name, body }) => {
      expect(await harmOf([[name, body]])).toEqual([]);
    },
    60_000,
  );
});
