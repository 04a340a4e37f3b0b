import { Worker } from 'node:worker_threads';
import { StoreUnavailable } from '../store.ts';
import type { FileIdentity } from './file-identity.ts';
import { errorCode } from './sqlite-file.ts';
import type { WriteReply, WriteRequest, Writer } from './sqlite-writer.ts';

/** The path of the file, and what was at that path when it was opened. */
export type WorkerInput = { file: string; identity: FileIdentity };

/** By default, in milliseconds: see `writeTimeoutMs`. */
const WRITE_TIMEOUT_MS = 2_000;

/** How much longer the first batch may take, in milliseconds: the thread starts first, on a busy machine slowly. */
const START_TIMEOUT_MS = 8_000;

/** The most writes of a batch: it takes some milliseconds and one wait for the disk. */
const MAX_BATCH = 100;

/** By default, in milliseconds: see `closeTimeoutMs`. */
const CLOSE_TIMEOUT_MS = 2_000;

/** Other than by default for tests. */
export type WriteThreadOptions = {
  /** What the thread runs; it may take another input. */
  script?: URL;
  /** How long a batch of writes may take, in milliseconds. After this time an operation is better off without it. */
  writeTimeoutMs?: number;
  /** How long `close` waits for the thread, in milliseconds: a disk may never answer. */
  closeTimeoutMs?: number;
};

const TIMED_OUT = 'SQLite does not answer in time';
const ENDED = 'the thread that writes to SQLite has ended';

/** A write that waits for its result. */
type Waiting = {
  request: WriteRequest;
  resolve: (reply: WriteReply) => void;
  reject: (error: StoreUnavailable) => void;
};

function ignore(): void {}

/** Removes what late claims have written. Their callers were told that nothing is certain, and have given them up. */
function undoClaims(late: readonly Waiting[], replies: readonly WriteReply[]): Waiting[] {
  return late.flatMap(({ request }, at) => {
    const reply = replies[at];
    if (request.kind !== 'add' || reply?.kind !== 'done' || reply.existing !== null) return [];
    const undo: WriteRequest = { kind: 'remove', keys: request.keys, onlyIf: request.value };
    return [{ request: undo, resolve: ignore, reject: ignore }];
  });
}

/**
 * Carries out writes in a thread of its own, so that neither a lock nor a slow disk stops the event loop. One batch is
 * under way at a time, and what arrives meanwhile is the next one. While a batch takes too long, writes are rejected at
 * once; when it has been carried out after all, its claims are undone before any other write. A thread that ended is
 * started again with the next write.
 */
export class WriteThread implements Writer {
  readonly #input: object;
  readonly #script: URL;
  readonly #writeTimeoutMs: number;
  readonly #closeTimeoutMs: number;
  #worker: Worker | null = null;
  #queue: Waiting[] = [];
  #underWay: Waiting[] = [];
  #isStuck = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  /** `input`: a `WorkerInput`, or what another `script` takes. */
  constructor(input: object, options: WriteThreadOptions = {}) {
    this.#input = input;
    this.#script = options.script ?? new URL('sqlite-worker.ts', import.meta.url);
    this.#writeTimeoutMs = options.writeTimeoutMs ?? WRITE_TIMEOUT_MS;
    this.#closeTimeoutMs = options.closeTimeoutMs ?? CLOSE_TIMEOUT_MS;
  }

  write(request: WriteRequest): Promise<WriteReply> {
    if (this.#isClosed) return Promise.reject(new StoreUnavailable('the store is closed'));
    if (this.#isStuck) return Promise.reject(new StoreUnavailable(TIMED_OUT));
    return new Promise((resolve, reject) => {
      this.#queue.push({ request, resolve, reject });
      this.#sendNext();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const worker = this.#worker;
    if (worker === null) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        // It ends when the disk answers, and keeps no process alive until then.
        worker.postMessage(null);
        worker.unref();
        resolve();
      }, this.#closeTimeoutMs);
      worker.once('exit', () => {
        clearTimeout(timer);
        resolve();
      });
      this.#sendNext();
    });
    this.#end(ENDED);
  }

  #sendNext(): void {
    if (this.#underWay.length > 0) return;
    if (this.#queue.length > 0) return this.#sendBatch();
    if (this.#isClosed) this.#worker?.postMessage(null);
  }

  #sendBatch(): void {
    const isStarting = this.#worker === null;
    this.#worker ??= this.#start();
    this.#underWay = this.#queue.splice(0, MAX_BATCH);
    // An idle thread does not keep the process alive; a write under way does.
    this.#worker.ref();
    this.#worker.postMessage(this.#underWay.map(({ request }) => request));
    const timeoutMs = this.#writeTimeoutMs + (isStarting ? START_TIMEOUT_MS : 0);
    this.#timer = setTimeout(() => this.#timeOut(), timeoutMs);
  }

  #start(): Worker {
    const worker = new Worker(this.#script, {
      name: 'sqlite',
      workerData: this.#input,
      // It needs no secret.
      env: {},
      // Far more than it needs. A fault there ends the thread, and not the program.
      resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 },
    });
    worker.on('message', (replies: WriteReply[]) => this.#settle(replies));
    let fault = ENDED;
    // A thread that fails reports the error first. Its message may name the file.
    worker.on('error', (error) => (fault = `${ENDED} (${errorCode(error)})`));
    worker.on('exit', () => {
      if (this.#worker === worker) this.#end(fault);
    });
    return worker;
  }

  #settle(replies: readonly WriteReply[]): void {
    clearTimeout(this.#timer);
    const answered = this.#underWay;
    this.#underWay = [];
    if (this.#isStuck) this.#queue = undoClaims(answered, replies);
    this.#isStuck = false;
    this.#worker?.unref();
    this.#sendNext();
    for (const [at, { resolve, reject }] of answered.entries()) {
      const reply = replies[at];
      if (reply === undefined) reject(new StoreUnavailable(ENDED));
      else resolve(reply);
    }
  }

  /** It is unknown whether the batch under way will be carried out; what waits behind it will not be. */
  #timeOut(): void {
    this.#isStuck = true;
    this.#worker?.unref();
    for (const { reject } of [...this.#underWay, ...this.#queue]) reject(new StoreUnavailable(TIMED_OUT));
    this.#queue = [];
  }

  #end(fault: string): void {
    clearTimeout(this.#timer);
    this.#worker = null;
    this.#isStuck = false;
    for (const { reject } of [...this.#underWay, ...this.#queue]) reject(new StoreUnavailable(fault));
    this.#underWay = [];
    this.#queue = [];
  }
}
