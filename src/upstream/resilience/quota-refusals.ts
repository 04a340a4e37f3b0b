import { LRUCache } from 'lru-cache';
import { MIN_RESOURCES } from './outage-detector.ts';

/** How long a refusal is remembered, in milliseconds, while its resource is not answered. */
const MEMORY_MS = 600_000;
/** How many resources are remembered: those that were refused last. */
const MAX_RESOURCES = 1_000;

/** The last 429 of a resource, and until when it waits alone. Times are by the clock of `performance`. */
type Refusal = { at: number; until: number };

/**
 * Tells 429s about the tenant's quota from those about a single id. The first 429 of a resource is about the quota. One
 * that is refused again after that pause may be an id that Unico always answers so: it waits alone, until ten of them are
 * refused without any response in between (decision 0034).
 */
export class QuotaRefusals {
  readonly #refusals = new LRUCache<string, Refusal>({ max: MAX_RESOURCES });
  /** The resources that were refused again since the last response of any. */
  readonly #again = new Set<string>();

  /** How long a resource still has to wait alone, in milliseconds. */
  waitMs(resource: string | null): number {
    const refusal = resource === null ? undefined : this.#refusals.get(resource);
    return Math.max(0, (refusal?.until ?? 0) - performance.now());
  }

  /** Records a 429 after which to wait for `ms` milliseconds. Returns whether all requests have to, or the resource alone. */
  refused(resource: string | null, ms: number): boolean {
    if (resource === null) return true;
    const now = performance.now();
    const before = this.#refusals.get(resource);
    const isAgain = before !== undefined && now - before.at < MEMORY_MS;
    this.#refusals.set(resource, { at: now, until: isAgain ? now + ms : 0 });
    if (!isAgain) return true;
    this.#again.add(resource);
    return this.#again.size >= MIN_RESOURCES;
  }

  /** Records a response of a resource. */
  answered(resource: string | null): void {
    if (resource !== null) this.#refusals.delete(resource);
    this.#again.clear();
  }
}
