import type { Fault } from '../identities/identity.ts';
import { empty } from './reply.ts';
import type { Reply } from './reply.ts';

/** What a fault needs to know of the host that it strikes. */
export type FaultScene = {
  now: () => number;
  slowMs: number;
  /** Counts the strikes on one target, so that an intermittent fault can take turns. */
  turn: (target: string) => number;
};

/** The example value of the vendor's rate limit page (upstream.md §2). */
const retryAfterSeconds = 12;

/** An answer in place of the work: nothing was created or looked up. */
export function refusal(
  fault: Fault | undefined,
  target: string,
  scene: FaultScene,
  internalFailure: Reply,
): Reply | undefined {
  if (fault?.kind === 'internal') {
    return fault.everyOther && scene.turn(target) % 2 === 1 ? undefined : internalFailure;
  }
  if (fault?.kind !== 'quota') return undefined;
  if (fault.retryAfter === 'seconds') return empty(429, { 'retry-after': String(retryAfterSeconds) });
  if (fault.retryAfter === 'absent') return empty(429);
  const until = new Date(scene.now() + retryAfterSeconds * 1000);
  return empty(429, { 'retry-after': until.toUTCString() });
}

/** The work was done, and its answer suffers: whoever asked for a creation cannot know that it happened. */
export function disturbed(fault: Fault | undefined, reply: Reply, scene: FaultScene): Reply {
  if (fault?.kind === 'slow') return { ...reply, delayMs: scene.slowMs };
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
