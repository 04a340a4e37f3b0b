/**
 * The time of one attempt: it is over when its milliseconds are, or when nobody waits for it any more. (A signal of its
 * own, made of the other and of a timeout, costs more than the rest of a call: it leaves its work to the collector.)
 */
export type Attempt = {
  isOver(): boolean;
  /** Calls this, once, when it is over: at once where it is over already. */
  whenOver(stop: () => void): void;
  /** It is not needed any more: nobody is called, and nothing of it stays. */
  end(): void;
};

/** Begins an attempt. It keeps no process alive. */
export function startAttempt(signal: AbortSignal, timeoutMs: number): Attempt {
  let over = signal.aborted;
  let stop: (() => void) | null = null;
  const end = (): void => {
    clearTimeout(timer);
    signal.removeEventListener('abort', runOut);
  };
  const runOut = (): void => {
    over = true;
    end();
    stop?.();
  };
  const timer = setTimeout(runOut, timeoutMs).unref();
  signal.addEventListener('abort', runOut);
  return {
    isOver: () => over,
    whenOver(toStop) {
      stop = toStop;
      if (over) stop();
    },
    end,
  };
}
