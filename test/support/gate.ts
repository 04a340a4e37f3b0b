/** Something that a test waits for until another part of the test opens it. */
export type Gate = { opened: Promise<void>; open(): void };

/** Creates a closed gate. */
export function gate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}
