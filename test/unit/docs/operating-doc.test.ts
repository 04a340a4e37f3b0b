import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Metrics } from '../../../src/observability/metrics.ts';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

const DOC = read('docs/operating.md');

/** The text below a heading, up to the next one of the same level. */
function section(heading: string): string {
  const [, text = ''] = DOC.split(`\n## ${heading}\n`);
  return text.split('\n## ')[0] ?? '';
}

/** The names in code font in the first column of a section's table. */
function namesIn(heading: string): Set<string> {
  const rows = section(heading).matchAll(/^\| (`[^|]+`) +\|/gm);
  return new Set(
    [...rows].flatMap(([, cell = '']) => [...cell.matchAll(/`([\w-]+)`/g)].map(([, name = '']) => name)),
  );
}

describe('docs/operating.md', () => {
  test('operating.md lists every metric of ours, and no other', async () => {
    const text = await new Metrics({ rejectionReasons: [] }).render();
    const names = [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name = '']) => name);
    // Those of Node itself are documented by prom-client.
    const ours = names.filter((name) => !/^(process_(?!reads|creations)|nodejs_)/.test(name));
    expect(ours.length).toBeGreaterThan(10);
    expect([...namesIn('Metrics')].toSorted()).toEqual(ours.toSorted());
  });

  test('operating.md lists every event of the log, and no other', () => {
    const events = [...read('src/observability/log-events.ts').matchAll(/\bevent: '([\w-]+)'/g)];
    const names = new Set(events.map(([, name = '']) => name));
    expect(names.size).toBeGreaterThan(10);
    expect([...namesIn('Logs')].toSorted()).toEqual([...names].toSorted());
  });

  test('every metric in an example of an alarm exists', async () => {
    const text = await new Metrics({ rejectionReasons: [] }).render();
    const used = [...section('Metrics').matchAll(/(?:increase|rate)\((\w+)/g)].map(([, name = '']) => name);
    expect(used.length).toBeGreaterThan(2);
    for (const name of used) expect(text).toContain(`# TYPE ${name} `);
  });
});
