import type { FetchLevel } from '../../domain/fetch-level.ts';
import { isPresent, type Part } from '../../domain/part.ts';
import type { Process } from '../../domain/process.ts';
import type { ProcessId } from '../../domain/process-id.ts';
import type { Context } from '../context.ts';
import { selectionOf, type SelectionInfo } from '../selection/selection.ts';

/** What the audit reads of a process; a property that the response does not have is absent. */
type AuditedProcess = Pick<Process, 'id'> &
  Partial<Pick<Process, 'links' | 'sdkToken' | 'person' | 'documents' | 'services'>>;

/** Whether a process has a value for a personal field such as `Person.duiValue`, which is read at `level`. */
function hasValue(field: string, level: FetchLevel, process: AuditedProcess): boolean {
  const { links = null, sdkToken = null, person = null, documents = [], services = [] } = process;
  const [type = '', name = ''] = field.split('.');
  switch (type) {
    case 'Process': {
      const values: { [name: string]: Part<string> } = { ...(isPresent(links) && links), sdkToken };
      return isPresent(values[name] ?? null);
    }
    case 'Person':
      return person !== null && isPresent(person.details);
    case 'Document':
      return [...documents, ...services.flatMap((service) => service.documents)].some(({ contents, files }) =>
        isPresent(level === 'signed-urls' ? files : contents),
      );
    default:
      // What is looked up elsewhere, such as reusable documents, is audited where it is found.
      return false;
  }
}

/**
 * Writes to the audit log that the caller receives these personal fields, and resolves when the line is written: only
 * then may the response be sent. `process` is `null` for what belongs to none. Throws `AuditUnavailable`.
 */
export async function recordPersonalRead(
  process: ProcessId | null,
  fields: readonly string[],
  { caller, audit, budget }: Context,
): Promise<void> {
  audit.requireRoom();
  await audit.write(caller, { event: 'personal-read', process, fields }, budget.signal);
}

/**
 * Writes to the audit log that the caller receives the selected personal fields of a process; writes nothing where
 * there are none. A part that is missing or could not be read is not received. Throws `AuditUnavailable`.
 */
export async function auditPersonalRead(
  process: AuditedProcess,
  context: Context,
  info: SelectionInfo,
): Promise<void> {
  const { personal } = selectionOf(info, context.caller.scopes);
  if (personal.size === 0) return;
  const fields = [...personal].flatMap(([field, level]) => (hasValue(field, level, process) ? [field] : []));
  if (fields.length > 0) await recordPersonalRead(process.id, fields, context);
}
