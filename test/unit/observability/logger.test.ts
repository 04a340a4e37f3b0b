import * as fc from 'fast-check';
import { parse } from 'graphql';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { LogEvent } from '../../../src/observability/log-events.ts';
import { describeFault, LOG_LEVELS } from '../../../src/observability/logger.ts';
import { selfieBase64 } from '../../../sandbox/lib/selfie.ts';
import { ID } from '../../support/bodies.ts';
import { startLog, type LogLine } from '../../support/log.ts';

const NAME = 'Maria Souza da Silva';
const CPF = '12345678909';

/** Fields that the compiler would refuse, as a library or a cast could pass them. */
const untyped = (fields: object): LogEvent => fields as LogEvent;

/** The one line that is written for a text in a permitted field, in a field that is not permitted, and in the message. */
function lineOf(text: string): LogLine {
  const { logger, lines } = startLog();
  logger.info(untyped({ event: 'failure', message: text, reason: text }), text);
  const [line, ...others] = lines();
  expect(others).toEqual([]);
  return line ?? {};
}

describe('Logger', () => {
  test('a line has its time, level, fields and message, and nothing of the machine', () => {
    const { logger, lines } = startLog();
    logger.warn(
      { event: 'upstream', call: 'GET processes/v1/{id}', status: 503, seconds: 0.125 },
      'no usable response',
    );
    expect(lines()).toEqual([
      {
        level: 40,
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        event: 'upstream',
        call: 'GET processes/v1/{id}',
        status: 503,
        seconds: 0.125,
        msg: 'no usable response',
      },
    ]);
  });

  test('a line has what an operator looks for, unchanged', () => {
    const fields = {
      event: 'listening',
      url: 'http://127.0.0.1:4001',
      environment: 'production',
      process: ID,
      fields: ['Person.duiValue', 'Query.reusableDocuments'],
      open: true,
      status: null,
      seconds: 1234567.891,
      signal: 'SIGTERM',
      trouble: 'Redis does not answer in time',
      kind: 'contract',
    };
    const { logger, lines } = startLog();
    logger.info(untyped(fields), 'listening');
    expect(lines()).toEqual([expect.objectContaining(fields)]);
  });

  test.each([
    'cpf',
    'body',
    'code',
    'variables',
    'query',
    'headers',
    'authorization',
    'err',
    'error',
    'stack',
    'path',
    'req',
    'Message',
    'message ',
    '__proto__',
    'constructor',
    'toString',
  ])('a field that no event has is not written: %s', (field) => {
    for (const value of [{ of: NAME }, NAME, [NAME]]) {
      const { logger, lines, written } = startLog();
      logger.info(
        untyped(
          Object.fromEntries([
            ['event', 'failure'],
            [field, value],
          ]),
        ),
        'm',
      );
      expect(lines()).toHaveLength(1);
      expect(written()).not.toContain(NAME);
    }
  });

  test.each(['level', 'time', 'msg'])("an event cannot replace the line's own field %s", (field) => {
    const { logger, lines, written } = startLog();
    logger.info(untyped({ event: 'failure', [field]: 'forged' }), 'm');
    expect(written()).not.toContain('forged');
    expect(lines()).toEqual([{ level: 30, time: expect.any(String), event: 'failure', msg: 'm' }]);
  });

  test('an error that is passed as an event writes neither its message nor its properties', () => {
    const { logger, lines, written } = startLog();
    logger.error(untyped(Object.assign(new Error(NAME), { cpf: CPF })), 'm');
    expect(lines()).toHaveLength(1);
    expect(written()).not.toMatch(/Maria|12345678909/);
  });

  test('what looks personal is redacted in every field and in the message', () => {
    const texts = [CPF, '123.456.789-09', 'maria@example.com', '+55 (19) 97257-0707', selfieBase64()];
    for (const text of texts) {
      expect(lineOf(`Unico said ${text} again`)).toMatchObject({
        message: 'Unico said … again',
        msg: 'Unico said … again',
      });
    }
  });

  test('a number as long as a CPF is not written, in any form', () => {
    const { logger, written } = startLog();
    logger.info(
      untyped({ event: 'upstream', status: 12345678909, seconds: -12345678909, fields: [12345678909] }),
      'm',
    );
    expect(written()).not.toContain(CPF);
  });

  test('nothing below an object in a permitted field is written', () => {
    const { logger, written } = startLog();
    logger.info(
      untyped({ process: { person: { cpf: CPF, mails: ['maria@example.com', { also: CPF }] } } }),
      'm',
    );
    logger.info(untyped({ fields: [{ cpf: CPF }, [NAME]] }), 'm');
    expect(written()).not.toContain(CPF);
    expect(written()).not.toContain('maria');
    expect(written()).not.toContain(NAME);
  });

  const forged = '{"level":60,"time":"2026-01-01T00:00:00.000Z","event":"outcome-lost","msg":"forged"}';

  test.each([
    ['a line break and another line', `x\n${forged}\n`],
    ['a carriage return', `x\r${forged}`],
    ['other white space', '\v\f\t\b'],
    ['the end of a text', `", "event": "outcome-lost`],
    ['backslashes at its end', 'x\\'],
    ['colours of a terminal', '\u001b[2J\u001b[31mx'],
    ['zeros', '\u0000'],
    ['half a character', '\ud800'],
    ['an e-mail address before a quote', 'x@y.z"'],
    ['e-mail addresses around a forged field', `a@b.c","event":"a@b.c`],
    ['a line break before an image', `\n${selfieBase64()}`],
    ['a private key', `-----BEGIN PRIVATE KEY-----\n${'M'.repeat(64)}\n-----END PRIVATE KEY-----\n`],
    ['a control character before a CPF', `\u0001${CPF}`],
    ['a million quotes', '"'.repeat(1_000_000)],
  ])('a line stays one JSON object with its own level, time and event where a text has %s', (_what, text) => {
    expect(lineOf(text)).toMatchObject({ level: 30, time: expect.stringMatching(/Z$/), event: 'failure' });
  });

  test('a line stays one JSON object with its own level, time and event, whatever a text has', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        '"',
        '\\',
        '\n',
        '\u0001',
        '\u2028',
        '@',
        'a@b.c',
        '.',
        CPF,
        'A'.repeat(70),
        'eyJhbGciOi.',
      ),
    );
    const text = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (each) => {
        expect(lineOf(each)).toMatchObject({
          level: 30,
          time: expect.stringMatching(/Z$/),
          event: 'failure',
        });
      }),
      { numRuns: 3_000 },
    );
  });

  test('a line has no character that some readers take for the end of a line', () => {
    const { logger, written } = startLog();
    logger.info(
      untyped({ message: 'one\u0085two\u2028three\u2029four\u000bfive\u000csix' }),
      'm\u0085\u2028',
    );
    expect(
      written()
        .trimEnd()
        .split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/),
    ).toHaveLength(1);
  });

  const METHODS = ['fatal', 'error', 'warn', 'info', 'debug'] as const;
  test.each(LOG_LEVELS)('at the level %s, only events at least as urgent are written', (level) => {
    const { logger, lines } = startLog(level);
    for (const method of METHODS) logger[method](untyped({ event: method }), 'm');
    const expected = level === 'silent' ? 0 : LOG_LEVELS.indexOf(level) + 1;
    expect(lines().map(({ event }) => event)).toEqual(METHODS.slice(0, expected));
  });
});

