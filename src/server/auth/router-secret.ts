import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether a value of the header `Router-Authorization` is that of the router. */
export type IsRouter = (given: string | undefined) => boolean;

/** Of the same length whatever came, so that comparing them takes the same time. */
const digestOf = (value: string): Buffer => createHash('sha256').update(value).digest();

/**
 * What tells the router by its secret. Several may hold at a time, so that they can be changed one after the other;
 * with none of them everybody may ask. All are compared each time, and the time it takes tells nothing.
 */
export function createRouterCheck(secrets: readonly string[]): IsRouter {
  if (secrets.length === 0) return () => true;
  const digests = secrets.map(digestOf);
  return (given) => {
    const digest = digestOf(given ?? '');
    const equal = digests.map((each) => timingSafeEqual(each, digest));
    return given !== undefined && equal.includes(true);
  };
}
