/** An object without its properties that are `null`: callers may send `null` or omit the property, with the same meaning. */
export type WithoutNulls<T> = { [Property in keyof T]: Exclude<T[Property], null> };

/** Returns a copy without the properties that are `null`, one level deep. */
export function withoutNulls<T extends object>(value: T): WithoutNulls<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, property]) => property !== null),
  ) as WithoutNulls<T>;
}
