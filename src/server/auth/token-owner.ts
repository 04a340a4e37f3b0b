import type { JWTPayload } from 'jose';
import type { ClientId, NoOwner, Owner, SubjectId } from '../../domain/caller.ts';
import { unreachable } from '../../lib/unreachable.ts';
import { clientClaim, partnerOf, subjectClaim, type ClaimNames } from './token-claims.ts';

const NO_TEXT = 'a value that is empty or no text';

/** The reason for which a token owns nothing. It names claims and variables, and no value. */
function none(expected: string, got: string): NoOwner {
  return { kind: 'none', reason: `expected ${expected}, got ${got}` };
}

/**
 * Whom the creations of a verified token belong to: its partner, else its client and the user for whom it acts. Without
 * a client claim nothing belongs to it, with a partner neither.
 */
export function ownerOf(payload: JWTPayload, issuer: string, names: ClaimNames): Owner | NoOwner {
  const client = clientClaim(payload, names);
  if (client.kind !== 'one') {
    const expected = `a token that names its client by one of the claims ${names.client.join(', ')} (JWT_CLIENT_CLAIM)`;
    return none(expected, client.kind === 'none' ? 'none of them' : NO_TEXT);
  }
  const partner = partnerOf(payload, names);
  const expected = `the claim ${names.partner} of the token (JWT_PARTNER_CLAIM) to name one partner`;
  switch (partner.kind) {
    case 'one':
      return { kind: 'partner', partner: partner.partner };
    case 'several':
      return none(expected, 'a list');
    case 'invalid':
      return none(expected, NO_TEXT);
    case 'none':
      return ownerWithoutPartner(payload, issuer, client.text as ClientId);
    default:
      return unreachable(partner, 'partner claim');
  }
}

/**
 * A token without a subject, or with its client as the subject, is one of client credentials (RFC 9068, 2.2). Some
 * issuers give service accounts a subject of their own: it is always the same one, and so is the owner.
 */
function ownerWithoutPartner(payload: JWTPayload, issuer: string, client: ClientId): Owner | NoOwner {
  const subject = subjectClaim(payload);
  switch (subject.kind) {
    case 'none':
      return { kind: 'client', issuer, client };
    case 'invalid':
      return none('the claim sub of the token to be text where there is one', NO_TEXT);
    case 'one':
      return subject.text === client
        ? { kind: 'client', issuer, client }
        : { kind: 'user', issuer, client, subject: subject.text as SubjectId };
    default:
      return unreachable(subject, 'subject of a token');
  }
}
