import { BoundedMap } from './bounded-map.ts';

/** The processes of one contract. Seeded processes stay; `limit` bounds the created ones, the oldest is evicted. */
export class ProcessCollection<Process extends { id: string }> {
  readonly #seeded: ReadonlyMap<string, Process>;
  readonly #created: BoundedMap<Process>;

  constructor(seeded: readonly Process[], limit: number) {
    this.#seeded = new Map(seeded.map((process) => [process.id, process]));
    this.#created = new BoundedMap(limit);
  }

  get(id: string): Process | null {
    return this.#seeded.get(id) ?? this.#created.get(id);
  }

  add(process: Process): void {
    this.#created.set(process.id, process);
  }

  /** Seeded processes first, then created ones, oldest first. */
  *values(): Generator<Process, void, undefined> {
    yield* this.#seeded.values();
    yield* this.#created.values();
  }
}
