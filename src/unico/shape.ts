import { z } from 'zod';

/* Parts of a wire shape that is read with tolerance: a member that is absent, null or of another type is `null`. */

/** Text, or `null`. Empty text counts as absent. */
export const text = z.string().min(1).nullable().catch(null);

/** `true` or `false`, or `null`. */
export const flag = z.boolean().nullable().catch(null);

/** A member of any type, or none: what is read of it is decided later. */
export const anything = z.unknown().optional();

/** A list of texts; what is no text is left out, what is no list is empty. */
export const texts = z
  .array(z.unknown())
  .catch([])
  .transform((items) => items.filter((item): item is string => typeof item === 'string' && item !== ''));

/** A list of objects of a shape; what does not fit is left out, what is no list is empty. */
export function objects<T extends z.ZodType>(shape: T) {
  return z
    .array(shape.nullable().catch(null))
    .catch([])
    .transform((items) => items.filter((item): item is NonNullable<typeof item> => item !== null));
}

/** An object of a shape, or `null`. */
export function object<T extends z.ZodType>(shape: T) {
  return shape.nullable().catch(null);
}
