/** An object without its members that are `null`: callers may say `null` or leave out, and mean the same. */
export type WithoutNulls<T> = { [Member in keyof T]: Exclude<T[Member], null> };

/** Leaves out the members that are `null`, one level deep. */
export function withoutNulls<T extends object>(value: T): WithoutNulls<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null)) as WithoutNulls<T>;
}
