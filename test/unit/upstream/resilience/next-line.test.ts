import { describe, expect, test } from 'vitest';
import type { ClientId } from '../../../../src/domain/caller.ts';
import type { Lane } from '../../../../src/domain/call-options.ts';
import { nextLine, type Line } from '../../../../src/upstream/resilience/next-line.ts';
import { RecentUsage } from '../../../../src/upstream/resilience/recent-usage.ts';

const NOW = 100_000;
const LANES: Lane[] = ['mutation', 'interactive', 'page'];

const line = (lane: Lane, client: string | null, arrivedAt = 0): Line => ({
  lane,
  client: client as ClientId | null,
  arrivedAt,
});

/** What was sent a tenth of a second ago. */
function usageOf(sent: readonly [Lane, string | null][]): RecentUsage {
  const usage = new RecentUsage(16);
  for (const [lane, client] of sent) usage.record(line(lane, client), NOW - 100);
  return usage;
}

/** Each lane has had its floor. */
const served: [Lane, string | null][] = LANES.map((lane) => [lane, 'another']);

describe('the next line', () => {
  test('there is none when nothing waits', () => {
    expect(nextLine([], usageOf([]), NOW)).toBeUndefined();
  });

  test('an access token goes first, also beside lanes that have had nothing', () => {
    const lines = [line('mutation', 'a'), line('token', null, 99), line('page', 'b')];
    for (const usage of [usageOf([]), usageOf(served)])
      expect(nextLine(lines, usage, NOW)?.lane).toBe('token');
  });

  test.each([
    [['page', 'interactive', 'mutation'], 'mutation'],
    [['page', 'interactive'], 'interactive'],
    [['page'], 'page'],
  ] as [Lane[], Lane][])(
    'of the lanes %j the next one is %s, when each has had its floor',
    (lanes, first) => {
      const lines = lanes.map((lane, i) => line(lane, 'a', i));
      expect(nextLine(lines, usageOf(served), NOW)?.lane).toBe(first);
    },
  );

  test('a lane that had nothing for a second goes before the lanes ahead of it, the one that has waited longest first', () => {
    const lines = LANES.map((lane) => line(lane, lane));
    for (const waited of LANES) {
      const usage = usageOf(served);
      usage.record(line(waited, 'another'), NOW - 5_000);
      expect(nextLine(lines, usage, NOW)?.lane).toBe(waited);
    }
    const usage = new RecentUsage(16);
    for (const [i, lane] of LANES.entries()) usage.record(line(lane, 'another'), NOW - 2_000 - i * 1_000);
    expect(nextLine(lines, usage, NOW)?.lane).toBe('page');
  });

  test('a client that has more than half of what was sent waits for the others, whatever its lane', () => {
    const usage = usageOf([
      ...served,
      ['mutation', 'a'],
      ['mutation', 'a'],
      ['mutation', 'a'],
      ['mutation', 'a'],
    ]);
    const lines = [line('mutation', 'a'), line('page', 'b')];
    expect(nextLine(lines, usage, NOW)?.client).toBe('b');
    expect(nextLine([line('mutation', 'a')], usage, NOW)?.client).toBe('a');
  });

  test('a client that has half of the connections waits for the others', () => {
    const lines = [line('mutation', 'a'), line('page', 'b')];
    const busy = [...served, ['mutation', 'a']] as [Lane, string][];
    expect(nextLine(lines, usageOf(busy), NOW)?.client).toBe('a');
    const usage = usageOf(served);
    const ends = Array.from({ length: 16 }, () => usage.begin(line('mutation', 'a')));
    expect(nextLine(lines, usage, NOW)?.client).toBe('b');
    ends[0]?.();
    expect(nextLine(lines, usage, NOW)?.client).toBe('a');
  });

  test('within a lane the client with the fewest recent requests is next, and then the one that came first', () => {
    const usage = usageOf([...served, ['page', 'a'], ['page', 'a'], ['page', 'b'], ['page', null]]);
    const lines = [line('page', 'a', 1), line('page', 'b', 3), line('page', null, 2)];
    expect(nextLine(lines, usage, NOW)?.client).toBeNull();
    expect(nextLine([...lines, line('page', 'new', 9)], usage, NOW)?.client).toBe('new');
  });

  test('access tokens count for no client', () => {
    const usage = new RecentUsage(1);
    usage.begin(line('token', null));
    for (let i = 0; i < 5; i += 1) usage.record(line('token', null), NOW);
    expect([usage.hasMoreThanHalf(null), usage.recentOf(null)]).toEqual([false, 0]);
  });
});
