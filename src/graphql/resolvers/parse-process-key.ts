import { PROCESS_SOURCES, type ProcessKey, type ProcessSource } from '../../domain/process.ts';
import { parseProcessId, type ProcessId } from '../../domain/process-id.ts';
import { BadUserInput } from '../errors/bad-user-input.ts';

function kindOf(value: unknown): string {
  return typeof value === 'string' ? `text of ${value.length} characters` : typeof value;
}

/** Parses a process id. Throws BAD_USER_INPUT, with Unico's code 3, for a value that is not a UUID. */
export function requireProcessId(value: unknown): ProcessId {
  const id = parseProcessId(value);
  if (id !== null) return id;
  // The message does not contain the value: people paste CPFs into the wrong field.
  throw new BadUserInput(`expected a process id, which is a UUID, got ${kindOf(value)}`, {
    upstreamCode: '3',
  });
}

function isProcessSource(value: unknown): value is ProcessSource {
  return PROCESS_SOURCES.some((source) => source === value);
}

/** Parses the key in a representation, whose properties have any type (`_Any`). Throws BAD_USER_INPUT. */
export function requireProcessKey(representation: { id?: unknown; source?: unknown }): ProcessKey {
  const { source } = representation;
  const id = requireProcessId(representation.id);
  if (source === undefined || source === null) return { id, source: null };
  if (isProcessSource(source)) return { id, source };
  throw new BadUserInput(`expected a source out of ${PROCESS_SOURCES.join(', ')}, got ${kindOf(source)}`);
}
