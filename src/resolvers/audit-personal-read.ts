import type { Lack } from '../access/process-reader.ts';
import { answers } from '../domain/need.ts';
import type { Context } from '../edge/context.ts';
import { selected, type SelectionInfo } from './selection.ts';

/**
 * Writes down that the caller is given the personal fields that are selected of a process; nothing where there are none.
 * What could not be read is not given.
 */
export function auditPersonalRead(
  id: string,
  { caller, audit }: Context,
  info: SelectionInfo,
  lacks: Lack | null = null,
): void {
  const { personal } = selected(info, caller.scopes);
  const given = [...personal].filter(([, need]) => lacks === null || !answers(need, lacks.from));
  const fields = given.map(([field]) => field);
  if (fields.length > 0) audit(caller, { event: 'personal-read', process: id, fields });
}
