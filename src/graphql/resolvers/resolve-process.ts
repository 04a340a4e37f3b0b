import type { ProcessKey } from '../../domain/process.ts';
import type { Process } from '../../domain/process.ts';
import type { Context } from '../context.ts';
import { auditPersonalRead, type AuditInfo } from './audit-personal-read.ts';
import { badUserInput } from '../errors/bad-user-input.ts';
import type { ResolvedProcess } from '../errors/partial-process.ts';
import { selectionOf } from '../selection/selection.ts';

type MaybePromise<Value> = Value | Promise<Value>;

async function readSource(key: ProcessKey, context: Context): Promise<ResolvedProcess | null> {
  const source = await context.services.processReader.lookupSource(key);
  return source === null ? context.loaders.process.load(key, 'source') : { id: key.id, source };
}

async function readAndAudit(
  reading: Promise<Process | null>,
  context: Context,
  info: AuditInfo,
): Promise<Process | null> {
  const process = await reading;
  if (process !== null) auditPersonalRead(process, context, info);
  return process;
}

/**
 * The process with a key, as far as it is selected: a selection of key fields costs no call, and a process whose summary is
 * in memory is answered synchronously. `null` where no contract knows it. Every way to a `Process` (query, entity, edge,
 * payload) goes through here. Throws BAD_USER_INPUT for a source that is not in use, and `UpstreamFailure`.
 */
export function resolveProcess(
  key: ProcessKey,
  context: Context,
  info: AuditInfo,
): MaybePromise<ResolvedProcess | null> {
  const { contracts, processReader } = context.services;
  if (key.source !== null && !contracts.includes(key.source)) {
    throw badUserInput(`expected a source that is in use here (${contracts.join(', ')}), got ${key.source}`);
  }
  const { level } = selectionOf(info, context.caller.scopes);
  if (level === 'key') return key;
  const known = processReader.peek(key, level);
  if (known !== null) return known;
  if (level === 'source') return readSource(key, context);
  return readAndAudit(context.loaders.process.load(key, level), context, info);
}
