import type { JWTPayload } from 'jose';
import type { PartnerClaim, PartnerId } from '../../domain/caller.ts';

/**
 * The names of the claims that are read. A name is the key of a claim, literally: dots and slashes, as in
 * `https://example.com/partner`, lead nowhere.
 */
export type ClaimNames = {
  /** Claims that name the client. The first one that the token has counts. */
  client: readonly string[];
  partner: string;
  /** Claims that grant scopes. All of them count. */
  scopes: readonly string[];
};

/** What the issuers that we know write (RFC 9068, OpenID Connect, Entra ID, Okta; `permissions`: Auth0). */
export const DEFAULT_CLAIM_NAMES: ClaimNames = {
  client: ['client_id', 'azp', 'appid', 'cid'],
  partner: 'partner_id',
  scopes: ['scope', 'scp', 'roles', 'permissions'],
};

/** A claim that is to be text. Present and empty, or of another type, it is `invalid`, and never `none`. */
export type TextClaim = { kind: 'none' } | { kind: 'one'; text: string } | { kind: 'invalid' };

/** The value of a claim; `undefined` where the token does not have it. */
function valueOf(payload: JWTPayload, name: string): unknown {
  return Object.hasOwn(payload, name) ? payload[name] : undefined;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function textClaim(value: unknown): TextClaim {
  if (value === undefined) return { kind: 'none' };
  return isName(value) ? { kind: 'one', text: value } : { kind: 'invalid' };
}

/** The subject of a token: the user, or the service account, for whom its client acts. */
export function subjectClaim(payload: JWTPayload): TextClaim {
  return textClaim(payload.sub);
}

/** The client claim of a token: the first of the names that it has, also where its value is invalid. */
export function clientClaim(payload: JWTPayload, { client: names }: ClaimNames): TextClaim {
  return textClaim(names.map((name) => valueOf(payload, name)).find((value) => value !== undefined));
}

/** What the partner claim of a token says. */
export function partnerOf(payload: JWTPayload, { partner: name }: ClaimNames): PartnerClaim {
  const value = valueOf(payload, name);
  if (Array.isArray(value)) {
    const isList = value.length > 0 && value.every(isName);
    return isList ? { kind: 'several', partners: value as PartnerId[] } : { kind: 'invalid' };
  }
  const claim = textClaim(value);
  return claim.kind === 'one' ? { kind: 'one', partner: claim.text as PartnerId } : claim;
}

/** The scopes of a token: each claim is text, separated by spaces (RFC 8693), or a list. */
export function scopesOf(payload: JWTPayload, { scopes: names }: ClaimNames): string[] {
  return names.flatMap((name) => {
    const value = valueOf(payload, name);
    if (typeof value === 'string') return value.split(' ');
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  });
}
