import type { Dispatcher } from 'undici';
import type { AttemptTimeout } from './attempt-timeout.ts';
import { createReceivedBody } from './received-body.ts';

/** An answer of any status, read to its end. */
export type ReceivedResponse = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers'> & { text: string };

const OVER = new Error('the attempt is over');

/**
 * Sends a request and receives its answer, within an attempt; `onSent` is told when it is written to its connection: one
 * that has to wait for a new connection to stand leaves later than it was let go. Fails with undici's errors.
 *
 * It is undici's `request` without the stream that it makes of each answer: these are bounded, and wanted whole.
 */
export function sendRequest(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  attempt: AttemptTimeout,
  onSent: (() => void) | undefined,
): Promise<ReceivedResponse> {
  return new Promise((resolve, reject) => {
    const received = createReceivedBody();
    let statusCode = 0;
    let headers: ReceivedResponse['headers'] = {};
    let begun: Dispatcher.DispatchController | null = null;
    attempt.onExpired(() => {
      begun?.abort(OVER);
      // It may still wait for a connection, and nobody waits for it any more.
      reject(OVER);
    });
    dispatcher.dispatch(options, {
      onRequestStart(controller) {
        begun = controller;
        if (attempt.isExpired()) controller.abort(OVER);
        else onSent?.();
      },
      // An early hint comes before the answer, which has the last word.
      onResponseStart(_controller, itsStatus, itsHeaders) {
        statusCode = itsStatus;
        headers = itsHeaders;
      },
      onResponseData: (_controller, chunk) => received.append(chunk),
      onResponseEnd: () => resolve({ statusCode, headers, text: received.text() }),
      onResponseError: (_controller, error) => reject(error),
    });
  });
}
