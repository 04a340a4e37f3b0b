import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as limits from '../../../src/graphql/limits/limits.ts';
import { MAX_PROCESSES } from '../../../src/graphql/limits/process-count.ts';
import { MAX_IDS } from '../../../src/graphql/resolvers/query.ts';
import * as httpLimits from '../../../src/server/http-limits.ts';

const DOC = readFileSync(new URL('../../../docs/security.md', import.meta.url), 'utf8');

/** The paths of tests, which stand in code font: `named-tests.test.ts` checks that each exists. */
const TESTS = new Set([...DOC.matchAll(/`(test\/[\w./-]+\.test\.ts)`/g)].map(([, path = '']) => path));

/** The rows of the limits: the constant's name, and its number. */
const ROWS = [...DOC.matchAll(/^\| `([A-Z_]+)` *\| ([\d,]+) *\|/gm)].map(
  ([, name = '', number = '']): [string, number] => [name, Number(number.replaceAll(',', ''))],
);

describe('docs/security.md', () => {
  test('security.md names tests for its claims', () => {
    expect(TESTS.size).toBeGreaterThan(20);
  });

  test('security.md lists every limit with its number', () => {
    const expected: Record<string, number> = { ...limits, ...httpLimits, MAX_PROCESSES, MAX_IDS };
    // Numbers of the server's own housekeeping: they limit no request.
    for (const own of ['MAX_DISCARDED_BYTES', 'SLOW_CLIENT_CHECK_INTERVAL_MS', 'KEEP_ALIVE_TIMEOUT_MS'])
      delete expected[own];
    expect(Object.fromEntries(ROWS)).toEqual(expected);
  });

  test('security.md names tests in the section of every gate', () => {
    const gates = DOC.split(/^### /m).slice(1);
    expect(gates.map((gate) => gate.split('\n')[0])).toHaveLength(8);
    for (const gate of gates) expect(gate).toMatch(/^Tests: `/m);
  });
});
