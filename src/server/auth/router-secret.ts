import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether a value of the header `Router-Authorization` is the router's secret. */
export type IsRouter = (value: string | undefined) => boolean;

/** Digests have the same length whatever was sent, so that every comparison takes the same time. */
const digestOf = (value: string): Buffer => createHash('sha256').update(value).digest();

/**
 * Creates the check of the router's secret. Several secrets may be valid at a time, so that they can be changed one after the other;
 * without secrets every client passes. All secrets are compared each time, so that the time reveals nothing.
 */
export function createRouterCheck(secrets: readonly string[]): IsRouter {
  if (secrets.length === 0) return () => true;
  const digests = secrets.map(digestOf);
  return (value) => {
    const digest = digestOf(value ?? '');
    const equal = digests.map((each) => timingSafeEqual(each, digest));
    return value !== undefined && equal.includes(true);
  };
}
