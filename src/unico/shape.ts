import { z } from 'zod';
import { isMembers } from './members.ts';

/* Parts of a wire shape that is read with tolerance: a member that is absent, null or of another type is `null`. */

/** Text, or `null`. Empty text counts as absent. */
export const text = z.string().min(1).nullable().catch(null);

/** `true` or `false`, or `null`. */
export const flag = z.boolean().nullable().catch(null);

/** A member of any type, or none: what is read of it is decided later. */
export const anything = z.unknown().optional();

/** A process has a handful of documents, services and capacities. */
const MOST_ITEMS = 200;

/** Nothing is an empty list, what is no list is a list of one, and what is too long is none: the answer can not be read. */
function asList(value: unknown): unknown {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) return [value];
  return value.length > MOST_ITEMS ? 'a list that is too long' : value;
}

/** A list of texts; what is no text is left out. */
export const texts = z
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

/** What is read from a document is answered as it is; real ones have two levels and some fifty values (facts 4.4). */
const DEEPEST = 16;
const MOST_VALUES = 2_000;

/** Whether JSON is nested too deep or has too much in it; a loop over levels, because recursion is what deep nesting attacks. */
function isTooLarge(json: unknown): boolean {
  let level: unknown[] = [json];
  let values = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    values += level.length;
    if (depth > DEEPEST || values > MOST_VALUES) return true;
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

/**
 * An object whose members are called in camel case: S0 writes some in snake case, and protobuf JSON takes both. What
 * is no object is left as it is.
 */
export function camelCased(value: unknown): unknown {
  if (!isMembers(value)) return value;
  const members = new Map<string, unknown>();
  for (const [name, member] of Object.entries(value)) {
    const camel = name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const known = members.get(camel) ?? member;
    members.set(camel, known === (member ?? known) ? known : CONTRADICTION);
  }
  return Object.fromEntries(members);
}

/**
 * The members of a document; a document that is no object has a check that can not be read, so that it is not taken
 * for one without checks.
 */
export function documentMembers(value: unknown): unknown {
  return isMembers(value) ? camelCased(value) : { cpfMatch: 'not to be read' };
}
