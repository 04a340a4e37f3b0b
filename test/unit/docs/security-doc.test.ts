import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as limits from '../../../src/graphql/limits/limits.ts';
import { MAX_PROCESSES } from '../../../src/graphql/limits/process-count.ts';
import { MAX_IDS } from '../../../src/graphql/resolvers/query.ts';
import * as httpLimits from '../../../src/server/http-limits.ts';

const DOC = readFileSync(new URL('../../../docs/security.md', import.meta.url), 'utf8');

/** Everything that stands in code font and ends like a test. */
const TESTS = [...new Set([...DOC.matchAll(/`(test\/[\w./-]+\.test\.ts)`/g)].map(([, path = '']) => path))];

/** The rows of the limits: the constant's name, and its number. */
const ROWS = [...DOC.matchAll(/^\| `([A-Z_]+)` *\| ([\d,]+) *\|/gm)].map(
  ([, name = '', number = '']): [string, number] => [name, Number(number.replaceAll(',', ''))],
);

describe('docs/security.md', () => {
  test('names tests for its claims', () => {
    expect(TESTS.length).toBeGreaterThan(20);
  });

  test.each(TESTS)('leads to %s, which is there', (path) => {
    expect(existsSync(new URL(`../../../${path}`, import.meta.url))).toBe(true);
  });

  test('has the limits that hold, each with its number', () => {
    const told: Record<string, number> = { ...limits, ...httpLimits, MAX_PROCESSES, MAX_IDS };
    // What is only for the server's own housekeeping, and no limit of what a caller may ask.
    for (const own of ['MAX_DROPPED_BYTES', 'SLOW_CLIENT_CHECK_INTERVAL_MS', 'KEEP_ALIVE_TIMEOUT_MS'])
      delete told[own];
    expect(Object.fromEntries(ROWS)).toEqual(told);
  });

  test('has tests below every door', () => {
    const doors = DOC.split(/^### /m).slice(1);
    expect(doors.map((door) => door.split('\n')[0])).toHaveLength(7);
    for (const door of doors) expect(door).toMatch(/^Tests: `/m);
  });
});
