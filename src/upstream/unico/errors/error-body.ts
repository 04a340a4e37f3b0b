import { isObject } from '../parsing/json-object.ts';

/** What an error answer says, whichever shape it has. */
export type ErrorBody = { code: string | null; message: string | null };

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A code is a number of at most five digits in both contracts: nothing else leaves as one, whatever stands there. */
function codeIn(value: unknown): string | null {
  const code = typeof value === 'number' ? String(value) : text(value);
  return code !== null && /^\d{1,5}$/.test(code) ? code : null;
}

/** A page of HTML is not Unico's word on anything. */
function plainMessage(body: string): string | null {
  const trimmed = body.trim();
  return trimmed === '' || trimmed.startsWith('<') ? null : trimmed;
}

/**
 * Reads every shape of error that the documents name (upstream.md §4.6, §5.5):
 * `{"error":{"code","description"}}`, `{"error":{"code","message"}}`, `{"Error":…}`, `{"code","message","details"}`,
 * and plain text. What can not be read is `null`; this function never throws.
 */
export function readErrorBody(body: string): ErrorBody {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { code: null, message: plainMessage(body) };
  }
  if (!isObject(json)) return { code: null, message: text(json) };
  const nested = json['error'] ?? json['Error'];
  const error = isObject(nested) ? nested : json;
  return { code: codeIn(error['code']), message: text(error['description']) ?? text(error['message']) };
}