/** An error that is thrown by the code that throws it in production, so that its frames are real. */
function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('expected an error');
}

describe('describeFault', () => {
  test('a fault is described by its type and its frames, relative to the root of the program', () => {
    const { name, frames } = describeFault(errorOf(() => JSON.parse(`{"${NAME}`)));
    expect(name).toBe('SyntaxError');
    expect(frames).toContainEqual(
      expect.stringMatching(/^at .*\(?test\/unit\/observability\/logger\.test\.ts:\d+:\d+\)?$/),
    );
  });

  test.each([
    ['this program', () => JSON.parse(NAME)],
    // oxlint-disable-next-line typescript/no-explicit-any -- a mistake that the compiler would not permit
    ['a library', () => parse(5 as any)],
    ['code that is created at run time', () => new Function('throw new Error("x")')()],
    ['Node', () => Buffer.alloc(-1)],
  ])('the frames of an error of %s name no directory of the machine', (_what, work) => {
    const { frames } = describeFault(errorOf(work));
    expect(frames.length).toBeGreaterThan(0);
    for (const frame of frames) expect(frame).not.toMatch(/file:|\/work\/|\/home\/|\/root\//);
    expect(frames.join('\n')).not.toContain(process.cwd());
  });

  test('nothing of the message, the cause, the properties or the inner errors of a fault is logged', () => {
    const cause = new Error(`cause ${NAME}`);
    const errors = [
      new Error(`${NAME} ${CPF}`),
      new Error(`first line\n${NAME}`),
      new Error('x', { cause }),
      Object.assign(new Error('x'), { cpf: CPF, subject: { name: NAME } }),
      new AggregateError([cause], NAME),
      errorOf(() => JSON.parse(`{"${NAME}": 1,`)),
      errorOf(() => new URL(`http://${NAME}:x`)),
      errorOf(() => decodeURIComponent(`%${NAME}`)),
    ];
    for (const error of errors) {
      const { logger, written } = startLog();
      logger.error(describeFault(error), 'fault');
      expect(written()).toContain('"event":"fault"');
      expect(written()).not.toMatch(/Maria|Souza|Silva|12345678909|first line/);
    }
  });

  test('lines of a message that look like frames are not taken for frames', () => {
    const { frames } = describeFault(new Error(`x\n    at ${NAME}\n    at ${CPF} (${NAME}:1:1)`));
    expect(frames.join('\n')).not.toMatch(/Maria|12345678909/);
    expect(frames.length).toBeGreaterThan(0);
  });

  test.each([
    ['a text', NAME, 'string'],
    ['an object', { name: NAME, frames: [NAME], stack: NAME }, 'object'],
    ['null', null, 'object'],
    ['undefined', undefined, 'undefined'],
  ])('where %s was thrown, only its type is described', (_what, thrown, name) => {
    expect(describeFault(thrown)).toEqual({ event: 'fault', name, frames: [] });
  });

  test('a fault has at most ten frames, however deep the stack', () => {
    const dive = (depth: number): never => {
      if (depth === 0) throw new Error('x');
      return dive(depth - 1);
    };
    const before = Error.stackTraceLimit;
    onTestFinished(() => void (Error.stackTraceLimit = before));
    Error.stackTraceLimit = 100;
    expect(describeFault(errorOf(() => dive(50))).frames).toHaveLength(10);
  });

  test('a fault without a stack is described by its type', () => {
    const fault = new RangeError(NAME);
    Reflect.deleteProperty(fault, 'stack');
    expect(describeFault(fault)).toEqual({ event: 'fault', name: 'RangeError', frames: [] });
  });
});
