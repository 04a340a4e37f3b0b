import type { ClientId, Owner, PartnerId, SubjectId } from '../../src/domain/caller.ts';
import { parseIdempotencyKey, type IdempotencyKey } from '../../src/domain/idempotency-key.ts';

/** The owner of all creations where authentication is disabled. */
export const DEPLOYMENT: Owner = { kind: 'deployment' };

const ISSUER = 'https://issuer.example.com/';

export function partnerOwner(partner: string): Owner {
  return { kind: 'partner', partner: partner as PartnerId };
}

export function clientOwner(client: string, issuer = ISSUER): Owner {
  return { kind: 'client', issuer, client: client as ClientId };
}

export function userOwner(client: string, subject: string, issuer = ISSUER): Owner {
  return { kind: 'user', issuer, client: client as ClientId, subject: subject as SubjectId };
}

/** A valid idempotency key. */
export function keyOf(text: string): IdempotencyKey {
  const key = parseIdempotencyKey(text);
  if (key === null) throw new Error(`${text} is no key`);
  return key;
}
