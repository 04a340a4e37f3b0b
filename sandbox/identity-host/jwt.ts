import { isJsonObject } from '../http/json-body.ts';
import type { JsonObject } from '../http/json-body.ts';

/** The parts of a compact JWS; nothing is verified here. `signed` is the text that the signature covers. */
export type Jws = { header: JsonObject; payload: JsonObject; signed: string; signature: Buffer };

/** Strict base64url without padding: Buffer.from alone skips other characters. */
function decodePart(part: string): Buffer | null {
  return /^[A-Za-z0-9_-]+$/.test(part) ? Buffer.from(part, 'base64url') : null;
}

/** Decodes one part of a compact JWS or JWE as a JSON object; `null` when it is none. */
export function decodeJsonObject(part: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(decodePart(part)?.toString('utf8') ?? '');
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Decodes a compact JWS, or returns `null` when a part is malformed. */
export function decodeJws(token: string): Jws | null {
  const parts = token.split('.');
  const [first = '', second = '', third = ''] = parts;
  if (parts.length !== 3) return null;
  const header = decodeJsonObject(first);
  const payload = decodeJsonObject(second);
  const signature = decodePart(third);
  if (!header || !payload || !signature) return null;
  return { header, payload, signed: `${first}.${second}`, signature };
}

/** A header or a payload as one part of a JWS. */
export function encodePart(object: JsonObject): string {
  return Buffer.from(JSON.stringify(object)).toString('base64url');
}
