import { hasCallerLeft, type CallOptions } from '../../domain/call-options.ts';
import { UpstreamFailure } from '../../domain/upstream-failure.ts';

/** The request got no slot: nothing was sent, and the failure says nothing about Unico. */
export class NotSentError extends UpstreamFailure {}

/** The failure of a request that may be repeated after `waitMs` milliseconds. */
export function quotaExhausted(waitMs: number): NotSentError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  const message = "not sent: the wait for a free slot is longer than the operation's time";
  return new NotSentError('rate-limited', message, { retryAfterSeconds, mayHaveHappened: false });
}

/** The failure of a request whose operation has too little time left, or whose caller has left. */
export function outOfTime({ signal }: CallOptions): NotSentError {
  const message = 'not sent: the operation has too little time left for a response';
  return new NotSentError('unavailable', message, {
    mayHaveHappened: false,
    callerLeft: hasCallerLeft(signal),
  });
}
