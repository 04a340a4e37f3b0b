import type { Caller } from '../domain/caller.ts';
import type { AuditEvent } from './log-events.ts';
import type { Logger } from './logger.ts';

/** Records what a caller did. */
export type AuditLog = (caller: Caller, auditEvent: AuditEvent) => void;

/** Creates the audit log. `logger` must not depend on `LOG_LEVEL`, so that no level drops an audit event. */
export function createAuditLog(logger: Logger): AuditLog {
  return ({ name }, auditEvent) => logger.info({ caller: name, ...auditEvent }, 'audit');
}
