import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Row } from '../row.ts';
import { Load } from '../support/load.ts';
import { resetPeak, formatMb, memoryOf, peakMemoryOf } from '../support/memory.ts';
import { noiseImage } from '../support/noise-image.ts';
import { PAGE_QUERY } from '../support/page-query.ts';
import { processIds } from '../support/process-ids.ts';
import { startSubgraph } from '../support/server-process.ts';
import { formatSpread, spreadOf } from '../support/statistics.ts';
import { startUpstream } from '../support/upstream.ts';

/** Six images of 624 KB are 5 MB in base64. */
const WIDTH = 800;
const HEIGHT = 780;
const IMAGES = 6;

const MAX = 4;

/** How long the server receives no requests before its memory counts as that of an idle server. */
const IDLE_MS = 2_000;

const CREATE = `mutation Create($idempotencyKey: String!, $input: CreateProcessInput!) {
  createProcess(idempotencyKey: $idempotencyKey, input: $input) {
    process { id state }
    userErrors { code message }
  }
}`;

/** The body of a `createProcess` with a face and five reference images. */
function creationBody(): string {
  const [imageBase64, ...others] = Array.from({ length: IMAGES }, () =>
    noiseImage(WIDTH, HEIGHT).toString('base64'),
  );
  const references = others.map((referenceContent) => ({
    referenceType: 'REFERENCE_TYPE_IMAGE_BASE64',
    referenceContent,
  }));
  const input = { transactional: { imageBase64, references } };
  return JSON.stringify({ query: CREATE, variables: { idempotencyKey: randomUUID(), input } });
}

/** The memory of one creation. */
type Usage = {
  /** Memory before the creation, in MB. */
  before: number;
  /** How much the peak exceeds that, in MB. */
  increase: number;
  /** The length of the request's body. */
  bytes: number;
};

/** Starts a server, sends it pages, waits `idleMs`, and sends it one creation. */
async function createOnce(upstream: string, pages: number, idleMs: number): Promise<Usage> {
  const server = await startSubgraph({ upstream, variables: { UNICO_APIKEY_TRANSACTIONAL: 'a-key' } });
  const page = JSON.stringify({ query: PAGE_QUERY, variables: { ids: processIds(10) } });
  const load = new Load({ url: server.url, bodies: [page], connections: 1 });
  try {
    await load.drive(pages);
    const body = creationBody();
    await sleep(idleMs);
    resetPeak(server.pid);
    const before = memoryOf(server.pid);
    const response = await load.responseTo(body);
    if (!response.includes('"userErrors":[]')) throw new Error(`expected a new process, got ${response}`);
    return { before, increase: peakMemoryOf(server.pid) - before, bytes: Buffer.byteLength(body) };
  } finally {
    await load.close();
    await server.stop();
  }
}

/** How much additional memory a request of the largest usual size takes. */
export const mutationMemory: Row = {
  name: 'mutation-memory',
  title: '`createProcess` with six images, 5 MB',
  async measure({ quick }) {
    const [times, pages, idleMs] = quick ? [2, 100, 500] : [9, 2_000, IDLE_MS];
    const upstream = await startUpstream();
    try {
      const usages: Usage[] = [];
      for (let index = 0; index < times; index += 1) {
        usages.push(await createOnce(upstream.url, pages, idleMs));
      }
      const ratio = spreadOf(usages.map(({ increase, bytes }) => (increase * 1e6) / bytes));
      return {
        how:
          `One creation, with six images of noise that no format compresses, sent to a server that has responded to ${pages} ` +
          `pages and then received no requests for ${idleMs / 1000} s; a new server for each of ${times} creations, because ` +
          `a server keeps the memory of an earlier creation. The peak is the kernel's (VmHWM, reset before the creation). ` +
          'Median (min to max).',
        columns: ['body', 'memory before', 'increase at the peak', 'increase ÷ body'],
        lines: [
          [
            formatMb((usages[0]?.bytes ?? 0) / 1e6),
            formatSpread(spreadOf(usages.map(({ before }) => before)), 'MB'),
            formatSpread(spreadOf(usages.map(({ increase }) => increase)), 'MB'),
            formatSpread(ratio, '×'),
          ],
        ],
        targets: [
          {
            requirement: `memory increases by at most ${MAX} × the body`,
            measured: formatSpread(ratio, '×'),
            met: ratio.median <= MAX,
          },
        ],
        plots: [],
      };
    } finally {
      await upstream.stop();
    }
  },
};
