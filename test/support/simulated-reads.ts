import { randomUUID } from 'node:crypto';
import type { ClientId } from '../../src/domain/caller.ts';
import { parseProcessId, type ProcessId } from '../../src/domain/process-id.ts';
import type { ProcessSource } from '../../src/domain/process.ts';
import { UpstreamFailure } from '../../src/domain/upstream-failure.ts';
import { ProcessLoader } from '../../src/graphql/loaders/process-loader.ts';
import { OperationBudget } from '../../src/services/operation-budget.ts';
import { ProcessCache } from '../../src/services/processes/process-cache.ts';
import { ProcessFetcher } from '../../src/services/processes/process-fetcher.ts';
import { ProcessReader } from '../../src/services/processes/process-reader.ts';
import { randomDataKey } from '../../src/storage/encryption/data-key.ts';
import { Encryptor } from '../../src/storage/encryption/encryptor.ts';
import { MemoryStore } from '../../src/storage/memory-store.ts';
import { LocalRateWindow } from '../../src/storage/rate-window.ts';
import { RateLimiter, type RateLimiterObserver } from '../../src/upstream/resilience/rate-limiter.ts';

/** A call to Unico: `at` is when it was sent, by the clock of `performance`. */
export type SimulatedCall = { at: number; source: ProcessSource; id: ProcessId; client: ClientId | null };

/** What became of the ids of a request: answered, or refused with the seconds after which to come back. */
export type PageResult = { answered: ProcessId[]; retryAfterSeconds: number };

export type SimulatedService = {
  calls: SimulatedCall[];
  rateLimiter: RateLimiter;
  /** Reads these ids in one operation of a client. */
  readPage(client: ClientId, ids: readonly ProcessId[]): Promise<PageResult>;
};

/** The time of an operation and of a response of Unico, as usual (upstream.md §2). */
const OPERATION_MS = 8_000;
const RESPONSE_MS = 260;
const READ_NEEDS_MS = 500;

export function newId(): ProcessId {
  const id = parseProcessId(randomUUID());
  if (id === null) throw new Error('unreachable');
  return id;
}

/**
 * The service from the loaders down to the rate limiter, in the time of fake timers, over a Unico that knows no id:
 * each one takes a call in both contracts.
 */
export function simulateService(
  perSecond: number,
  observer?: Partial<RateLimiterObserver>,
): SimulatedService {
  const rateLimiter = new RateLimiter(new LocalRateWindow(perSecond), perSecond, observer);
  const calls: SimulatedCall[] = [];
  const cache = new ProcessCache(new MemoryStore(), new Encryptor([randomDataKey()], 'test'));
  const fetcher = new ProcessFetcher({
    unico: {
      async getProcess(source, id, callOptions) {
        const release = await rateLimiter.acquire(callOptions, READ_NEEDS_MS);
        calls.push({ at: performance.now(), source, id, client: callOptions.claims[0]?.client ?? null });
        await new Promise((resolve) => setTimeout(resolve, RESPONSE_MS));
        release();
        return null;
      },
    },
    cache,
    completer: { completeRead: async (process) => process },
    leases: null,
  });
  const reader = new ProcessReader({ fetcher, cache, contracts: ['IDCLOUD', 'PROCESSES_V1'] });

  async function readPage(client: ClientId, ids: readonly ProcessId[]): Promise<PageResult> {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(new DOMException('late', 'TimeoutError')), OPERATION_MS);
    const budget = new OperationBudget(OPERATION_MS, () => controller.signal, client);
    const loader = new ProcessLoader(reader, budget);
    const result: PageResult = { answered: [], retryAfterSeconds: 1 };
    const read = async (id: ProcessId): Promise<void> => {
      try {
        await loader.load({ id, source: null }, 'summary');
        result.answered.push(id);
      } catch (error) {
        if (!(error instanceof UpstreamFailure)) throw error;
        result.retryAfterSeconds = Math.max(result.retryAfterSeconds, error.retryInSeconds ?? 1);
      }
    };
    await Promise.all(ids.map(read));
    clearTimeout(timer);
    return result;
  }
  return { calls, rateLimiter, readPage };
}
