import type { Logger } from 'pino';
import type { Caller } from '../domain/caller.ts';

/** What a caller did that a person may have to be told of. Never a value, only what it is called. */
export type AuditEvent =
  /** Was given personal fields, such as `Person.duiValue`; of no process where the documents of a CPF were looked up. */
  | { event: 'personal-read'; process: string | null; fields: readonly string[] }
  /** Had what is kept of a process removed. */
  | { event: 'forgotten'; process: string };

/** Writes down what somebody did. */
export type AuditLog = (caller: Caller, audited: AuditEvent) => void;

/** Writes it to a log of its own, which the level of the usual one does not silence: it has to be answered for. */
export function createAuditLog(logger: Logger): AuditLog {
  return ({ name }, { event, ...rest }) => logger.info({ event, caller: name, ...rest }, 'audit');
}
