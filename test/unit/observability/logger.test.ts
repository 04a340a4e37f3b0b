import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { parse } from 'graphql';
import { describe, expect, onTestFinished, test } from 'vitest';
import { UpstreamFailure, type FailureKind } from '../../../src/domain/upstream-failure.ts';
import { createAuditLog } from '../../../src/observability/audit-log.ts';
import {
  createFailureLog,
  createLogger,
  describeFault,
  LOG_LEVELS,
  type LogLevel,
} from '../../../src/observability/logger.ts';
import { selfieBase64 } from '../../../sandbox/lib/selfie.ts';
import { authenticationOf, startTokenIssuer } from '../../support/token-issuer.ts';

const ID = '53060f52-f146-4c12-a234-5bb5031f6f5b';
const NAME = 'Maria Souza da Silva';
const CPF = '12345678909';

type Line = Record<string, unknown>;

/** A logger, what it has written, and that read as its readers do: one object of JSON to a line. */
function startLog(level: LogLevel = 'trace') {
  let written = '';
  const logger = createLogger(level, { write: (text) => void (written += text) });
  return {
    logger,
    written: () => written,
    lines: () =>
      written
        .trimEnd()
        .split('\n')
        .filter((text) => text !== '')
        .map((text) => JSON.parse(text) as Line),
  };
}

/** The one line that comes of a text in a field that is allowed, and in the message. */
function lineOf(text: string): Line {
  const { logger, lines } = startLog();
  logger.info({ event: 'failure', message: text, reason: text }, text);
  const [line, ...others] = lines();
  expect(others).toEqual([]);
  return line ?? {};
}

describe('a line says', () => {
  test('its time, its level, its fields and its message, and nothing of the machine', () => {
    const { logger, lines } = startLog();
    logger.warn(
      { event: 'upstream', call: 'GET processes/v1/{id}', status: 503, seconds: 0.125 },
      'no usable answer',
    );
    expect(lines()).toEqual([
      {
        level: 40,
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        event: 'upstream',
        call: 'GET processes/v1/{id}',
        status: 503,
        seconds: 0.125,
        msg: 'no usable answer',
      },
    ]);
  });

  test('what an operator looks for, as it is', () => {
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
    logger.info(fields, 'listening');
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
  ])('nothing of a field that nobody has allowed: %s', (field) => {
    const { logger, lines, written } = startLog();
    const fields = Object.fromEntries([
      ['event', 'failure'],
      [field, { of: NAME }],
    ]);
    logger.info(fields, 'm');
    expect(lines()).toHaveLength(1);
    expect(written()).not.toContain(NAME);
  });

  test('nothing that looks personal in any field, or in its message', () => {
    const texts = [CPF, '123.456.789-09', 'maria@example.com', '+55 (19) 97257-0707', selfieBase64()];
    for (const text of texts) {
      expect(lineOf(`Unico said ${text} again`)).toMatchObject({
        message: 'Unico said … again',
        msg: 'Unico said … again',
      });
    }
  });

  test('nothing that looks personal below an allowed field', () => {
    const { logger, written } = startLog();
    logger.info({ process: { person: { cpf: CPF, mails: ['maria@example.com', { also: CPF }] } } }, 'm');
    expect(written()).not.toContain(CPF);
    expect(written()).not.toContain('maria');
  });
});

describe('a line stays one object of JSON, with its own level, time and event, though a text has', () => {
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
  ])('%s', (_what, text) => {
    expect(lineOf(text)).toMatchObject({ level: 30, time: expect.stringMatching(/Z$/), event: 'failure' });
  });

  test('anything', () => {
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

  test('what some readers take for the end of a line', () => {
    const { logger, written } = startLog();
    logger.info({ message: 'one\u0085two\u2028three\u2029four\u000bfive\u000csix' }, 'm');
    expect(
      written()
        .trimEnd()
        .split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/),
    ).toHaveLength(1);
  });
});

