import { parentPort, workerData } from 'node:worker_threads';
import { identityOf } from './file-identity.ts';
import { openForWriting } from './sqlite-file.ts';
import { markReplacedFile, SqliteWriter, type WriteRequest } from './sqlite-writer.ts';
import type { WorkerInput } from './write-thread.ts';

/* The thread that writes: `WriteThread` starts it, and sends batches of writes or `null` to close the file. */

const { file, identity } = workerData as WorkerInput;

function openWriter(): SqliteWriter {
  // Another file than the one that is read: a write to it would be confirmed, and never found.
  if (identityOf(file).database !== identity.database) {
    markReplacedFile(file, identity);
    throw new Error('the file was replaced');
  }
  return new SqliteWriter(openForWriting(file));
}

const writer = openWriter();
parentPort?.on('message', (requests: readonly WriteRequest[] | null) => {
  if (requests !== null) return parentPort?.postMessage(writer.writeAll(requests));
  writer.close();
  parentPort?.close();
});
