import type { Fault } from '../identities/identity.ts';
import { emptyReply } from './reply.ts';
import type { Reply } from './reply.ts';

/** What a fault needs from the sandbox. */
export type FaultContext = {
  /** Milliseconds since the epoch. */
  now: () => number;
  slowMs: number;
  /** How many requests of this target met an intermittent fault before; counts this one. */
  countFault(target: string): number;
};

/** The example value of Unico's rate limit page (upstream.md §2). */
const RETRY_AFTER_SECONDS = 12;

type FaultyRequest = {
  fault: Fault | null;
  /** Separates the counts of an intermittent fault: one target is one operation on one person or process. */
  target: string;
  /** The 500 of the contract. */
  internalFailure: Reply;
};

/** The reply of a fault that prevents the work (nothing is created or looked up), or `null` when the work goes on. */
export function faultReply(
  { fault, target, internalFailure }: FaultyRequest,
  context: FaultContext,
): Reply | null {
  if (fault?.kind !== 'internal' && fault?.kind !== 'quota') return null;
  if (fault.everyOther && context.countFault(target) % 2 === 1) return null;
  if (fault.kind === 'internal') return internalFailure;
  if (fault.retryAfter === 'now') return emptyReply(429, { 'retry-after': '0' });
  if (fault.retryAfter === 'seconds') return emptyReply(429, { 'retry-after': String(RETRY_AFTER_SECONDS) });
  if (fault.retryAfter === 'absent') return emptyReply(429);
  const until = new Date(context.now() + RETRY_AFTER_SECONDS * 1000);
  return emptyReply(429, { 'retry-after': until.toUTCString() });
}

/** Applies a fault to the reply after the work was done: the caller of a creation cannot know that it happened. */
export function applyFault(reply: Reply, fault: Fault | null, context: FaultContext): Reply {
  if (fault?.kind === 'slow') return { ...reply, delayMs: context.slowMs };
  if (fault?.kind === 'drop') return { ...reply, cut: fault.when };
  if (fault?.kind === 'html') {
    const headers = { 'content-type': 'text/html; charset=utf-8' };
    return {
      status: fault.status,
      headers,
      body: '<!doctype html><title>Service</title><h1>Please wait</h1>',
    };
  }
  return reply;
}