/** The levels of the lines that are written at a level, where there is one of each. */
function levelsAt(level: LogLevel): unknown[] {
  const { logger, lines } = startLog(level);
  for (const each of LOG_LEVELS) if (each !== 'silent') logger[each]({ event: each }, 'm');
  return lines().map(({ event }) => event);
}

test('each level keeps back what is less urgent, and "silent" everything', () => {
  const loudFirst = LOG_LEVELS.filter((level) => level !== 'silent');
  for (const [place, level] of loudFirst.entries())
    expect(levelsAt(level)).toEqual(loudFirst.slice(0, place + 1));
  expect(levelsAt('silent')).toEqual([]);
});

/** A fault that is thrown where it is thrown in earnest, so that its frames are real. */
function faultOf(work: () => unknown): unknown {
  try {
    work();
  } catch (fault) {
    return fault;
  }
  throw new Error('expected a fault');
}

describe('of a fault is told', () => {
  test('its kind and where it happened, from where this program lies', () => {
    const fault = faultOf(() => JSON.parse(`{"${NAME}`));
    const { name, frames } = describeFault(fault);
    expect(name).toBe('SyntaxError');
    expect(frames).toContainEqual(
      expect.stringMatching(/^at .*\(?test\/unit\/observability\/logger\.test\.ts:\d+:\d+\)?$/),
    );
  });

  test.each([
    ['of this program', () => JSON.parse(NAME)],
    // oxlint-disable-next-line typescript/no-explicit-any -- a mistake that the compiler would not let us make
    ['of a library', () => parse(5 as any)],
    ['of code that is made while it runs', () => new Function('throw new Error("x")')()],
    ['of Node', () => Buffer.alloc(-1)],
  ])('no folder of this machine: %s', (_what, work) => {
    const { frames } = describeFault(faultOf(work));
    expect(frames.length).toBeGreaterThan(0);
    for (const frame of frames) expect(frame).not.toMatch(/file:|\/work\/|\/home\/|\/root\//);
    expect(frames.join('\n')).not.toContain(process.cwd());
  });

  test('nothing of its message, cause, members or of the errors that it holds', () => {
    const cause = new Error(`cause ${NAME}`);
    const faults = [
      new Error(`${NAME} ${CPF}`),
      new Error(`first line\n${NAME}`),
      new Error('x', { cause }),
      Object.assign(new Error('x'), { cpf: CPF, subject: { name: NAME } }),
      new AggregateError([cause], NAME),
      faultOf(() => JSON.parse(`{"${NAME}": 1,`)),
      faultOf(() => new URL(`http://${NAME}:x`)),
      faultOf(() => decodeURIComponent(`%${NAME}`)),
    ];
    for (const fault of faults) {
      const { logger, written } = startLog();
      logger.error(describeFault(fault), 'fault');
      expect(written()).toContain('"event":"fault"');
      expect(written()).not.toMatch(/Maria|Souza|Silva|12345678909|first line/);
    }
  });

  test('nothing of a message that has lines like frames', () => {
    const { frames } = describeFault(new Error(`x\n    at ${NAME}\n    at ${CPF} (${NAME}:1:1)`));
    expect(frames.join('\n')).not.toMatch(/Maria|12345678909/);
    expect(frames.length).toBeGreaterThan(0);
  });

  test.each([
    ['a text', NAME, 'string'],
    ['an object', { name: NAME, frames: [NAME], stack: NAME }, 'object'],
    ['nothing', null, 'object'],
    ['no word at all', undefined, 'undefined'],
  ])('only the type, where what was thrown is %s', (_what, thrown, name) => {
    expect(describeFault(thrown)).toEqual({ event: 'fault', name, frames: [] });
  });

  test('no more than ten frames, however deep it was', () => {
    const dive = (depth: number): never => {
      if (depth === 0) throw new Error('x');
      return dive(depth - 1);
    };
    const before = Error.stackTraceLimit;
    onTestFinished(() => void (Error.stackTraceLimit = before));
    Error.stackTraceLimit = 100;
    expect(describeFault(faultOf(() => dive(50))).frames).toHaveLength(10);
  });

  test('something, where a fault has no stack', () => {
    const fault = new RangeError(NAME);
    Reflect.deleteProperty(fault, 'stack');
    expect(describeFault(fault)).toEqual({ event: 'fault', name: 'RangeError', frames: [] });
  });
});

const failure = (kind: FailureKind): UpstreamFailure =>
  new UpstreamFailure(kind, 'GET processes/v1/{id}: HTTP 503', { status: 503, upstreamCode: '99999' });

describe('a failure of Unico', () => {
  test.each<[FailureKind, LogLevel, number]>([
    ['unauthorized', 'warn', 40],
    ['contract', 'warn', 40],
    ['unavailable', 'warn', 40],
    // These come by the hundred, and the metrics tell them.
    ['rate-limited', 'debug', 20],
  ])('%s is told at the level %s', (kind, level, number) => {
    const { logger, lines } = startLog(level);
    createFailureLog(logger)(failure(kind));
    expect(lines()).toEqual([
      {
        level: number,
        time: expect.any(String),
        event: 'failure',
        kind,
        message: 'GET processes/v1/{id}: HTTP 503',
        msg: expect.any(String),
      },
    ]);
  });

  test('that is the quota is not told at the usual level', () => {
    const { logger, lines } = startLog('info');
    createFailureLog(logger)(failure('rate-limited'));
    expect(lines()).toEqual([]);
  });

  test('that is the caller to mend is not told at all', () => {
    const { logger, lines } = startLog('trace');
    createFailureLog(logger)(failure('refused'));
    expect(lines()).toEqual([]);
  });

  test('is told once, however many fields it is the end of; another one of the same words is another', () => {
    const { logger, lines } = startLog();
    const tell = createFailureLog(logger);
    const one = failure('contract');
    for (const each of [one, one, one, failure('contract')]) tell(each);
    expect(lines()).toHaveLength(2);
  });
});

/** The name by which a caller is told whose token has this subject. */
async function nameOf(sub: string): Promise<string> {
  const issuer = await startTokenIssuer();
  onTestFinished(() => issuer.close());
  const { name } = await authenticationOf(issuer)(`Bearer ${await issuer.issue({ sub })}`);
  const { logger, lines } = startLog('info');
  createAuditLog(logger)(
    { name, authenticated: true, scopes: new Set([]) },
    { event: 'forgotten', process: ID },
  );
  return String(lines()[0]?.['caller']);
}

describe('the audit log', () => {
  test('says who saw what of whom, and no value', () => {
    const { logger, lines } = startLog('info');
    const caller = { name: 'caller-1', authenticated: true, scopes: new Set([]) };
    createAuditLog(logger)(caller, { event: 'personal-read', process: ID, fields: ['Person.duiValue'] });
    createAuditLog(logger)(caller, { event: 'forgotten', process: ID });
    const told = { level: 30, time: expect.any(String), caller: 'caller-1', process: ID, msg: 'audit' };
    expect(lines()).toEqual([
      { ...told, event: 'personal-read', fields: ['Person.duiValue'] },
      { ...told, event: 'forgotten' },
    ]);
  });

  test.each([CPF, '123.456.789-09', 'maria@example.com', 'cpf:12345678909', 'HEGG560427MVZRRL04', NAME])(
    'tells a caller whose subject is %s by another name, which is always the same',
    async (sub) => {
      const name = await nameOf(sub);
      expect(name).not.toMatch(/Maria|maria|12345|123\.456|HEGG/);
      expect(await nameOf(sub)).toBe(name);
    },
  );

  test('tells it by nothing that could be found by trying all CPFs, which takes a machine a minute', async () => {
    const name = await nameOf(CPF);
    // Whoever has the log has these too: a billion CPFs are soon tried.
    for (const algorithm of ['md5', 'sha1', 'sha256', 'sha512']) {
      const digest = createHash(algorithm).update(CPF).digest();
      for (const encoding of ['hex', 'base64', 'base64url'] as const) {
        expect(name).not.toContain(digest.toString(encoding).slice(0, 12));
      }
    }
  });
});
