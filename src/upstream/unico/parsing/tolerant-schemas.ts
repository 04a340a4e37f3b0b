import { z } from 'zod';
import { isObject } from './json-object.ts';

/*
 * Parts of a wire shape that is read with tolerance: a member that is absent, null or of another type is `null`. Those
 * that most members are made of are plain functions: `catch` makes an error of each that is absent.
 */

/** Text, or `null`. Empty text counts as absent. */
export const text = z.transform((value: unknown) =>
  typeof value === 'string' && value !== '' ? value : null,
);

/** `true` or `false`, or `null`. */
export const bool = z.transform((value: unknown) => (typeof value === 'boolean' ? value : null));

/** A member of any type, or none: what is read of it is decided later. */
export const unknownValue = z.unknown().optional();

/** A process has a handful of documents, services and capacities. */
const MAX_ITEMS = 200;

/** Nothing is an empty list, what is no list is a list of one, and what is too long is none: the answer can not be read. */
function asList(value: unknown): unknown {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) return [value];
  return value.length > MAX_ITEMS ? 'a list that is too long' : value;
}

/** A list of texts; what is no text is left out. */
export const stringList = z
  .preprocess(asList, z.array(text))
  .transform((items) => items.filter((item) => item !== null));

/** A list of objects of a shape; what does not fit is left out. */
export function objects<T extends z.ZodType>(shape: T) {
  return z
    .preprocess(asList, z.array(shape.nullable().catch(null)))
    .transform((items) => items.filter((item): item is NonNullable<typeof item> => item !== null));
}

/** An object of a shape, or `null`. */
export function object<T extends z.ZodType>(shape: T) {
  return shape.nullable().catch(null);
}

/** What is read from a document is answered as it is; real ones have two levels and some fifty values (upstream.md §4.4). */
const MAX_DEPTH = 16;
const MAX_VALUES = 2_000;

/** Whether JSON is nested too deep or has too much in it; a loop over levels, because recursion is what deep nesting attacks. */
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

/** The fields read from a document, of any names and types; `null` where they are no object, or too large. */
export const ocrData = z
  .record(z.string(), z.unknown())
  .refine((data) => !isTooLarge(data))
  .nullable()
  .catch(null);

/** What stands for two members of one name that contradict each other: no reader takes it for an answer. */
const CONTRADICTION = 'contradiction';

/** A name as S0 writes some: `docId` is `doc_id`. */
function snakeCased(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** What the two spellings of one name say together; `null` where neither says anything. */
function together(one: unknown, other: unknown): unknown {
  const said = one ?? other ?? null;
  return said === (other ?? said) ? said : CONTRADICTION;
}

/** An object of a shape, its members spelled in camel case or in snake case: protobuf JSON takes both, and S0 mixes them. */
export function inEitherSpelling<T extends z.ZodObject>(shape: T) {
  const names = Object.keys(shape.shape).map((name) => [name, snakeCased(name)] as const);
  const camelCased = (value: unknown): unknown => {
    if (!isObject(value)) return value;
    const members: Record<string, unknown> = {};
    for (const [camel, snake] of names) members[camel] = together(value[camel], value[snake]);
    return members;
  };
  return z.preprocess(camelCased, shape);
}

/** A document that is no object has a check that can not be read, so that it is not taken for one without checks. */
function documentMembers(value: unknown): unknown {
  return isObject(value) ? value : { cpfMatch: 'not to be read' };
}

/** A document of a shape, in either spelling. */
export function document<T extends z.ZodObject>(shape: T) {
  return z.preprocess(documentMembers, inEitherSpelling(shape));
}
