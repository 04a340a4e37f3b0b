import type { Context } from '../edge/context.ts';
import { selected, type SelectionInfo } from './selection.ts';

/** Writes down that the caller is given the personal fields that are selected of a process; nothing where there are none. */
export function auditPersonalRead(id: string, { caller, audit }: Context, info: SelectionInfo): void {
  const { personal: fields } = selected(info, caller.scopes);
  if (fields.length > 0) audit(caller, { event: 'personal-read', process: id, fields });
}
