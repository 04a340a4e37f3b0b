import { isJsonObject } from '../../../lib/json-object.ts';

/** The code and the message of an error response of any shape. */
export type ErrorBody = { code: string | null; message: string | null };

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A code is a number of at most five digits in both contracts; any other value is read as no code. */
function readCode(value: unknown): string | null {
  const code = typeof value === 'number' ? String(value) : text(value);
  return code !== null && /^\d{1,5}$/.test(code) ? code : null;
}

/** The message in plain text; `null` for HTML, which comes from a proxy and not from Unico. */
function plainMessage(body: string): string | null {
  const trimmed = body.trim();
  return trimmed === '' || trimmed.startsWith('<') ? null : trimmed;
}

/**
 * Reads the body of an error response in every shape that the documents name (upstream.md §4.6, §5.5):
 * `{"error":{"code","description"}}`, `{"error":{"code","message"}}`, `{"Error":…}`, `{"code","message","details"}`,
 * and plain text. A part that cannot be read is `null`. Never throws.
 */
export function readErrorBody(body: string): ErrorBody {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { code: null, message: plainMessage(body) };
  }
  if (!isJsonObject(json)) return { code: null, message: text(json) };
  const nested = json['error'] ?? json['Error'];
  const error = isJsonObject(nested) ? nested : json;
  return { code: readCode(error['code']), message: text(error['description']) ?? text(error['message']) };
}
