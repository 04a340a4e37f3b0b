import { UpstreamFailure } from '../../../domain/upstream-failure.ts';
import { findInCatalogue, type ErrorFamily } from './error-catalogue.ts';
import { readErrorBody } from './error-body.ts';
import type { HttpResponse } from '../../http/types.ts';
import { readRetryAfter } from '../../http/retry-after.ts';

/** An error answer, turned into the failure that it means. `name` is the name of the call. */
export function toFailure(name: string, family: ErrorFamily, answer: HttpResponse): UpstreamFailure {
  const { status } = answer;
  const { code, message } = readErrorBody(answer.body);
  const entry = findInCatalogue(family, code, message);
  const upstreamCode = code ?? undefined;
  const said = `${name}: HTTP ${status}${entry === undefined ? '' : `, ${entry.meaning}`}`;

  if (status === 429) {
    const retryAfterSeconds = readRetryAfter(answer.retryAfter, Date.now());
    return new UpstreamFailure('rate-limited', said, {
      status,
      upstreamCode,
      retryAfterSeconds,
      mayHaveHappened: false,
    });
  }
  // 408: a proxy on the way ran out of time, and what it had sent on by then is not known.
  if (status >= 500 || status === 408)
    return new UpstreamFailure('unavailable', said, { status, upstreamCode });
  // 431: of the headers only our credential can have become too large.
  if (status === 401 || status === 403 || status === 431 || entry?.credential !== undefined) {
    return new UpstreamFailure('unauthorized', said, { status, upstreamCode, mayHaveHappened: false });
  }
  if (status >= 400) {
    const refusal = entry?.ours == null ? undefined : { code: entry.ours, field: entry.field ?? null };
    return new UpstreamFailure('refused', said, { status, upstreamCode, refusal, mayHaveHappened: false });
  }
  return new UpstreamFailure('contract', `${said}, where 200 was expected`, { status });
}

/**
 * Whether an answer says that the access token is dead, so that a new one may help: any 401 (upstream.md §1), and the 403s
 * whose code says so (upstream.md §S1, S2, S4: 10501, 10502).
 */
export function isTokenRejected(family: ErrorFamily, answer: HttpResponse): boolean {
  if (answer.status === 401) return true;
  if (answer.status !== 403) return false;
  const { code, message } = readErrorBody(answer.body);
  return findInCatalogue(family, code, message)?.credential === 'token-dead';
}

/** The JSON of a 200; anything that is not JSON is a failure of the contract. */
export function parseJson(name: string, answer: HttpResponse): unknown {
  try {
    return JSON.parse(answer.body);
  } catch {
    // The parser's own message is left out, because it quotes the body.
    throw new UpstreamFailure('contract', `${name}: the answer is not JSON`, { status: answer.status });
  }
}
