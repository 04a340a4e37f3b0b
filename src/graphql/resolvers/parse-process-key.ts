import { PROCESS_SOURCES, type ProcessKey, type ProcessSource } from '../../domain/process.ts';
import { parseProcessId, type ProcessId } from '../../domain/process-id.ts';
import { BadUserInput } from '../errors/bad-user-input.ts';

function kindOf(value: unknown): string {
  return typeof value === 'string' ? `text of ${value.length} characters` : typeof value;
}

/** Parses a process id in an argument. Throws BAD_USER_INPUT, with Unico's code 3, for a value that is not a UUID. */
export function requireProcessId(value: unknown, argument: string): ProcessId {
  const id = parseProcessId(value);
  if (id !== null) return id;
  // The message does not contain the value: people paste CPFs into the wrong field.
  throw new BadUserInput(`expected a process id, which is a UUID, got ${kindOf(value)}`, {
    upstreamCode: '3',
    argument,
  });
}

function isProcessSource(value: unknown): value is ProcessSource {
  return PROCESS_SOURCES.some((source) => source === value);
}

/**
 * Requires the source of a key to be in use in this deployment. `argument` is where the caller gave it; absent where the
 * caller did not. Throws BAD_USER_INPUT.
 */
export function requireSourceInUse(
  source: ProcessSource | null,
  contracts: readonly ProcessSource[],
  argument?: string,
): void {
  if (source === null || contracts.includes(source)) return;
  const message = `expected a source that is in use here (${contracts.join(', ')}), got ${source}`;
  throw new BadUserInput(message, argument === undefined ? {} : { argument });
}

/** The argument that has the keys of entities. */
const REPRESENTATIONS = 'representations';

/** Parses the key in a representation, whose properties have any type (`_Any`). Throws BAD_USER_INPUT. */
export function requireProcessKey(
  representation: { id?: unknown; source?: unknown },
  contracts: readonly ProcessSource[],
): ProcessKey {
  const { source = null } = representation;
  const id = requireProcessId(representation.id, REPRESENTATIONS);
  if (source !== null && !isProcessSource(source)) {
    throw new BadUserInput(`expected a source out of ${PROCESS_SOURCES.join(', ')}, got ${kindOf(source)}`, {
      argument: REPRESENTATIONS,
    });
  }
  requireSourceInUse(source, contracts, REPRESENTATIONS);
  return { id, source };
}
