import { pino, type DestinationStream } from 'pino';
import { LineLimiter } from './line-limiter.ts';
import type { Fault, LogEvent, LogField } from './log-events.ts';
import { STANDARD_OUTPUT } from './log-output.ts';
import { redact } from './redact.ts';

/** The root of the program; frames are reported relative to it. */
const ROOT = new URL('../../', import.meta.url);

/** A frame of a stack trace: ` at name (file:1:2)`, or without a name. */
const FRAME = /^ {4}at .*:\d+:\d+\)?$/;

function relativeToRoot(frame: string): string {
  return frame.replace(ROOT.href, '').replace(ROOT.pathname, '').trim();
}

/** Describes anything that was thrown, by its type and its place. Leaves out its message, which may quote a value. */
export function describeFault(fault: unknown): Fault {
  if (!(fault instanceof Error)) return { event: 'fault', name: typeof fault, frames: [] };
  const { stack = '', message } = fault;
  // The message precedes the frames, and may have lines that look like frames.
  const trace = stack.slice(stack.indexOf(message) + message.length);
  const frames = trace.split('\n').filter((line) => FRAME.test(line));
  return { event: 'fault', name: fault.name, frames: frames.slice(0, 10).map(relativeToRoot) };
}

/** The levels of `LOG_LEVEL`. */
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
/** A level of `LOG_LEVEL`. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The fields that may be written: the compiler requires those of the events, and `redactFields` drops all others. */
const FIELDS: Readonly<Record<LogField, true>> = {
  event: true,
  call: true,
  caller: true,
  client: true,
  clients: true,
  count: true,
  environment: true,
  fields: true,
  frames: true,
  host: true,
  key: true,
  kind: true,
  message: true,
  name: true,
  open: true,
  process: true,
  reference: true,
  seconds: true,
  signal: true,
  status: true,
  trouble: true,
  upstreamCode: true,
  url: true,
  variable: true,
};

/** Numbers in events are small. A number as long as a CPF is not written. */
const MAX_NUMBER = 1e7;

/** Removes from a value what looks personal. `undefined`, which is not written, for a value that no event has. */
function redactValue(value: unknown): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.filter((item) => typeof item === 'string').map(redact);
  if (typeof value === 'number') return Math.abs(value) < MAX_NUMBER ? value : undefined;
  return value === null || typeof value === 'boolean' ? value : undefined;
}

/** The last check before a line is written: at run time an event may have fields that its type does not have. */
function redactFields(fields: Record<string, unknown>): Record<string, unknown> {
  const allowed = Object.entries(fields).filter(([name]) => Object.hasOwn(FIELDS, name));
  return Object.fromEntries(allowed.map(([name, value]) => [name, redactValue(value)]));
}

/** Characters that JSON allows in a text, and that some readers take for the end of a line. */
const LINE_ENDS = /[\u007f-\u009f\u2028\u2029]/g;

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The levels at which events are written. */
type EventLevel = Exclude<LogLevel, 'trace' | 'silent'>;

/** What an event has in common with equal ones: everything but how long it took, and how often it happened. */
function keyOf(level: EventLevel, event: LogEvent, message: string): string {
  return JSON.stringify([level, message, { ...event, seconds: undefined, count: undefined }]);
}

/** How often the event of a line happened. */
function countOf(event: LogEvent): number {
  return 'count' in event ? event.count : 1;
}

/**
 * Writes events as lines of JSON, each with its level, time and message (`msg`); the platform adds process id and host
 * name. Nothing that looks like personal data or a secret is written, and no flood of equal lines.
 */
export class Logger {
  readonly #pino;
  readonly #limiter = new LineLimiter();

  /** Writes events of this level and of more urgent ones to the standard output, or to `destination`. */
  constructor(level: LogLevel, destination: DestinationStream = STANDARD_OUTPUT) {
    this.#pino = pino(
      {
        level,
        base: null,
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { log: redactFields },
        hooks: { streamWrite: (line) => line.replaceAll(LINE_ENDS, escape) },
      },
      destination,
    );
  }

  fatal(event: LogEvent, message: string): void {
    this.#write('fatal', event, message);
  }

  error(event: LogEvent, message: string): void {
    this.#write('error', event, message);
  }

  warn(event: LogEvent, message: string): void {
    this.#write('warn', event, message);
  }

  info(event: LogEvent, message: string): void {
    this.#write('info', event, message);
  }

  debug(event: LogEvent, message: string): void {
    this.#write('debug', event, message);
  }

  /** Writes a line that no limit of equal lines may leave out: one of the audit log. */
  audit(event: LogEvent): void {
    this.#pino.info(event, 'audit');
  }

  /** Writes now how many equal lines were left out so far. */
  flush(): void {
    this.#limiter.flush();
  }

  #write(level: EventLevel, event: LogEvent, message: string): void {
    if (!this.#pino.isLevelEnabled(level)) return;
    const summarize = (leftOut: number): void =>
      this.#pino[level](
        { ...event, seconds: undefined, count: leftOut },
        redact(`${message} (equal lines were left out: count is their number)`),
      );
    if (this.#limiter.admits(keyOf(level, event, message), countOf(event), summarize)) {
      this.#pino[level](event, redact(message));
    }
  }
}
