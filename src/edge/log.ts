import { pino, type DestinationStream, type Logger } from 'pino';
import type { UpstreamFailure } from '../domain/failure.ts';
import { scrub } from './scrub.ts';

/** Where this program lies: frames are told from there on. */
const ROOT = new URL('../../', import.meta.url);

function fromRoot(frame: string): string {
  return frame.replace(ROOT.href, '').replace(ROOT.pathname, '').trim();
}

/** What is told of a fault: its kind and where it happened. Its message is left out, because it may quote a value. */
export function faultForLog(fault: unknown): { event: 'fault'; name: string; frames: string[] } {
  if (!(fault instanceof Error)) return { event: 'fault', name: typeof fault, frames: [] };
  const frames = (fault.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return { event: 'fault', name: fault.name, frames: frames.slice(0, 10).map(fromRoot) };
}

/** The levels of `LOG_LEVEL`. */
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Everything that a line may say, beside its time, level and message. What is not here is not written. */
const FIELDS = new Set([
  'call',
  'caller',
  'environment',
  'event',
  'fields',
  'frames',
  'host',
  'kind',
  'message',
  'name',
  'open',
  'process',
  'reason',
  'seconds',
  'signal',
  'status',
  'trouble',
  'url',
]);

function allowed(line: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(line).filter(([field]) => FIELDS.has(field)));
}

/** A text within a line of JSON. */
const TEXT = /"(?:[^"\\]|\\.)*"/g;

/** The last lock: whatever a line says, nothing in it looks like personal data or a secret. */
function scrubbing(destination: DestinationStream): DestinationStream {
  return { write: (line) => destination.write(line.replaceAll(TEXT, scrub)) };
}

/** Logs JSON lines to the standard output, or elsewhere; pid and host name are the platform's to add. */
export function createLogger(level: LogLevel, destination: DestinationStream = pino.destination(1)): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { log: allowed },
  };
  return pino(options, scrubbing(destination));
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
