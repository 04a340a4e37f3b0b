/*
 * GraphQL takes an error in the place of a value for the failure of that value alone: of a member that is not there, or of one
 * item of a list. What is asked of the others is answered.
 */

/** In the place of a value of any type: a failure, or `null` for what there is nothing to say of. */
export function errorAsValue(failure: Error | null): never {
  return failure as never;
}

/** A member that may have a failure in its place, for those who look at it before GraphQL does. */
export function memberOf<Member>(member: Member): Member {
  if (member instanceof Error) throw member;
  return member;
}

function asError(fault: unknown): Error {
  return fault instanceof Error ? fault : new Error('a resolver failed without an error');
}

/** One item of a list, resolved for itself: its failure takes its place, and not that of the list. What is known is there at once. */
export function settleItem<Item>(resolve: () => Item | Promise<Item>): Item | Promise<Item> {
  try {
    const item = resolve();
    return item instanceof Promise ? item.catch((fault: unknown) => errorAsValue(asError(fault))) : item;
  } catch (fault) {
    return errorAsValue(asError(fault));
  }
}
