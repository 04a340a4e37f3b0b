import { emptyProcess } from '../../domain/empty-process.ts';
import type { Need } from '../../domain/fetch-level.ts';
import type { Process, ProcessKey } from '../../domain/process.ts';
import type { Context } from '../context.ts';
import { auditPersonalRead, type AuditInfo } from './audit-personal-read.ts';
import { badUserInput } from '../errors/bad-user-input.ts';
import { lacking } from '../errors/partial-process.ts';
import { selected } from '../selection/selection.ts';

async function readProcess(
  key: ProcessKey,
  need: Need,
  context: Context,
  info: AuditInfo,
): Promise<Process | null> {
  if (need === 'source') {
    const source = await context.access.reader.knownSource(key);
    if (source !== null) return emptyProcess(key.id, source);
  }
  const reading = await context.loaders.process.load(key, need);
  if (reading === null) return null;
  const { process, lacks } = reading;
  auditPersonalRead(process, context, info, lacks);
  return lacks === null ? process : lacking(process, lacks);
}

/**
 * The process behind a key, as far as it is selected: a selection of key fields costs no call, and what is at hand is answered
 * at once. `null` where no contract knows it. Every way to a `Process` (query, entity, edge, payload) leads through here.
 */
export function resolveProcess(
  key: ProcessKey,
  context: Context,
  info: AuditInfo,
): Process | null | Promise<Process | null> {
  const { contracts, reader } = context.access;
  if (key.source !== null && !contracts.includes(key.source)) {
    throw badUserInput(`expected a source that is in use here (${contracts.join(', ')}), got ${key.source}`);
  }
  const { need } = selected(info, context.caller.scopes);
  // What is not selected is not seen, so any source will do where none is known.
  if (need === 'key') return emptyProcess(key.id, key.source ?? 'IDCLOUD');
  return reader.readAtHand(key, need) ?? readProcess(key, need, context, info);
}
