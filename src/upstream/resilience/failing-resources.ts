import { LRUCache } from 'lru-cache';

/** How long a failure is remembered, in milliseconds, while its resource is not read successfully. */
const MEMORY_MS = 600_000;

/** How many resources are remembered: those that failed last. An entry takes some 200 bytes. */
const MAX_RESOURCES = 1_000;

/**
 * The resources of an endpoint whose last read failed (`HttpRequest.resource`). Another failure of such a resource says
 * nothing new about the endpoint: it is one id that Unico cannot answer. A request without a resource is never known.
 */
export class FailingResources {
  readonly #failedAt = new LRUCache<string, number>({ max: MAX_RESOURCES });

  /** When the resource failed last, by the clock of `performance`; `undefined` when it is not known to fail. */
  failedAt(resource: string | null): number | undefined {
    const at = resource === null ? undefined : this.#failedAt.get(resource);
    return at === undefined || performance.now() - at >= MEMORY_MS ? undefined : at;
  }

  /** Records a failure. */
  add(resource: string | null): void {
    if (resource !== null) this.#failedAt.set(resource, performance.now());
  }

  /** Forgets a resource, because it does not fail any more. */
  delete(resource: string | null): void {
    if (resource !== null) this.#failedAt.delete(resource);
  }
}
