import type { LogOutput } from '../../src/observability/log-output.ts';
import { Logger, type LogLevel } from '../../src/observability/logger.ts';

/** A line of a log, parsed. */
export type LogLine = Record<string, unknown>;

/**
 * A logger that writes into memory: `written` returns the text, and `lines` the JSON object of each line. `output` takes
 * the lines of an audit log.
 */
export type MemoryLog = {
  logger: Logger;
  output: Pick<LogOutput, 'hasRoomForAudit' | 'writeAudit'>;
  written: () => string;
  lines: () => LogLine[];
};

export function startLog(level: LogLevel = 'trace'): MemoryLog {
  let written = '';
  const logger = new Logger(level, { write: (text) => void (written += text) });
  return {
    logger,
    output: { hasRoomForAudit: true, writeAudit: async (line) => void (written += line) },
    written: () => written,
    lines: () =>
      written
        .trimEnd()
        .split('\n')
        .filter((text) => text !== '')
        .map((text) => JSON.parse(text) as LogLine),
  };
}
