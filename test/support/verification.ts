import { onTestFinished, vi } from 'vitest';
import type { AuthenticateCaller } from '../../src/server/auth/authenticate-caller.ts';
import { RequestRejected } from '../../src/server/request-rejected.ts';
import {
  authenticationOf,
  sign,
  startTokenIssuer,
  type Claims,
  type SigningKey,
  type TokenIssuer,
} from './token-issuer.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
/** After this time the keys are due for renewal. */
export const RENEWAL = 10 * MINUTE + SECOND;

/** What comes of a token: `no keys` where it cannot be verified, `fault` for any error that is no `RequestRejected`. */
export type Outcome = 'accepted' | 'rejected' | 'no keys' | 'fault';

const OUTCOMES: { [reason: string]: Outcome } = { token: 'rejected', 'keys-unavailable': 'no keys' };

/** The verification of tokens, an issuer, and a clock that the test moves. */
export type Verification = {
  issuer: TokenIssuer;
  /** What was reported of the keys: the reasons for which they became unavailable, and `null` for each end. */
  reports: (string | null)[];
  /** Starts the verification. The first token does so too: a test may set before how the issuer responds. */
  start(): AuthenticateCaller;
  authenticate: AuthenticateCaller;
  /** Authenticates with a new token of this key (the default: the issuer's). Each token differs, so that none is remembered. */
  outcome(key?: SigningKey, header?: Claims): Promise<Outcome>;
};

/** Sets the wall clock forward, or back by a negative time. The monotonic clock stays. */
export function setWallClock(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

/** How far the monotonic clock is ahead of the real one. */
let monotonicLead = 0;

/** Lets time pass: moves the wall clock and the monotonic clock forward. */
export function advance(ms: number): void {
  setWallClock(ms);
  monotonicLead += ms;
}

/** Starts an issuer; the end of the test stops it. Only clocks are faked: the keys come over a real socket, in real time. */
export async function startVerification(): Promise<Verification> {
  vi.useFakeTimers({ toFake: ['Date'] });
  const now = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => now() + monotonicLead);
  const issuer = await startTokenIssuer();
  onTestFinished(async () => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    await issuer.close();
  });
  const reports: (string | null)[] = [];
  let started: AuthenticateCaller | null = null;
  const start = (): AuthenticateCaller =>
    (started ??= authenticationOf(issuer, (fault) => void reports.push(fault)));
  let tokens = 0;
  return {
    issuer,
    reports,
    start,
    authenticate: (authorization) => start()(authorization),
    async outcome(key = issuer.key(), header = {}) {
      tokens += 1;
      try {
        await start()(`Bearer ${sign(key, issuer.claims({ jti: tokens }), header)}`);
        return 'accepted';
      } catch (error) {
        return (error instanceof RequestRejected && OUTCOMES[error.reason]) || 'fault';
      }
    },
  };
}
