import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { ANONYMOUS } from '../../../src/domain/caller.ts';
import { AuditUnavailable, createAuditLog } from '../../../src/observability/audit-log.ts';
import { Logger } from '../../../src/observability/logger.ts';
import { LogOutput } from '../../../src/observability/log-output.ts';
import { ID } from '../../support/bodies.ts';

type Written = (error?: Error | null) => void;

/** An output whose reader reads only when `read` is called, or fails each line with `failure`. */
function startOutput() {
  const texts: string[] = [];
  let pending: Written | null = null;
  let stalled = false;
  let failure: Error | null = null;
  const stream = new Writable({
    decodeStrings: false,
    autoDestroy: false,
    write(text: string, _encoding, done) {
      if (failure !== null) return done(failure);
      texts.push(text);
      if (stalled) pending = done;
      else done();
    },
  });
  const output = new LogOutput(stream);
  let dropped = 0;
  const missed: number[] = [];
  output.observe({ dropped: () => void (dropped += 1), flowsAgain: (count) => void missed.push(count) });
  return {
    output,
    texts,
    dropped: () => dropped,
    missed,
    stall: () => void (stalled = true),
    read() {
      stalled = false;
      pending?.();
      pending = null;
    },
    fail: (error: Error | null) => void (failure = error),
  };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A line of 1 KiB. */
const LINE = `${'x'.repeat(1_023)}\n`;

const CALLER = { ...ANONYMOUS, name: 'luke' };
const never = new AbortController().signal;

describe('LogOutput', () => {
  test('a line is written before `write` returns, so that a killed process has lost none', () => {
    const { output, texts } = startOutput();
    for (const line of ['1\n', '2\n', '3\n']) output.write(line);
    expect(texts).toEqual(['1\n', '2\n', '3\n']);
  });

  test('while the reader has stalled, a bounded number of lines waits, and the others are dropped and counted', async () => {
    const { output, texts, dropped, missed, stall, read } = startOutput();
    stall();
    for (let i = 0; i < 5_000; i += 1) output.write(LINE);
    expect(dropped()).toBe(5_000 - 1_025);
    expect(output.fault).toContain('stalled');
    read();
    await nextTurn();
    expect(texts).toHaveLength(1_025);
    expect(missed).toEqual([5_000 - 1_025]);
    expect(output.fault).toBeNull();
  });

  test('lines of the level error have room when no other line has, and are bounded too', async () => {
    const { output, texts, dropped, stall, read } = startOutput();
    const logger = new Logger('info', output);
    stall();
    for (let i = 0; i < 2_000; i += 1) output.write(LINE);
    const before = dropped();
    const lost = { event: 'outcome-unknown', reference: null, client: null } as const;
    logger.error({ ...lost, key: 'hmac:1' }, 'lost');
    expect(dropped()).toBe(before);
    logger.info({ event: 'stopped' }, 'stopped');
    expect(dropped()).toBe(before + 1);
    for (let i = 0; i < 20_000; i += 1) logger.error({ ...lost, key: `hmac:${i}` }, 'lost');
    expect(dropped()).toBeGreaterThan(before + 1);
    read();
    await nextTurn();
    expect(texts.filter((text) => text.includes('"key":"hmac:1"'))).not.toEqual([]);
  });

  test('a reader that is slow, and not stalled, misses nothing', async () => {
    const { output, texts, dropped, missed, stall, read } = startOutput();
    for (let i = 0; i < 100; i += 1) {
      stall();
      for (let n = 0; n < 500; n += 1) output.write(LINE);
      read();
      await nextTurn();
    }
    expect([texts.length, dropped(), missed]).toEqual([50_000, 0, []]);
  });

  test.each(['EPIPE', 'ENOSPC'])(
    'a line that cannot be written (%s) is counted, and the next one is tried',
    async (code) => {
      const { output, texts, dropped, missed, fail } = startOutput();
      fail(Object.assign(new Error(code), { code }));
      output.write('1\n');
      await nextTurn();
      expect(dropped()).toBe(1);
      expect(output.fault).toContain('gone');
      expect(texts).toEqual([]);
      expect(missed).toEqual([]);
    },
  );

  test('draining ends at once without waiting lines, with them when they are read, and in time when they are not', async () => {
    const { output, stall, read } = startOutput();
    expect(await output.drain(60_000)).toBe(true);
    stall();
    output.write(LINE);
    expect(await output.drain(1)).toBe(false);
    const draining = output.drain(60_000);
    read();
    expect(await draining).toBe(true);
  });
});

describe('the audit log', () => {
  const event = { event: 'forgotten', process: ID } as const;

  test('a line is acknowledged only when it has left the process', async () => {
    const { output, stall, read } = startOutput();
    const audit = createAuditLog(output);
    await audit.write(CALLER, event, never);
    stall();
    let acknowledged = false;
    const writing = audit.write(CALLER, event, never).then(() => (acknowledged = true));
    await nextTurn();
    expect(acknowledged).toBe(false);
    read();
    await writing;
  });

  test('an operation whose time ends first gets an error, and the line is written all the same', async () => {
    const { output, texts, stall, read } = startOutput();
    const audit = createAuditLog(output);
    stall();
    output.write('before\n');
    const operation = new AbortController();
    const writing = audit.write(CALLER, event, operation.signal);
    operation.abort();
    await expect(writing).rejects.toThrow(AuditUnavailable);
    read();
    await nextTurn();
    expect(texts.at(-1)).toContain('"event":"forgotten"');
  });

  test('a line that cannot be written is an error', async () => {
    const { output, fail } = startOutput();
    fail(new Error('EPIPE'));
    await expect(createAuditLog(output).write(CALLER, event, never)).rejects.toThrow(AuditUnavailable);
  });

  test('its lines are not dropped with the others, but when too many wait, what needs one is refused', () => {
    const { output, dropped, stall, read } = startOutput();
    const audit = createAuditLog(output);
    stall();
    for (let i = 0; i < 2_000; i += 1) output.write(LINE);
    const before = dropped();
    let accepted = 0;
    const accepts = (): boolean => {
      try {
        audit.requireRoom();
        return true;
      } catch {
        return false;
      }
    };
    while (accepts() && accepted < 100_000) {
      audit.write(CALLER, event, never).catch(() => {});
      accepted += 1;
    }
    expect(accepted).toBeGreaterThan(1_000);
    expect(accepted).toBeLessThan(100_000);
    expect(dropped()).toBe(before);
    expect(() => audit.requireRoom()).toThrow(AuditUnavailable);
    read();
    expect(() => audit.requireRoom()).not.toThrow();
  });
});
