import type { Process, ProcessKey, ProcessSource } from '../../domain/process.ts';
import type { Context } from '../context.ts';
import type { ResolvedProcess } from '../errors/partial-process.ts';
import { selectionOf, type SelectionInfo } from '../selection/selection.ts';
import { auditPersonalRead } from './audit-personal-read.ts';
import { requireSourceInUse } from './parse-process-key.ts';

type Result = ResolvedProcess | null;

/** The key with its source. Where the source is not cached, reads the process. */
async function resolveSource(
  lookup: Promise<ProcessSource | null>,
  key: ProcessKey,
  context: Context,
): Promise<Result> {
  const source = await lookup;
  return source === null ? context.loaders.process.load(key, 'source') : { id: key.id, source };
}

/** The process that is being read. Writes to the audit log what the caller receives of it. */
async function auditRead(
  read: Promise<Process | null>,
  context: Context,
  info: SelectionInfo,
): Promise<Result> {
  const process = await read;
  if (process !== null) await auditPersonalRead(process, context, info);
  return process;
}

/**
 * The process with a key, as far as it is selected: a selection of key fields costs no call, and a process whose
 * summary is in memory is returned synchronously. `null` where no contract knows it. Every path to a `Process` (query,
 * entity, edge, payload) goes through here. Throws BAD_USER_INPUT for a source that is not in use, and
 * `UpstreamFailure`.
 */
export function resolveProcess(
  key: ProcessKey,
  context: Context,
  info: SelectionInfo,
): Result | Promise<Result> {
  const { caller, loaders, services } = context;
  requireSourceInUse(key.source, services.contracts);
  const { level } = selectionOf(info, caller.scopes);
  if (level === 'key') return key;
  if (level === 'source') {
    const source = loaders.process.source(key);
    return source instanceof Promise ? resolveSource(source, key, context) : { id: key.id, source };
  }
  const read = loaders.process.load(key, level);
  // A summary that is in memory has nothing personal to audit.
  return read instanceof Promise ? auditRead(read, context, info) : read;
}
