import type { ClientId } from '../domain/caller.ts';

/** The large bodies of one client: the bytes of those that are in memory, and those that wait to be read. */
type BodiesOfClient = { bytes: number; readonly waiting: Waiting[] };
type Waiting = { readonly bytes: number; readonly begin: () => void };

/**
 * Bounds the memory that the large bodies of one client take, from their first byte to the response: what exceeds it waits
 * to be read, in its order, and the client's connection with it.
 */
export class LargeBodies {
  readonly #maxBytes: number;
  readonly #ofClients = new Map<ClientId | null, BodiesOfClient>();

  /** `maxBytes` is for each client; all callers without a client are one. A larger body is read alone. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * Reserves memory for a body of at most `bytes`. `ready` resolves when it may be read. `release` has to be called once,
   * when the body is not in memory any more, or will not be read: then `ready` never resolves.
   */
  acquire(client: ClientId | null, bytes: number): { ready: Promise<void>; release: () => void } {
    let bodies = this.#ofClients.get(client);
    if (bodies === undefined) this.#ofClients.set(client, (bodies = { bytes: 0, waiting: [] }));
    const { promise, resolve } = Promise.withResolvers<void>();
    const body: Waiting = { bytes, begin: resolve };
    bodies.waiting.push(body);
    this.#readNext(bodies);
    const release = (): void => {
      const at = bodies.waiting.indexOf(body);
      if (at === -1) bodies.bytes -= bytes;
      else bodies.waiting.splice(at, 1);
      this.#readNext(bodies);
      if (bodies.bytes === 0) this.#ofClients.delete(client);
    };
    return { ready: promise, release };
  }

  #readNext(bodies: BodiesOfClient): void {
    for (let next = bodies.waiting[0]; next !== undefined; next = bodies.waiting[0]) {
      if (bodies.bytes > 0 && bodies.bytes + next.bytes > this.#maxBytes) return;
      bodies.waiting.shift();
      bodies.bytes += next.bytes;
      next.begin();
    }
  }
}
