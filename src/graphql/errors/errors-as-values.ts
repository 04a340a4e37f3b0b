import type { Part } from '../../domain/part.ts';

/*
 * Where a resolver returns an `Error` instead of a value, graphql-js reports it for that value alone: for one field, or
 * for one item of a list. The response has all other fields and items.
 */

/**
 * The value of a part of an object, for the resolver of a field in that part; `null` where there is none. Throws the
 * failure of a part that could not be read, so that graphql-js reports it for this field alone.
 */
export function partValue<Value>(part: Part<Value> | Error | undefined): Value | null {
  if (part instanceof Error) throw part;
  return part ?? null;
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('a resolver failed without an error');
}

/**
 * Resolves one item of a list, synchronously where it is known. A failure becomes the item, and does not fail the list.
 */
export function settleItem<Item>(resolve: () => Item | Promise<Item>): Item | Error | Promise<Item | Error> {
  try {
    const item = resolve();
    return item instanceof Promise ? item.catch(toError) : item;
  } catch (thrown) {
    return toError(thrown);
  }
}
