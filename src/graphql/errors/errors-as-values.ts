import type { Part } from '../../domain/part.ts';

/*
 * graphql-js takes an `Error` that is resolved instead of a value as the failure of that value alone: of one field, or of
 * one item of a list. The other fields and items are answered.
 */

/**
 * The value of a part of an object, for the resolver of a field in that part; `null` where there is none. Throws the
 * failure of a part that could not be read, so that graphql-js reports it for this field alone.
 */
export function part<Value>(given: Part<Value> | Error | undefined): Value | null {
  if (given instanceof Error) throw given;
  return given ?? null;
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('a resolver failed without an error');
}

/** Resolves one item of a list: a failure becomes the item instead of failing the list. Known items stay synchronous. */
export function settleItem<Item>(resolve: () => Item | Promise<Item>): Item | Error | Promise<Item | Error> {
  try {
    const item = resolve();
    return item instanceof Promise ? item.catch(toError) : item;
  } catch (thrown) {
    return toError(thrown);
  }
}
