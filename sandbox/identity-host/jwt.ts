import { isMembers } from '../http/json-body.ts';
import type { Members } from '../http/json-body.ts';

/** A compact JWS taken apart; nothing is verified here. */
export type Jws = { header: Members; payload: Members; signed: string; signature: Buffer };

/** Strict base64url, no padding: Buffer.from alone would skip over foreign characters. */
function decodePart(part: string): Buffer | undefined {
  return /^[A-Za-z0-9_-]+$/.test(part) ? Buffer.from(part, 'base64url') : undefined;
}

function decodeMembers(part: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(decodePart(part)?.toString('utf8') ?? '');
    return isMembers(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function decodeJws(token: string): Jws | undefined {
  const parts = token.split('.');
  const [first = '', second = '', third = ''] = parts;
  if (parts.length !== 3) return undefined;
  const header = decodeMembers(first);
  const payload = decodeMembers(second);
  const signature = decodePart(third);
  if (!header || !payload || !signature) return undefined;
  return { header, payload, signed: `${first}.${second}`, signature };
}

export function encodePart(members: Members): string {
  return Buffer.from(JSON.stringify(members)).toString('base64url');
}
