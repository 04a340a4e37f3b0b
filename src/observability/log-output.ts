import type { Writable } from 'node:stream';
import { pino } from 'pino';

/**
 * How many bytes may wait for a reader that has stalled before lines are dropped: some 5,000 lines. A pipe holds
 * another 64 KB, so a reader that is merely slow loses nothing.
 */
const MAX_WAITING_BYTES = 1024 * 1024;

/**
 * The same for lines of the level error and above, such as that of a creation that may be billed and lost, and before
 * what needs a line of the audit log is refused.
 */
const MAX_WAITING_IMPORTANT_BYTES = 2 * MAX_WAITING_BYTES;

const ERROR_LEVEL = pino.levels.values['error'] ?? 50;

/** Reports lines that the reader of the log will miss. */
export type LogOutputObserver = {
  /** A line was dropped. */
  dropped(): void;
  /** The reader reads again; it has missed this many lines. */
  flowsAgain(missed: number): void;
};

/** The part of a stream that is used. */
export type LogStream = Pick<Writable, 'write' | 'on' | 'writableLength'>;

/**
 * Where lines of the log are written. Each is written at once, so that a process that is killed loses none; only while
 * the reader has stalled do lines wait in memory. The event loop never waits for the reader of a pipe or a socket: Node
 * writes to them without blocking. A file or a terminal is written synchronously.
 */
export class LogOutput {
  /** Asks pino to set `lastLevel` before it writes a line. */
  readonly [pino.symbols.needsMetadataGsym] = true;
  lastLevel = 0;
  readonly #stream: LogStream;
  #observer: LogOutputObserver | null = null;
  #missed = 0;

  constructor(stream: LogStream) {
    this.#stream = stream;
    // Such as EPIPE, when the reader is gone, or ENOSPC. The next line is tried again.
    stream.on('error', () => this.#drop());
  }

  /** Reports dropped lines to `observer` from now on, to one at a time. */
  observe(observer: LogOutputObserver): void {
    this.#observer = observer;
  }

  /** Why the reader of the log misses lines; `null` while it gets them. */
  get fault(): string | null {
    return this.#missed === 0 ? null : 'the log cannot be written: its reader has stalled, or is gone';
  }

  /** Whether there is room for another line of the audit log, none of which is dropped. */
  get hasRoomForAudit(): boolean {
    return this.#stream.writableLength < MAX_WAITING_IMPORTANT_BYTES;
  }

  /** Writes a line. Drops it while too many wait. */
  write(line: string): void {
    const max = this.lastLevel >= ERROR_LEVEL ? MAX_WAITING_IMPORTANT_BYTES : MAX_WAITING_BYTES;
    if (this.#stream.writableLength > max) this.#drop();
    else this.#stream.write(line, this.#onWritten);
  }

  /**
   * Writes a line of the audit log, however many wait. Resolves when it has left the process; rejects when it cannot.
   */
  writeAudit(line: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stream.write(line, (error) => {
        if (error) reject(error);
        else resolve();
        this.#onWritten(error);
      });
    });
  }

  /** Resolves to whether all lines have been written, `ms` milliseconds from now at the latest. */
  drain(ms: number): Promise<boolean> {
    if (this.#stream.writableLength === 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), ms);
      this.#stream.write('', () => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  #drop(): void {
    this.#missed += 1;
    this.#observer?.dropped();
  }

  readonly #onWritten = (error?: Error | null): void => {
    if (error || this.#missed === 0 || this.#stream.writableLength > 0) return;
    const missed = this.#missed;
    this.#missed = 0;
    this.#observer?.flowsAgain(missed);
  };
}

/** The standard output of the program. */
export const STANDARD_OUTPUT = new LogOutput(process.stdout);
