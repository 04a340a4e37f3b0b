import type { IdempotencyKey } from '../../domain/idempotency-key.ts';
import type { Owner } from '../../domain/caller.ts';
import { unreachable } from '../../lib/unreachable.ts';

/** The parts of an owner that tell it from all others. */
function partsOf(owner: Exclude<Owner, { kind: 'deployment' }>): readonly string[] {
  switch (owner.kind) {
    case 'partner':
      return [owner.kind, owner.partner];
    case 'client':
      return [owner.kind, owner.issuer, owner.client];
    case 'user':
      return [owner.kind, owner.issuer, owner.client, owner.subject];
    default:
      return unreachable(owner, 'owner of a creation');
  }
}

/**
 * The id of the record of a creation, which no other owner and no other key have. A store format: with another id,
 * every key in use would be unknown, and its creation would be billed again.
 *
 * JSON keeps the parts apart, whatever characters they have. No key contains a space, so that no caller can name the
 * record of another owner by a key. Where all callers have one owner, the id is the key alone.
 */
export function creationRecordId(owner: Owner, key: IdempotencyKey): string {
  return owner.kind === 'deployment' ? key : `owned ${JSON.stringify([...partsOf(owner), key])}`;
}
