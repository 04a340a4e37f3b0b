import { isObject, type JsonProperties } from './json-object.ts';

/* How Unico's words become ours. Every vocabulary may grow (upstream.md §8): a word that is not known is `UNKNOWN`. */

/** A word of Unico's, or nothing. */
type Vocabulary<Ours extends string> = ReadonlyMap<string, Ours>;

function isAbsent(value: unknown): value is null | undefined | '' {
  return value === null || value === undefined || value === '';
}

/**
 * Reads an enum value of idcloud, such as `LIVENESS_RESULT_LIVE`. S0 says that some pages leave the prefix out, so it
 * may be missing. Absent and `*_UNSPECIFIED` are `null`: not evaluated.
 */
export function readPrefixedEnum<Ours extends string>(
  value: unknown,
  prefix: string,
  vocabulary: Vocabulary<Ours>,
): Ours | 'UNKNOWN' | null {
  if (isAbsent(value)) return null;
  if (typeof value !== 'string') return 'UNKNOWN';
  const word = value.startsWith(prefix) ? value.slice(prefix.length) : value;
  return word === 'UNSPECIFIED' ? null : (vocabulary.get(word) ?? 'UNKNOWN');
}

/** Reads a result of processes/v1, such as `{ "result": "yes" }`; older keys write `Yes` (upstream.md §5.3). */
export function readEnum<Ours extends string>(
  value: unknown,
  vocabulary: Vocabulary<Ours>,
): Ours | 'UNKNOWN' | null {
  if (isAbsent(value)) return null;
  if (typeof value !== 'string') return 'UNKNOWN';
  return vocabulary.get(value.toLowerCase()) ?? 'UNKNOWN';
}

/** Reads a number that may come as text: `null` where absent, `NaN` where it is there and is no number. */
export function readNumber(value: unknown): number | null {
  if (isAbsent(value)) return null;
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}

/** A part of an answer that should be an object: `null` where absent, `UNKNOWN` where it is something else. */
export function readObject(value: unknown): JsonProperties | 'UNKNOWN' | null {
  if (isAbsent(value)) return null;
  return isObject(value) ? value : 'UNKNOWN';
}

/** A check that is `true` or `false`: `null` where absent, `UNKNOWN` where it is something else. */
export function readCheck(value: unknown): boolean | 'UNKNOWN' | null {
  if (isAbsent(value)) return null;
  return typeof value === 'boolean' ? value : 'UNKNOWN';
}
