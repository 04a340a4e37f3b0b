import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { killPrograms, startReplica, type Replica } from '../../support/replica.ts';
import type { Answer } from '../../support/subgraph.ts';
import {
  respondingWith,
  BOMBS,
  dripping,
  finished,
  MAX_RESPONSE_BYTES,
  flooding,
  startMalformed,
  upToLimit,
  type Behaviour,
} from '../../support/malformed-upstream.ts';

/* What the program bears when everything that Unico says at a time is meant to bring it down. */

afterEach(killPrograms);

const SECRETS = { UNICO_ACCESS_TOKEN: 'token-9f0c2d', UNICO_APIKEY_ONBOARDING: 'apikey-7be41a' };

/** Ids that nobody has asked for before. */
const freshIds = (count: number): string[] => Array.from({ length: count }, () => randomUUID());

/** A question for several processes. */
const processes = (ids: readonly string[], selection: string): string =>
  `{ processes(ids: ${JSON.stringify(ids)}) { ${selection} } }`;

const APPROVED = { state: 'FINISHED', verdict: { decision: 'APPROVED' } };

/** Answers of one size, as many at a time as there are connections. */
const AT_ONCE = 32;

/**
 * The program has a heap of 256 MB, so that it ends where more than that is held; and it may grow by that, by what came, and by
 * what lies outside of the heap.
 */
const SMALL_HEAP = { NODE_OPTIONS: '--max-old-space-size=256' };
const MAX_GROWTH = 384 * 1024 * 1024;

type Siege = { answer: Answer; growth: number; answered: unknown[] };

/** Asks the hostile server for many processes at once, and the program for a process that it knows for as long as that takes. */
async function besiege(replica: Replica, good: string, selection: string): Promise<Siege> {
  const known = `{ process(id: "${good}") { state verdict { decision } } }`;
  const memory = (): Promise<number> => replica.metric('process_resident_memory_bytes');
  await replica.ask(known);
  const before = await memory();
  let most = before;
  const siege = new AbortController();
  const asking = replica.ask(processes(freshIds(AT_ONCE), selection)).finally(() => siege.abort());
  // It is awaited below; where the program ends before, this test has ended already.
  asking.catch(() => {});
  const answered: unknown[] = [];
  while (!siege.signal.aborted) {
    answered.push((await replica.ask(known)).data.process);
    most = Math.max(most, await memory());
  }
  const answer = await asking;
  most = Math.max(most, await memory());
  return { answer, growth: most - before, answered };
}

