import { emptyProcess } from '../domain/empty-process.ts';
import type { Process, ProcessKey } from '../domain/process.ts';
import type { Context } from '../edge/context.ts';
import { auditPersonalRead, type AuditInfo } from './audit-personal-read.ts';
import { badUserInput } from './bad-user-input.ts';
import { lacking } from './lacking.ts';
import { selected } from './selection.ts';

/**
 * The process behind a key, as far as it is selected: a selection of key fields costs no call. `null` where no
 * contract knows it. Every way to a `Process` (query, entity, edge, payload) leads through here.
 */
export async function resolveProcess(
  key: ProcessKey,
  context: Context,
  info: AuditInfo,
): Promise<Process | null> {
  const { access, loaders, caller } = context;
  const { contracts, reader } = access;
  if (key.source !== null && !contracts.includes(key.source)) {
    throw badUserInput(`expected a source that is in use here (${contracts.join(', ')}), got ${key.source}`);
  }
  const { need } = selected(info, caller.scopes);
  // What is not selected is not seen, so any source will do where none is known.
  if (need === 'key') return emptyProcess(key.id, key.source ?? 'IDCLOUD');
  if (need === 'source') {
    const source = await reader.knownSource(key);
    if (source !== null) return emptyProcess(key.id, source);
  }
  const reading = await loaders.process.load(key, need);
  if (reading === null) return null;
  const { process, lacks } = reading;
  auditPersonalRead(process, context, info, lacks);
  return lacks === null ? process : lacking(process, lacks);
}
