import { z } from 'zod';
import { isJsonObject } from '../../../lib/json-object.ts';
import { isAbsent } from './read-values.ts';

/*
 * Schemas for tolerant parsing: a field that is absent, null or of another type is `null`. The schemas of most fields
 * are plain functions, because zod's `catch` creates an error for each absent field.
 */

/** Text, or `null`. Empty text counts as absent. */
export const text = z.transform((value: unknown) =>
  typeof value === 'string' && value !== '' ? value : null,
);

/** `true` or `false`, or `null`. */
export const bool = z.transform((value: unknown) => (typeof value === 'boolean' ? value : null));

/** A field of any type, or absent: `to-signals.ts` and `to-process.ts` read it. */
export const unknownValue = z.unknown().optional();

/** The longest list: a process has a handful of documents, services and capacities. */
const MAX_ITEMS = 200;

/**
 * Absent is an empty list, another value is a list of one, and a list that is too long is invalid: the response cannot
 * be read.
 */
function asList(value: unknown): unknown {
  if (isAbsent(value)) return [];
  if (!Array.isArray(value)) return [value];
  return value.length > MAX_ITEMS ? 'a list that is too long' : value;
}

/** A list of strings, without the items of other types. */
export const stringList = z
  .preprocess(asList, z.array(text))
  .transform((items) => items.filter((item) => item !== null));

/** A list of objects of a schema, without the items that do not fit. */
export function objects<T extends z.ZodType>(schema: T) {
  return z
    .preprocess(asList, z.array(schema.nullable().catch(null)))
    .transform((items) => items.filter((item): item is NonNullable<typeof item> => item !== null));
}

/** The items of a list that are not absent. */
function presentItems(value: unknown): unknown {
  const items = asList(value);
  return Array.isArray(items) ? items.filter((item) => !isAbsent(item)) : items;
}

/**
 * A list of objects that hold evidence, without the items that are absent. No other item is left out: one that does not
 * fit the schema makes the response invalid.
 */
export function evidenceList<T extends z.ZodType>(schema: T) {
  return z.preprocess(presentItems, z.array(schema));
}

/** The items of a list that are objects. */
function objectItems(value: unknown): unknown {
  const items = asList(value);
  return Array.isArray(items) ? items.filter(isJsonObject) : items;
}

/** The same without the items that are no objects: `known-shape.ts` of each contract finds them. */
export function evidenceObjects<T extends z.ZodType>(schema: T) {
  return z.preprocess(objectItems, z.array(schema));
}

/** An object of a schema, or `null`. */
export function object<T extends z.ZodType>(schema: T) {
  return schema.nullable().catch(null);
}

/**
 * OCR data is returned raw to callers, so it is bounded; real data has two levels and some fifty values (upstream.md
 * §4.4).
 */
const MAX_DEPTH = 16;
const MAX_VALUES = 2_000;

/** Whether JSON is nested too deep or has too many values. Not recursive: deep nesting would exhaust the stack. */
function isTooLarge(json: unknown): boolean {
  let level: unknown[] = [json];
  let values = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    values += level.length;
    if (depth > MAX_DEPTH || values > MAX_VALUES) return true;
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
  }
  return false;
}

/** The OCR fields of a document, of any names and types; `null` when they are not an object, or too large. */
export const ocrData = z
  .record(z.string(), z.unknown())
  .refine((data) => !isTooLarge(data))
  .nullable()
  .catch(null);

/** The value for two spellings of a property that contradict each other: no reader accepts it as a result. */
const CONTRADICTION = 'contradiction';

/** A property name as upstream.md §S0 writes some: `docId` is `doc_id`. */
function snakeCased(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The value of a property that may come in two spellings; `null` when neither has a value. */
function mergeSpellings(camel: unknown, snake: unknown): unknown {
  const value = camel ?? snake ?? null;
  return value === (snake ?? value) ? value : CONTRADICTION;
}

/**
 * An object of a schema whose property names come in camel case or in snake case: protobuf JSON allows both, and
 * upstream.md §S0 mixes them.
 */
export function inEitherSpelling<T extends z.ZodObject>(schema: T) {
  const names = Object.keys(schema.shape).map((name) => [name, snakeCased(name)] as const);
  const camelCased = (value: unknown): unknown => {
    if (!isJsonObject(value)) return value;
    const properties: Record<string, unknown> = {};
    for (const [camel, snake] of names) properties[camel] = mergeSpellings(value[camel], value[snake]);
    return properties;
  };
  return z.preprocess(camelCased, schema);
}

/** An object with itself as the property `raw`: what Unico sent, to search for evidence that no reader knows. */
export function withRaw(value: unknown): unknown {
  return isJsonObject(value) ? { ...value, raw: value } : value;
}

/** A document that is not an object gets a check that cannot be read: it must not look like one without checks. */
function documentProperties(value: unknown): unknown {
  return isJsonObject(value) ? value : { cpfMatch: 'not readable' };
}

/** A document of a schema, whose property names come in either spelling. */
export function document<T extends z.ZodObject>(schema: T) {
  return z.preprocess(documentProperties, inEitherSpelling(schema));
}
