import type { CallOptions } from '../../domain/call-options.ts';

/** One request to Unico. `path` is fixed or built by `path` of `http-client.ts`; nothing else may build one. */
export type HttpRequest = {
  /** The name of the call in errors, logs and metrics, such as `GET processes/v1/{id}`: never the real path. */
  name: string;
  method: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  /** A large body comes in chunks, which are written one after the other, without a copy before the write. */
  body?: string | string[];
  /**
   * What the request is about: the id of the process, or the path of a search. `null` when each request is a matter of
   * its own, such as a creation. Failures are counted by it, so that a single id is not taken for an outage.
   */
  resource: string | null;
  /** The time of this attempt in milliseconds: connecting, waiting and reading together. */
  timeoutMs: number;
  /** Deadline and cancellation of the call; its signal aborts the attempt. */
  callOptions: CallOptions;
  /** Called when the request is written to a connection. */
  onSent?: () => void;
};

/** A response of any status, read to its end. `retryAfter` is the raw header; `null` when it is absent. */
export type HttpResponse = { status: number; retryAfter: string | null; body: string };

/** Sends a request. Throws `UpstreamFailure` when no usable response came. */
export type Send = (request: HttpRequest) => Promise<HttpResponse>;

/**
 * How an attempt ended: the status of its response, `null` when none came, or `canceled` when the caller left before it
 * came.
 */
export type AttemptStatus = number | 'canceled' | null;

/** Reports each attempt, for metrics and logs. */
export type HttpObserver = (attempt: { name: string; status: AttemptStatus; seconds: number }) => void;
