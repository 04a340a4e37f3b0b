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

/* The program under a hostile upstream, with as many malformed responses at a time as there are connections. */

afterEach(killPrograms);

const SECRETS = { UNICO_ACCESS_TOKEN: 'token-9f0c2d', UNICO_APIKEY_ONBOARDING: 'apikey-7be41a' };

/** Ids that were never requested before. */
const freshIds = (count: number): string[] => Array.from({ length: count }, () => randomUUID());

/** A query for several processes. */
const processes = (ids: readonly string[], selection: string): string =>
  `{ processes(ids: ${JSON.stringify(ids)}) { ${selection} } }`;

const APPROVED = { state: 'FINISHED', verdict: { decision: 'APPROVED' } };

/** How many reads run at a time. */
const MAX_READS = 24;

/**
 * The program has a heap of 256 MB, so that it crashes with more than that in memory. It may grow by that, by the received bytes,
 * and by memory outside of the heap.
 */
const SMALL_HEAP = { NODE_OPTIONS: '--max-old-space-size=256' };
const MAX_GROWTH = 384 * 1024 * 1024;

type AttackResult = { answer: Answer; growth: number; knownReads: unknown[] };

/** Reads many processes of the malformed upstream at once, and a known process for as long as that takes. */
async function attack(replica: Replica, goodId: string, selection: string): Promise<AttackResult> {
  const known = `{ process(id: "${goodId}") { state verdict { decision } } }`;
  const memory = (): Promise<number> => replica.metric('process_resident_memory_bytes');
  await replica.ask(known);
  const before = await memory();
  let peak = before;
  const ended = new AbortController();
  const reading = replica.ask(processes(freshIds(MAX_READS), selection)).finally(() => ended.abort());
  // Awaited below. When the program crashes before, the test has failed already.
  reading.catch(() => {});
  const knownReads: unknown[] = [];
  while (!ended.signal.aborted) {
    knownReads.push((await replica.ask(known)).data.process);
    peak = Math.max(peak, await memory());
  }
  const answer = await reading;
  peak = Math.max(peak, await memory());
  return { answer, growth: peak - before, knownReads };
}

/** A service with a document with this OCR data. */
const documents = (data: string): string =>
  `"services":[{"documents":[{"doc":{"code":"CNH","data":${data}}}]}]`;

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}transfer-encoding: chunked\r\n\r\n`;
const unavailable = ['UPSTREAM_UNAVAILABLE'];
const contract = ['UPSTREAM_CONTRACT'];
/** The size limit or the time limit, whichever is reached first. */
const either = [...contract, ...unavailable];

describe('24 malformed responses at once', () => {
  const bombs = Object.entries(BOMBS).map(([encoding, bytes]): [string, Behaviour, string[]] => [
    `bombs of ${encoding}`,
    respondingWith(() => bytes, { 'content-encoding': encoding }),
    // The least compressed one is too large as it is.
    contract,
  ]);
  const large = 100 * 1024 * 1024;

  test.each<[string, Behaviour, string[]]>([
    ...bombs,
    ['100 MB with a content-length', flooding(`${OK}content-length: ${large}\r\n\r\n`, ' '), contract],
    ['100 MB without a content-length', flooding(`${OK}connection: close\r\n\r\n`, ' '), contract],
    ['a body of chunks of one byte', flooding(CHUNKED, '1\r\n \r\n'), either],
    ['a body of one byte per packet', flooding(CHUNKED, `1;${'x'.repeat(16_000)}\r\n \r\n`), either],
    ['a chunk size without an end', flooding(`${CHUNKED}1;`, 'x'), unavailable],
    ['a chunk size of 64 digits', flooding(CHUNKED, `${'F'.repeat(64)}\r\n`), unavailable],
    ['trailers without end', flooding(`${CHUNKED}0\r\n`, 'x: y\r\n'), unavailable],
    ['headers without end', flooding(OK, 'x: y\r\n'), unavailable],
    ['a header without end', flooding(`${OK}x: `, 'y'), unavailable],
    ['a header name without end', flooding(OK, 'x'), unavailable],
    ['a status without end', flooding('HTTP/1.1 200 ', 'y'), unavailable],
    ['empty lines without end', flooding('', '\r\n'), unavailable],
    ['early hints without end', flooding('', 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'), unavailable],
    ['102 Processing without end', flooding('', 'HTTP/1.1 102 Processing\r\n\r\n'), unavailable],
    ['100 Continue without end', flooding('', 'HTTP/1.1 100 Continue\r\n\r\n'), unavailable],
    ['a byte of a header now and then', dripping(`${OK}x: `, 'y'), unavailable],
    ['a byte of a status now and then', dripping('HTTP/1.1 2', '0'), unavailable],
    ['a byte of a chunk now and then', dripping(CHUNKED, '1'), unavailable],
  ])(
    '%s end in documented errors without growth of memory, and other reads are served',
    async (_case, behave, codes) => {
      const { url, goodId } = await startMalformed(behave);
      const times = { UPSTREAM_TIMEOUT_MS: '2000', REQUEST_TIMEOUT_MS: '4000' };
      const replica = await startReplica(
        { url },
        { ...SECRETS, ...SMALL_HEAP, ...times, UNICO_RATE_LIMIT: '1000' },
      );
      const { answer, growth, knownReads } = await attack(replica, goodId, 'state');

      expect(answer.data.processes).toEqual(Array(MAX_READS).fill(null));
      expect(answer.errors).toHaveLength(MAX_READS);
      for (const { extensions } of answer.errors) expect(codes).toContain(extensions.code);
      expect(knownReads.length).toBeGreaterThan(0);
      for (const known of knownReads) expect(known).toEqual(APPROVED);
      expect(growth).toBeLessThan(MAX_GROWTH);
      expect(replica.logged('fault')).toEqual([]);
      for (const secret of Object.values(SECRETS)) {
        expect(replica.program.output() + JSON.stringify(answer)).not.toContain(secret);
      }
    },
  );

  test.each<[string, (id: string) => string, string]>([
    [
      'lists nested as deep as fits',
      (id) =>
        finished(
          id,
          `"services":${'['.repeat(MAX_RESPONSE_BYTES / 2 - 500)}${']'.repeat(MAX_RESPONSE_BYTES / 2 - 500)}`,
        ),
      'state',
    ],
    [
      'a document of nested lists',
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
  ])(
    '24 processes of the largest size end without growth of memory, and other reads are served: %s',
    async (_case, body, selection) => {
      const { url, goodId } = await startMalformed(respondingWith(body));
      const replica = await startReplica({ url }, { ...SECRETS, ...SMALL_HEAP, UNICO_RATE_LIMIT: '1000' });
      const { answer, growth, knownReads } = await attack(replica, goodId, `id ${selection}`);

      expect(answer.data.processes).toHaveLength(MAX_READS);
      for (const { extensions } of answer.errors) expect(either).toContain(extensions.code);
      for (const known of knownReads) expect(known).toEqual(APPROVED);
      expect(growth).toBeLessThan(MAX_GROWTH);
      expect(replica.logged('fault')).toEqual([]);
    },
  );
});
