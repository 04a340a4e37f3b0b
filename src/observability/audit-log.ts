import type { Caller } from '../domain/caller.ts';
import type { AuditEvent } from './log-events.ts';
import type { Logger } from './logger.ts';

/** Records what a caller did. */
export type AuditLog = (caller: Caller, auditEvent: AuditEvent) => void;

/** Records into a logger of its own, which `LOG_LEVEL` does not silence: audit events must always be accounted for. */
export function createAuditLog(logger: Logger): AuditLog {
  return ({ name }, auditEvent) => logger.info({ caller: name, ...auditEvent }, 'audit');
}
