/**
 * The tenant's requests a second, all hosts and every call together (upstream.md §2: 10 by default). A full second's worth
 * may come in a burst.
 */
export type Quota = {
  /** Takes one request; the answer is 0, or the whole seconds to put into `Retry-After`. */
  take(): number;
};

export function createQuota(requestsPerSecond: number, now: () => number): Quota {
  if (requestsPerSecond === Infinity) return { take: () => 0 };
  // A quota below one a second still lets one through at a time.
  const capacity = Math.max(1, requestsPerSecond);
  let left = capacity;
  let refilledAt = now();
  return {
    take() {
      const elapsedMs = Math.max(0, now() - refilledAt);
      refilledAt += elapsedMs;
      left = Math.min(capacity, left + (elapsedMs / 1000) * requestsPerSecond);
      if (left >= 1) {
        left -= 1;
        return 0;
      }
      return Math.max(1, Math.ceil((1 - left) / requestsPerSecond));
    },
  };
}
