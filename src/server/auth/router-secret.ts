import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether a value of the header `Router-Authorization` is the router's secret. */
export type IsRouter = (value: string | undefined) => boolean;

/** All digests have the same length, so that every comparison takes the same time. */
const digestOf = (value: string): Buffer => createHash('sha256').update(value).digest();

/**
 * Creates the check of the router's secret. Several secrets may be valid at a time, so that an operator can replace one
 * while routers still send it; without secrets every client passes. All secrets are compared each time, so that the
 * time reveals nothing.
 */
export function createRouterCheck(secrets: readonly string[]): IsRouter {
  if (secrets.length === 0) return () => true;
  const digests = secrets.map(digestOf);
  return (value) => {
    const digest = digestOf(value ?? '');
    const equal = digests.map((secretDigest) => timingSafeEqual(secretDigest, digest));
    return value !== undefined && equal.includes(true);
  };
}
