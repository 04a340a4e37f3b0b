/** A Map that evicts its oldest entry instead of growing past `limit`: the sandbox may run for weeks. */
export class BoundedMap<Value> {
  readonly #entries = new Map<string, Value>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string): Value | null {
    return this.#entries.get(key) ?? null;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  set(key: string, value: Value): void {
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#limit) return;
    const oldest = this.#entries.keys().next();
    if (!oldest.done) this.#entries.delete(oldest.value);
  }

  /** The values, oldest first. */
  values(): IterableIterator<Value> {
    return this.#entries.values();
  }
}
