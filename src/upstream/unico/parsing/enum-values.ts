import { isJsonObject, type JsonObject } from '../../../lib/json-object.ts';

/* Readers of signals. Unico may add values to every enum (upstream.md §8): an unknown value is `UNKNOWN`. */

/** The domain's value for each value of Unico. */
type Vocabulary<Value extends string> = ReadonlyMap<string, Value>;

function isAbsent(value: unknown): value is null | undefined | '' {
  return value === null || value === undefined || value === '';
}

/**
 * Reads an enum value of idcloud, such as `LIVENESS_RESULT_LIVE`. Some pages omit the prefix (upstream.md §S0), so it
 * may be missing. Absent and `*_UNSPECIFIED` are `null`, which means not evaluated.
 */
export function readPrefixedEnum<Value extends string>(
  value: unknown,
  prefix: string,
  vocabulary: Vocabulary<Value>,
): Value | 'UNKNOWN' | null {
  if (isAbsent(value)) return null;
  if (typeof value !== 'string') return 'UNKNOWN';
  const name = value.startsWith(prefix) ? value.slice(prefix.length) : value;
  return name === 'UNSPECIFIED' ? null : (vocabulary.get(name) ?? 'UNKNOWN');
}

/** Reads an enum value of processes/v1, such as `yes`; older keys write `Yes` (upstream.md §5.3). Absent is `null`. */
export function readEnum<Value extends string>(
  value: unknown,
  vocabulary: Vocabulary<Value>,
): Value | 'UNKNOWN' | null {
  if (isAbsent(value)) return null;
  if (typeof value !== 'string') return 'UNKNOWN';
  return vocabulary.get(value.toLowerCase()) ?? 'UNKNOWN';
}

/** Reads a number that may come as text: `null` when absent, `NaN` for any other value. */
export function readNumber(value: unknown): number | null {
  if (isAbsent(value)) return null;
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}

/** Reads a part of a response that should be an object: `null` when absent, `UNKNOWN` for any other value. */
export function readObject(value: unknown): JsonObject | 'UNKNOWN' | null {
  if (isAbsent(value)) return null;
  return isJsonObject(value) ? value : 'UNKNOWN';
}

/** Reads a check that is `true` or `false`: `null` when absent, `UNKNOWN` for any other value. */
export function readCheck(value: unknown): boolean | 'UNKNOWN' | null {
  if (isAbsent(value)) return null;
  return typeof value === 'boolean' ? value : 'UNKNOWN';
}
