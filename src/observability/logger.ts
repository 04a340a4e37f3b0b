import { pino, type DestinationStream, type Logger } from 'pino';
import type { UpstreamFailure } from '../domain/upstream-failure.ts';
import { redact } from './redact.ts';

/** Where this program lies: frames are told from there on. */
const ROOT = new URL('../../', import.meta.url);

/** `    at name (file:1:2)`, or without a name. */
const FRAME = /^ {4}at .*:\d+:\d+\)?$/;

function fromRoot(frame: string): string {
  return frame.replace(ROOT.href, '').replace(ROOT.pathname, '').trim();
}

/** What is told of a fault: its kind and where it happened. Its message is left out, because it may quote a value. */
export function describeFault(fault: unknown): { event: 'fault'; name: string; frames: string[] } {
  if (!(fault instanceof Error)) return { event: 'fault', name: typeof fault, frames: [] };
  const { stack = '', message } = fault;
  // The message stands before the frames, and may have lines that look like some.
  const trace = stack.slice(stack.indexOf(message) + message.length);
  const frames = trace.split('\n').filter((line) => FRAME.test(line));
  return { event: 'fault', name: fault.name, frames: frames.slice(0, 10).map(fromRoot) };
}

/** The levels of `LOG_LEVEL`. */
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';
/** A number of ours is small, or has a fraction: what is as long as a CPF is none. */
const isAmount = (value: unknown): boolean => value === null || (isNumber(value) && Math.abs(value) < 1e7);
const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const isTextOrNull = (value: unknown): boolean => value === null || isText(value);
const areTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

/** Everything that a line may say, and in which form. What is not here is not written. */
const FIELDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  level: isAmount,
  time: isText,
  event: isText,
  call: isText,
  caller: isText,
  environment: isText,
  fields: areTexts,
  frames: areTexts,
  host: isText,
  kind: isText,
  message: isText,
  name: isText,
  open: isFlag,
  process: isTextOrNull,
  seconds: isAmount,
  signal: isText,
  status: isAmount,
  trouble: isText,
  url: isText,
  msg: isText,
};

function clean(value: unknown): unknown {
  if (isText(value)) return redact(value);
  return Array.isArray(value) ? value.map(clean) : value;
}

/** What JSON lets stand in a text and some readers take for the end of a line. */
const LINE_ENDS = /[\u007f-\u009f\u2028\u2029]/g;

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A line with what it may say, and nothing in it that looks like personal data or a secret. */
function cleanLine(line: string): string {
  const said = Object.entries(JSON.parse(line) as Record<string, unknown>);
  const allowed = said.filter(([field, value]) => Object.hasOwn(FIELDS, field) && FIELDS[field]?.(value));
  const cleaned = JSON.stringify(Object.fromEntries(allowed.map(([field, value]) => [field, clean(value)])));
  return `${cleaned.replaceAll(LINE_ENDS, escape)}\n`;
}

/** Each line is written before anything goes on: whoever kills the process takes none along. */
const STANDARD_OUTPUT = pino.destination({ dest: 1, sync: true });

/** Logs JSON lines to the standard output, or elsewhere; pid and host name are the platform's to add. */
export function createLogger(level: LogLevel, destination: DestinationStream = STANDARD_OUTPUT): Logger {
  // The last lock: it looks at what would be written, wherever in the program that comes from.
  const cleaning = { write: (line: string) => destination.write(cleanLine(line)) };
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, cleaning);
}

/**
 * Logs what an operator has to know of failures: each once, however many fields it is told in. Those of the quota come by
 * the hundred and are told by the metrics; here only at the level `debug`.
 */
export function createFailureLog(logger: Logger): (failure: UpstreamFailure) => void {
  const told = new WeakSet<UpstreamFailure>();
  return (failure) => {
    const { kind, message } = failure;
    if (kind === 'refused' || told.has(failure)) return;
    told.add(failure);
    const line = { event: 'failure', kind, message };
    if (kind === 'rate-limited') logger.debug(line, 'a call to Unico had no turn');
    else logger.warn(line, 'a call to Unico failed');
  };
}
