import { parentPort, workerData } from 'node:worker_threads';
import { openForWriting } from '../../src/storage/sqlite/sqlite-file.ts';
import { SqliteWriter, type WriteRequest } from '../../src/storage/sqlite/sqlite-writer.ts';

/* The thread that writes to SQLite, on a disk that does not answer a batch whose first key is `wait` until a test says so. */

/** `gate` is 0 while the disk does not answer. */
export type DelayedInput = { file: string; gate: Int32Array };

const { file, gate } = workerData as DelayedInput;
const writer = new SqliteWriter(openForWriting(file));

parentPort?.on('message', (requests: readonly WriteRequest[] | null) => {
  if (requests === null) {
    writer.close();
    return parentPort?.close();
  }
  const [first] = requests;
  const replies = writer.writeAll(requests);
  if (first !== undefined && 'keys' in first && first.keys[0] === 'wait') Atomics.wait(gate, 0, 0);
  parentPort?.postMessage(replies);
});
