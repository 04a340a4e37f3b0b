import type { Brand } from '../lib/brand.ts';
import { isCpf, isCurp } from './document-numbers.ts';

/** The id of a process in a checked form, safe to use in a path of Unico's APIs. */
export type ProcessId = Brand<string, 'ProcessId'>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether the value is a UUID of any version, the form of process ids in upstream.md §S0, §S1 and §S2. */
export function isUuid(value: string): boolean {
  return UUID.test(value);
}

/** Parses the id of a process to read: a UUID, in lower case so that a process has one key; `null` for other values. */
export function parseProcessId(value: unknown): ProcessId | null {
  return typeof value === 'string' && isUuid(value) ? (value.toLowerCase() as ProcessId) : null;
}

/** 320 characters is the longest identifier that upstream.md §S3 mentions; known process ids are far shorter. */
const MAX_JOURNEY_ID = 320;
const JOURNEY_ID = /^[A-Za-z0-9_-]+$/;

/**
 * Parses the id of a process whose document is set. upstream.md §S3 calls it a string, not a UUID, and its sample is
 * `abc-123`: letters, digits, `-` and `_` are accepted, so that no id can lead to another path. `null` for anything
 * else, and for a CPF or CURP.
 */
export function parseJourneyId(value: unknown): ProcessId | null {
  const uuid = parseProcessId(value);
  if (uuid !== null) return uuid;
  const wellFormed = typeof value === 'string' && value.length <= MAX_JOURNEY_ID && JOURNEY_ID.test(value);
  // People paste document numbers into the wrong field, and an id becomes part of a URL.
  return wellFormed && !isCpf(value) && !isCurp(value.toUpperCase()) ? (value as ProcessId) : null;
}
