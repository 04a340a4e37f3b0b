import { parentPort, workerData } from 'node:worker_threads';
import type { WriteReply, WriteRequest } from '../../src/storage/sqlite/sqlite-writer.ts';

/* A thread instead of the one that writes to SQLite: it does what the key of the first write of a batch says. */

/** What a key may say. */
export type Order = 'answer' | 'wait' | 'throw' | 'exit' | 'exhaust the memory';

/**
 * `gate` is 0 while a thread that is to wait must wait. `batches` has the number of batches that have begun, and `closed`
 * is 1 when the thread has closed its file.
 */
export type ObedientInput = { gate: Int32Array; batches: Int32Array; closed: Int32Array };

const { gate, batches, closed } = workerData as ObedientInput;
const done: WriteReply = { kind: 'done', existing: null, keepsErased: false };

function obey(order: string | undefined): void {
  if (order === 'wait') Atomics.wait(gate, 0, 0);
  if (order === 'throw') throw new Error('a fault with /a/secret/path');
  if (order === 'exit') process.exit(1);
  if (order === 'exhaust the memory') {
    const all: object[] = [];
    for (;;) all.push({ more: all.length });
  }
}

parentPort?.on('message', (requests: readonly WriteRequest[] | null) => {
  if (requests === null) {
    Atomics.store(closed, 0, 1);
    return parentPort?.close();
  }
  Atomics.add(batches, 0, 1);
  Atomics.notify(batches, 0);
  const [first] = requests;
  obey(first !== undefined && 'keys' in first ? first.keys[0] : undefined);
  parentPort?.postMessage(requests.map(() => done));
});
