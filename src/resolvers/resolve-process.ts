import { emptyProcess } from '../domain/empty-process.ts';
import type { Process, ProcessKey } from '../domain/process.ts';
import type { Context } from '../edge/context.ts';
import { badUserInput } from './bad-user-input.ts';
import { selectedFields, type SelectionInfo } from './selection.ts';

/** Whether everything selected is known without asking Unico: key fields, the source only where it is known. */
function isKeyOnly(selected: ReadonlySet<string>, sourceKnown: boolean): boolean {
  if (selected.size === 0) return false;
  for (const field of selected) {
    const known = field === 'id' || field === '__typename' || (field === 'source' && sourceKnown);
    if (!known) return false;
  }
  return true;
}

/**
 * The process behind a key, as far as it is selected: a selection of key fields costs no call. `null` where no
 * contract knows it. Every way to a `Process` (query, entity, edge, payload) leads through here.
 */
export async function resolveProcess(
  key: ProcessKey,
  { access, loaders }: Context,
  info: SelectionInfo,
): Promise<Process | null> {
  const { contracts, reader } = access;
  if (key.source !== null && !contracts.includes(key.source)) {
    throw badUserInput(`expected a source that is in use here (${contracts.join(', ')}), got ${key.source}`);
  }
  const source = reader.knownSource(key);
  if (isKeyOnly(selectedFields(info), source !== null)) {
    // Where the source is not known it is not selected either, so whichever stands there is not seen.
    return emptyProcess(key.id, source ?? 'IDCLOUD');
  }
  return loaders.process.load(key);
}
