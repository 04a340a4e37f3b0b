import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Row } from '../row.ts';
import { createLoad } from '../support/load.ts';
import { forgetPeak, formatMb, memoryOf, peakMemoryOf } from '../support/memory.ts';
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

/** How long the server is left alone before its memory is taken as that of an idle one. */
const QUIET_MS = 2_000;

const CREATE = `mutation Create($idempotencyKey: String!, $input: CreateProcessInput!) {
  createProcess(idempotencyKey: $idempotencyKey, input: $input) {
    process { id state }
    userErrors { code message }
  }
}`;

/** A face and five others to compare it with. */
function creation(): string {
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

/** What one creation takes: memory before it, and how much more there was at the most, in MB; its body, in bytes. */
type Taken = { before: number; more: number; bytes: number };

/** Starts a server that has answered a while and is left alone then, and sends it one creation. */
async function createOnce(upstream: string, pages: number, quietMs: number): Promise<Taken> {
  const server = await startSubgraph({ upstream, variables: { UNICO_APIKEY_TRANSACTIONAL: 'a-key' } });
  const page = JSON.stringify({ query: PAGE_QUERY, variables: { ids: processIds(10) } });
  const load = createLoad({ url: server.url, bodies: [page], connections: 1 });
  try {
    await load.drive(pages);
    const body = creation();
    await sleep(quietMs);
    forgetPeak(server.pid);
    const before = memoryOf(server.pid);
    const answer = await load.answerTo(body);
    if (!answer.includes('"userErrors":[]')) throw new Error(`expected a new process, got ${answer}`);
    return { before, more: peakMemoryOf(server.pid) - before, bytes: Buffer.byteLength(body) };
  } finally {
    await load.close();
    await server.stop();
  }
}

/** How much more memory a request of the largest usual size takes. */
export const mutationMemory: Row = {
  name: 'mutation-memory',
  title: '`createProcess` with six images, 5 MB',
  async measure({ quick }) {
    const [times, pages, quietMs] = quick ? [2, 100, 500] : [9, 2_000, QUIET_MS];
    const upstream = await startUpstream();
    try {
      const taken: Taken[] = [];
      for (let index = 0; index < times; index += 1) {
        taken.push(await createOnce(upstream.url, pages, quietMs));
      }
      const ratio = spreadOf(taken.map(({ more, bytes }) => (more * 1e6) / bytes));
      return {
        how:
          `One creation, of six images of noise that no format makes smaller, sent to a server that has answered ${pages} ` +
          `pages and was left alone for ${quietMs / 1000} s; a new server each of ${times} times, because one that has done ` +
          `it before has the memory already. The peak is the kernel's (VmHWM, set back before). Median (least to most).`,
        columns: ['body', 'memory before', 'more at the peak', 'of the body'],
        lines: [
          [
            formatMb((taken[0]?.bytes ?? 0) / 1e6),
            formatSpread(spreadOf(taken.map(({ before }) => before)), 'MB'),
            formatSpread(spreadOf(taken.map(({ more }) => more)), 'MB'),
            formatSpread(ratio, '×'),
          ],
        ],
        targets: [
          {
            asks: `at most ${MAX} × the body more than before`,
            found: formatSpread(ratio, '×'),
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
