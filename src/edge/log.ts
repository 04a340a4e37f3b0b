import { pino, type Logger } from 'pino';
import type { UpstreamFailure } from '../domain/failure.ts';

/** What is told of a fault: its kind and where it happened. Its message is left out, because it may quote a value. */
export function faultForLog(fault: unknown): { event: 'fault'; name: string; frames: string[] } {
  if (!(fault instanceof Error)) return { event: 'fault', name: typeof fault, frames: [] };
  const frames = (fault.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return { event: 'fault', name: fault.name, frames: frames.slice(0, 10).map((line) => line.trim()) };
}

/** The levels of `LOG_LEVEL`. */
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Logs JSON lines to the standard output; pid and host name are the platform's to add. */
export function createLogger(level: LogLevel): Logger {
  return pino({ level, base: null });
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
