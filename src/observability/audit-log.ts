import { raceAbort } from '../domain/call-options.ts';
import type { Caller } from '../domain/caller.ts';
import type { AuditEvent } from './log-events.ts';
import { Logger } from './logger.ts';
import type { LogOutput } from './log-output.ts';

/** The reader of the log has stalled or is gone, so that nothing may be done that needs a line of the audit log. */
export class AuditUnavailable extends Error {
  override readonly name = 'AuditUnavailable';

  constructor() {
    super('the audit log cannot be written: the reader of the standard output has stalled, or is gone');
  }
}

/** Records what callers did. No line is dropped: an operation that needs one waits for it, or is refused. */
export type AuditLog = {
  /** Throws `AuditUnavailable` while too many lines wait: call it before what needs a line. */
  requireRoom(): void;
  /**
   * Writes a line, and resolves when it has left the process. Throws `AuditUnavailable` when that fails, or does not
   * happen before `signal` aborts; then the line may still be written later.
   */
  write(caller: Caller, auditEvent: AuditEvent, signal: AbortSignal): Promise<void>;
};

/** Creates the audit log. It does not depend on `LOG_LEVEL`, so that no level drops an audit event. */
export function createAuditLog(output: Pick<LogOutput, 'hasRoomForAudit' | 'writeAudit'>): AuditLog {
  let writing: Promise<void> = Promise.resolve();
  const logger = new Logger('info', { write: (line) => void (writing = output.writeAudit(line)) });
  return {
    requireRoom() {
      if (!output.hasRoomForAudit) throw new AuditUnavailable();
    },
    async write({ name }, auditEvent, signal) {
      logger.audit({ caller: name, ...auditEvent });
      const written = writing.catch(() => {
        throw new AuditUnavailable();
      });
      await raceAbort(written, signal, () => new AuditUnavailable());
    },
  };
}