/** A service with a document of which this was read. */
const documents = (data: string): string =>
  `"services":[{"documents":[{"doc":{"code":"CNH","data":${data}}}]}]`;

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}transfer-encoding: chunked\r\n\r\n`;
const unavailable = ['UPSTREAM_UNAVAILABLE'];
const contract = ['UPSTREAM_CONTRACT'];
/** The size or the time of the attempt is over, whichever is first. */
const either = [...contract, ...unavailable];

describe('a siege of 32 answers at once ends in documented errors, the program does not grow, and others are answered:', () => {
  const bombs = Object.entries(BOMBS).map(([encoding, bytes]): [string, Behaviour, string[]] => [
    `bombs of ${encoding}`,
    respondingWith(() => bytes, { 'content-encoding': encoding }),
    // The one that packs least is too large as it is.
    contract,
  ]);
  const large = 100 * 1024 * 1024;

  test.each<[string, Behaviour, string[]]>([
    ...bombs,
    ['100 MB that are announced', flooding(`${OK}content-length: ${large}\r\n\r\n`, ' '), contract],
    ['100 MB that are not', flooding(`${OK}connection: close\r\n\r\n`, ' '), contract],
    ['a body of chunks of one byte', flooding(CHUNKED, '1\r\n \r\n'), either],
    ['a body of a byte in each packet', flooding(CHUNKED, `1;${'x'.repeat(16_000)}\r\n \r\n`), either],
    ['a chunk whose size has no end', flooding(`${CHUNKED}1;`, 'x'), unavailable],
    ['a chunk whose size is beyond numbers', flooding(CHUNKED, `${'F'.repeat(64)}\r\n`), unavailable],
    ['trailers without end', flooding(`${CHUNKED}0\r\n`, 'x: y\r\n'), unavailable],
    ['headers without end', flooding(OK, 'x: y\r\n'), unavailable],
    ['a header without end', flooding(`${OK}x: `, 'y'), unavailable],
    ['a name of a header without end', flooding(OK, 'x'), unavailable],
    ['a status without end', flooding('HTTP/1.1 200 ', 'y'), unavailable],
    ['empty lines without end', flooding('', '\r\n'), unavailable],
    ['early hints without end', flooding('', 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'), unavailable],
    ['words of patience without end', flooding('', 'HTTP/1.1 102 Processing\r\n\r\n'), unavailable],
    ['calls to go on without end', flooding('', 'HTTP/1.1 100 Continue\r\n\r\n'), unavailable],
    ['a byte of a header now and then', dripping(`${OK}x: `, 'y'), unavailable],
    ['a byte of a status now and then', dripping('HTTP/1.1 2', '0'), unavailable],
    ['a byte of a chunk now and then', dripping(CHUNKED, '1'), unavailable],
  ])('%s', async (_what, deed, codes) => {
    const { url, good } = await startMalformed(deed);
    const times = { UPSTREAM_TIMEOUT_MS: '2000', REQUEST_TIMEOUT_MS: '4000' };
    const replica = await startReplica(
      { url },
      { ...SECRETS, ...SMALL_HEAP, ...times, UNICO_RATE_LIMIT: '1000' },
    );
    const { answer, growth, answered } = await besiege(replica, good, 'state');

    expect(answer.data.processes).toEqual(Array(AT_ONCE).fill(null));
    expect(answer.errors).toHaveLength(AT_ONCE);
    for (const { extensions } of answer.errors) expect(codes).toContain(extensions.code);
    expect(answered.length).toBeGreaterThan(0);
    for (const each of answered) expect(each).toEqual(APPROVED);
    expect(growth).toBeLessThan(MAX_GROWTH);
    expect(replica.logged('fault')).toEqual([]);
    for (const secret of Object.values(SECRETS)) {
      expect(replica.program.output() + JSON.stringify(answer)).not.toContain(secret);
    }
  });

  test.each<[string, (id: string) => string, string]>([
    [
      'as many lists in each other as there is room for',
      (id) =>
        finished(
          id,
          `"services":${'['.repeat(MAX_RESPONSE_BYTES / 2 - 500)}${']'.repeat(MAX_RESPONSE_BYTES / 2 - 500)}`,
        ),
      'state',
    ],
    [
      'a document of nothing but lists in each other',
      (id) =>
        finished(
          id,
          documents(
            `{"x":${'['.repeat(MAX_RESPONSE_BYTES / 2 - 500)}${']'.repeat(MAX_RESPONSE_BYTES / 2 - 500)}}`,
          ),
        ),
      'documents { data }',
    ],
    [
      'a document of many empty objects',
      (id) => finished(id, documents(`{"x":[${upToLimit('{},')}0]}`)),
      'documents { data }',
    ],
    [
      'a document of many numbers',
      (id) => finished(id, documents(`{"x":[${upToLimit('1,')}0]}`)),
      'documents { data }',
    ],
    [
      'many documents',
      (id) => finished(id, `"services":[{"documents":[${upToLimit('{},')}{}]}]`),
      'documents { id }',
    ],
    ['many services', (id) => finished(id, `"services":[${upToLimit('{},')}{}]`), 'services { envelopeId }'],
    ['many capacities', (id) => finished(id, `"capacities":[${upToLimit('"x",')}"x"]`), 'capacities'],
    ['one long text', (id) => finished(id, `"clientReference":"${upToLimit('x')}"`), 'state'],
    ['one long number', (id) => finished(id, `"expiresAt":${upToLimit('9')}`), 'expiresAt'],
  ])('a process as large as is read: %s', async (_what, body, selection) => {
    const { url, good } = await startMalformed(respondingWith(body));
    const replica = await startReplica({ url }, { ...SECRETS, ...SMALL_HEAP, UNICO_RATE_LIMIT: '1000' });
    const { answer, growth, answered } = await besiege(replica, good, `id ${selection}`);

    expect(answer.data.processes).toHaveLength(AT_ONCE);
    for (const { extensions } of answer.errors) expect(either).toContain(extensions.code);
    for (const each of answered) expect(each).toEqual(APPROVED);
    expect(growth).toBeLessThan(MAX_GROWTH);
    expect(replica.logged('fault')).toEqual([]);
  });
});
