/** How many equal lines are written in one window. */
export const MAX_EQUAL_LINES = 10;

/** How long a window is, in milliseconds. */
export const WINDOW_MS = 10_000;

/** How many different lines are told apart in one window; the texts are ours, so that there are fewer. */
const MAX_DIFFERENT_LINES = 1_000;

/** Writes how many lines were left out. */
type WriteSummary = (leftOut: number) => void;

/** How often a line came in this window, what those that were left out stand for, and how to say so. */
type Entry = { times: number; leftOut: number; summarize: WriteSummary };

/**
 * Bounds how often equal lines are written, so that a flood of one fault neither stops the event loop nor hides the
 * others: ten in ten seconds, then one line with the number of those that were left out.
 */
export class LineLimiter {
  readonly #entries = new Map<string, Entry>();
  #timer: NodeJS.Timeout | undefined;

  /**
   * Whether to write a line, which stands for `count` occurrences. Equal lines have the same key. Where it is not
   * written, `summarize` of the first equal line is called at the end of the window.
   */
  admits(key: string, count: number, summarize: WriteSummary): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) {
      if (this.#entries.size < MAX_DIFFERENT_LINES)
        this.#entries.set(key, { times: 1, leftOut: 0, summarize });
      this.#timer ??= setTimeout(() => this.flush(), WINDOW_MS).unref();
      return true;
    }
    entry.times += 1;
    if (entry.times <= MAX_EQUAL_LINES) return true;
    entry.leftOut += count;
    return false;
  }

  /** Ends the window: writes what was left out. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const ended = [...this.#entries.values()];
    this.#entries.clear();
    for (const { leftOut, summarize } of ended) if (leftOut > 0) summarize(leftOut);
  }
}
