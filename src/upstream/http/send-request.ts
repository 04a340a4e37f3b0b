import { setImmediate as nextTick } from 'node:timers/promises';
import type { Dispatcher } from 'undici';

/**
 * The time limit of one attempt, which starts at construction. It expires after `timeoutMs` milliseconds, or earlier
 * when `signal` aborts. Its timer does not keep the process alive.
 *
 * `AbortSignal.any` over `signal` and a timeout would do the same, but takes longer than the rest of a call, because it
 * leaves its cleanup to the garbage collector.
 */
export class AttemptTimeout {
  readonly #signal: AbortSignal;
  readonly #timer: NodeJS.Timeout;
  readonly #expire: () => void;
  #isExpired: boolean;
  #onExpired: (() => void) | null = null;

  constructor(signal: AbortSignal, timeoutMs: number) {
    this.#signal = signal;
    this.#isExpired = signal.aborted;
    this.#expire = () => this.#handleExpiry();
    this.#timer = setTimeout(this.#expire, timeoutMs).unref();
    signal.addEventListener('abort', this.#expire);
  }

  /** Whether the attempt has expired. */
  get isExpired(): boolean {
    return this.#isExpired;
  }

  /** Calls `listener` once on expiry, or at once when the attempt has expired already. Replaces an earlier listener. */
  onExpired(listener: () => void): void {
    this.#onExpired = listener;
    if (this.#isExpired) listener();
  }

  /** Ends the attempt: the listener is not called any more, and the timer and the signal's listener are removed. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#signal.removeEventListener('abort', this.#expire);
  }

  #handleExpiry(): void {
    this.#isExpired = true;
    this.clear();
    this.#onExpired?.();
  }
}

/** A response of any status, read to its end. */
export type ReceivedResponse = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers'> & { text: string };

/**
 * `attempt` limits the time of the request. `onSent` is called just before the first byte of the request is written to
 * its connection, and not at all when nothing is written.
 */
export type SendOptions = { attempt: AttemptTimeout; onSent: () => void };

const EXPIRED = new Error('the attempt has expired');

const DECODER = new TextDecoder();
const NO_BYTES: Buffer = Buffer.alloc(0);

/**
 * Collects the body of a response in one buffer: a list of chunks of one byte each would take a thousand times the
 * memory. A body that arrives in a single chunk, as most do, is not copied.
 */
export class ReceivedBody {
  #bytes: Buffer = NO_BYTES;
  #length = 0;

  /** Adds the next chunk. The chunk itself is never written to. */
  append(chunk: Buffer): void {
    if (this.#length === 0) this.#bytes = chunk;
    else {
      const length = this.#length + chunk.length;
      if (length > this.#bytes.length) {
        this.#bytes = Buffer.concat([this.#bytes], Math.max(2 * this.#bytes.length, length));
      }
      chunk.copy(this.#bytes, this.#length);
    }
    this.#length += chunk.length;
  }

  /** The body as text (UTF-8, without a byte order mark). */
  text(): string {
    return DECODER.decode(this.#bytes.subarray(0, this.#length));
  }
}

/**
 * Sends a request and receives its whole response, within an attempt. A request that needs a new connection is written
 * later than it is sent here, so `onSent` reports the moment of writing. Rejects with undici's errors.
 *
 * It does the same as undici's `request`, without the stream that undici creates for each response: these responses are
 * bounded in size and needed whole.
 */
export function sendRequest(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  { attempt, onSent }: SendOptions,
): Promise<ReceivedResponse> {
  return new Promise((resolve, reject) => {
    const body = new ReceivedBody();
    let statusCode = 0;
    let headers: ReceivedResponse['headers'] = {};
    let started: Dispatcher.DispatchController | null = null;
    attempt.onExpired(() => {
      started?.abort(EXPIRED);
      // The request may still wait for a connection; its caller does not wait for that.
      reject(EXPIRED);
    });
    dispatcher.dispatch(options, {
      onRequestStart(controller) {
        started = controller;
        if (attempt.isExpired) controller.abort(EXPIRED);
        else onSent();
      },
      // An early hint (103) comes before the response; the last status and headers count.
      onResponseStart(_controller, responseStatus, responseHeaders) {
        statusCode = responseStatus;
        headers = responseHeaders;
      },
      onResponseData: (_controller, chunk) => body.append(chunk),
      onResponseEnd: () => resolve({ statusCode, headers, text: body.text() }),
      onResponseError: (_controller, error) => reject(error),
    });
  });
}

/**
 * How many event-loop ticks the wait takes: undici frees a connection in the tick after its response, and writes the
 * next request one tick later, once undici has seen that the server has not closed the connection.
 */
const TICKS = 3;

let waiting: Promise<void> | null = null;

async function waitTicks(): Promise<void> {
  await nextTick();
  // Responses that arrive from now on wait for ticks of their own.
  waiting = null;
  for (let tick = 2; tick <= TICKS; tick += 1) await nextTick();
}

/**
 * Resolves once the connections whose responses arrived in this event-loop tick have carried the next requests. The
 * responses of a page arrive many at a time: if each were parsed on arrival, the last connection would stay idle until
 * all others were parsed, wave after wave.
 */
export function yieldToIo(): Promise<void> {
  return (waiting ??= waitTicks());
}
