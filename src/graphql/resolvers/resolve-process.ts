import type { FetchLevel } from '../../domain/fetch-level.ts';
import { emptyProcess, type Process, type ProcessKey } from '../../domain/process.ts';
import type { Context } from '../context.ts';
import { auditPersonalRead, type AuditInfo } from './audit-personal-read.ts';
import { badUserInput } from '../errors/bad-user-input.ts';
import { withMissingParts } from '../errors/partial-process.ts';
import { selectionOf } from '../selection/selection.ts';

async function readProcess(
  key: ProcessKey,
  level: FetchLevel,
  context: Context,
  info: AuditInfo,
): Promise<Process | null> {
  if (level === 'source') {
    const source = await context.services.processReader.lookupSource(key);
    if (source !== null) return emptyProcess(key.id, source);
  }
  const reading = await context.loaders.process.load(key, level);
  if (reading === null) return null;
  const { process, missing } = reading;
  auditPersonalRead(process, context, info, missing);
  return missing === null ? process : withMissingParts(process, missing);
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
  const { contracts, processReader } = context.services;
  if (key.source !== null && !contracts.includes(key.source)) {
    throw badUserInput(`expected a source that is in use here (${contracts.join(', ')}), got ${key.source}`);
  }
  const { level } = selectionOf(info, context.caller.scopes);
  // What is not selected is not seen, so any source will do where none is known.
  if (level === 'key') return emptyProcess(key.id, key.source ?? 'IDCLOUD');
  return processReader.peek(key, level) ?? readProcess(key, level, context, info);
}
