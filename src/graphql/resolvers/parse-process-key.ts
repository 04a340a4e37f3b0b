import { PROCESS_SOURCES, type ProcessKey, type ProcessSource } from '../../domain/process.ts';
import { parseProcessId, type ProcessId } from '../../domain/process-id.ts';
import { badUserInput } from '../errors/bad-user-input.ts';

function kindOf(value: unknown): string {
  return typeof value === 'string' ? `text of ${value.length} characters` : typeof value;
}

/** A process id out of an argument; BAD_USER_INPUT, with Unico's code 3, for what is no UUID. */
export function requireProcessId(value: unknown): ProcessId {
  const id = parseProcessId(value);
  if (id !== null) return id;
  // The value stays out of the message: people paste CPFs into the wrong field.
  throw badUserInput(`expected a process id, which is a UUID, got ${kindOf(value)}`, { upstreamCode: '3' });
}

function isProcessSource(value: unknown): value is ProcessSource {
  return PROCESS_SOURCES.some((source) => source === value);
}

/** The key in a representation, whose members are of any type because `_Any` promises none. */
export function requireProcessKey(representation: { id?: unknown; source?: unknown }): ProcessKey {
  const { source } = representation;
  const id = requireProcessId(representation.id);
  if (source === undefined || source === null) return { id, source: null };
  if (isProcessSource(source)) return { id, source };
  throw badUserInput(`expected a source out of ${PROCESS_SOURCES.join(', ')}, got ${kindOf(source)}`);
}
