import type { Dispatcher } from 'undici';

/** Options of a request that wants to know when it is written. */
export type TellsWhenSent = { onSent?: (() => void) | undefined };

/**
 * Tells a request when it is written to its connection: one that has to wait for a new connection to stand leaves later
 * than it was let go.
 */
export const tellWhenSent: Dispatcher.DispatcherComposeInterceptor =
  (dispatch) => (options: Dispatcher.DispatchOptions & TellsWhenSent, handler) => {
    const { onSent } = options;
    if (onSent === undefined) return dispatch(options, handler);
    return dispatch(options, {
      onRequestStart(controller, context) {
        onSent();
        handler.onRequestStart?.(controller, context);
      },
      onResponseStart: (...its) => handler.onResponseStart?.(...its),
      onResponseData: (...its) => handler.onResponseData?.(...its),
      onResponseEnd: (...its) => handler.onResponseEnd?.(...its),
      onResponseError: (...its) => handler.onResponseError?.(...its),
    });
  };
