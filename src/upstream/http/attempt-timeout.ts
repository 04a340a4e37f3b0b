/**
 * The time of one attempt: it is over when its milliseconds are, or when nobody waits for it any more. (A signal of its
 * own, made of the other and of a timeout, costs more than the rest of a call: it leaves its work to the collector.)
 */
export type AttemptTimeout = {
  isExpired(): boolean;
  /** Calls this, once, when it is over: at once where it is over already. */
  onExpired(stop: () => void): void;
  /** It is not needed any more: nobody is called, and nothing of it stays. */
  clear(): void;
};

/** Begins an attempt. It keeps no process alive. */
export function startAttemptTimeout(signal: AbortSignal, timeoutMs: number): AttemptTimeout {
  let expired = signal.aborted;
  let stop: (() => void) | null = null;
  const clear = (): void => {
    clearTimeout(timer);
    signal.removeEventListener('abort', expire);
  };
  const expire = (): void => {
    expired = true;
    clear();
    stop?.();
  };
  const timer = setTimeout(expire, timeoutMs).unref();
  signal.addEventListener('abort', expire);
  return {
    isExpired: () => expired,
    onExpired(toStop) {
      stop = toStop;
      if (expired) stop();
    },
    clear,
  };
}
