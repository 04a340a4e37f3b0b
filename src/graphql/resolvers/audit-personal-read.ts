import type { GraphQLResolveInfo } from 'graphql';
import type { MissingPart } from '../../services/processes/process-reader.ts';
import { covers } from '../../domain/fetch-level.ts';
import type { Process } from '../../domain/process.ts';
import type { Context } from '../context.ts';
import { selectionOf, selectionWithVariables, type SelectionInfo } from '../selection/selection.ts';

/** What an audit has to know of the operation: its variables too, which may leave fields out. */
export type AuditInfo = SelectionInfo & Pick<GraphQLResolveInfo, 'variableValues'>;

/** Whether there is anything to give of a field such as `Person.duiValue`. */
function isThere(field: string, process: Process): boolean {
  const [type = '', name = ''] = field.split('.');
  switch (type) {
    case 'Process':
      return name in process && process[name as keyof Process] !== null;
    case 'Person':
      return process.person !== null;
    case 'Document':
      return process.documents.length > 0 || process.services.some(({ documents }) => documents.length > 0);
    default:
      // What is looked up elsewhere, such as reusable documents, is written down where it is found.
      return false;
  }
}

/**
 * Writes down that the caller is given the personal fields that are selected of a process; nothing where there are none.
 * What is not there, or could not be read, is not given.
 */
export function auditPersonalRead(
  process: Process,
  { caller, audit }: Context,
  info: AuditInfo,
  missing: MissingPart | null = null,
): void {
  const { personal, conditional } = selectionOf(info, caller.scopes);
  if (personal.size === 0) return;
  // Decided once for a document; only where variables may leave something out, each operation is looked at for itself.
  const asked = conditional ? selectionWithVariables(info, caller.scopes).personal : personal;
  const given = [...asked].filter(
    ([field, level]) => isThere(field, process) && (missing === null || !covers(level, missing.from)),
  );
  const fields = given.map(([field]) => field);
  if (fields.length > 0) audit(caller, { event: 'personal-read', process: process.id, fields });
}
