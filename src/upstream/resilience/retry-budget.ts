/** In the long run a fifth of the calls may be retried, and ten at once after a quiet time. */
const EARNED_PER_CALL = 0.2;
const MAX_SAVED = 10;

/** Limits retries to a small part of all calls, so that our retries do not make an outage worse. It starts full. */
export class RetryBudget {
  #saved = MAX_SAVED;

  /** Records a first attempt, which earns a part of a retry. */
  earn(): void {
    this.#saved = Math.min(MAX_SAVED, this.#saved + EARNED_PER_CALL);
  }

  /** Takes one retry from the budget. Returns `false`, and takes nothing, when less than one is left. */
  spend(): boolean {
    if (this.#saved < 1) return false;
    this.#saved -= 1;
    return true;
  }
}
