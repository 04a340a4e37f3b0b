import { UpstreamFailure } from '../../../domain/upstream-failure.ts';
import type { AuthorizedResponse, CredentialVariables } from '../credentials/credential-variables.ts';
import { findInCatalogue, type CredentialFault, type ErrorFamily } from './error-catalogue.ts';
import { readErrorBody } from './error-body.ts';
import type { HttpResponse } from '../../http/types.ts';
import { readRetryAfter } from '../../http/retry-after.ts';

/** The environment variable of the credential at fault: of both, where Unico does not say which. */
function variableOf(
  fault: CredentialFault | undefined,
  status: number,
  { token, apiKey }: CredentialVariables,
): string {
  if (apiKey === null || fault === 'token-rejected' || fault === 'token-refused') return token;
  if (fault === 'apikey-refused') return apiKey;
  // Any 401 is about the token (upstream.md §1), and it is what makes the headers of a request large (431).
  return status === 403 ? `${token} or ${apiKey}` : token;
}

/** Converts an error response into its failure. `name` is the name of the call in the message. */
export function toFailure(name: string, family: ErrorFamily, response: AuthorizedResponse): UpstreamFailure {
  const { status } = response;
  const { code, message } = readErrorBody(response.body);
  const entry = findInCatalogue(family, code, message);
  const upstreamCode = code ?? undefined;
  const text = `${name}: HTTP ${status}${entry === undefined ? '' : `, ${entry.meaning}`}`;

  if (status === 429) {
    const retryAfterSeconds = readRetryAfter(response.retryAfter, Date.now());
    return new UpstreamFailure('rate-limited', text, {
      status,
      upstreamCode,
      retryAfterSeconds,
      mayHaveHappened: false,
    });
  }
  // 408: a proxy on the way timed out. It is unknown whether it had forwarded the request.
  if (status >= 500 || status === 408) {
    return new UpstreamFailure('unavailable', text, { status, upstreamCode });
  }
  // 431 (headers too large): our credential is the only header of varying size.
  if (status === 401 || status === 403 || status === 431 || entry?.credential !== undefined) {
    const credential = variableOf(entry?.credential, status, response.credentials);
    const what = `${text}${code === null ? '' : ` (${code})`}: check ${credential}`;
    const details = { status, upstreamCode, mayHaveHappened: false, credential };
    return new UpstreamFailure('unauthorized', what, details);
  }
  if (status >= 400) {
    const userErrorCode = entry?.userErrorCode ?? null;
    const refusal = userErrorCode === null ? undefined : { code: userErrorCode, field: entry?.field ?? null };
    return new UpstreamFailure('refused', text, { status, upstreamCode, refusal, mayHaveHappened: false });
  }
  return new UpstreamFailure('contract', `${text}, expected 200`, { status });
}

/**
 * Whether Unico rejected the access token, so that a new one may help: any 401 (upstream.md §1), and the 403s with the
 * codes 10501 and 10502 (upstream.md §S1, S2, S4).
 */
export function isTokenRejected(family: ErrorFamily, response: HttpResponse): boolean {
  if (response.status === 401) return true;
  if (response.status !== 403) return false;
  const { code, message } = readErrorBody(response.body);
  return findInCatalogue(family, code, message)?.credential === 'token-rejected';
}

/** The codes with which a read of a process refuses its id (upstream.md §S0, §S1). */
const ID_REFUSED: Record<ErrorFamily, string> = { idcloud: '3', api: '20023' };

/**
 * Whether the response to a read of a process by a checked id means that this contract has no such process: 404, or a
 * 400 about the id, whose form is then not that of this contract's ids (upstream.md §4.4).
 */
export function isProcessUnknown(family: ErrorFamily, { status, body }: HttpResponse): boolean {
  if (status === 404) return true;
  if (status !== 400) return false;
  const { code, message } = readErrorBody(body);
  return (
    code === ID_REFUSED[family] ||
    findInCatalogue(family, code, message)?.userErrorCode === 'PROCESS_ID_INVALID'
  );
}

/** Parses the JSON of a response. Throws `UpstreamFailure` (`contract`) when the body is not JSON. */
export function parseJson(name: string, response: HttpResponse): unknown {
  try {
    return JSON.parse(response.body);
  } catch {
    // The parser's own message is left out, because it quotes the body.
    throw new UpstreamFailure('contract', `${name}: expected JSON, got a body that is not`, {
      status: response.status,
    });
  }
}
