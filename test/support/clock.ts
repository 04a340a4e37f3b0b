import { onTestFinished, vi } from 'vitest';

/** The clocks of one test: real time goes on, and the test adds to it. Timers and sockets are real. */
export type TestClock = {
  /** Lets time pass: both clocks move. */
  pass(ms: number): void;
  /** Sets the wall clock forward, or back with a negative number. No time passes. */
  jumpWallClock(ms: number): void;
};

/** Starts the clocks, until the test has finished. */
export function startClock(): TestClock {
  const monotonicNow = performance.now.bind(performance);
  const wallNow = Date.now.bind(Date);
  let passed = 0;
  let jumped = 0;
  const spies = [
    vi.spyOn(performance, 'now').mockImplementation(() => monotonicNow() + passed),
    vi.spyOn(Date, 'now').mockImplementation(() => wallNow() + passed + jumped),
  ];
  onTestFinished(() => spies.forEach((spy) => spy.mockRestore()));
  return {
    pass: (ms) => void (passed += ms),
    jumpWallClock: (ms) => void (jumped += ms),
  };
}
