import type { Brand } from '../lib/brand.ts';

/** The scopes that a token can grant: see `Scope`. */
export const SCOPES = ['identity:read', 'identity:pii', 'identity:write'] as const;
/**
 * `identity:read`: non-personal fields; `identity:pii`: personal fields; `identity:write`: create, change and erase
 * processes.
 */
export type Scope = (typeof SCOPES)[number];

/** A set of scopes. Equal sets are the same object, so that results can be cached by it. */
export type Scopes = ReadonlySet<Scope>;

/** The client application that a token was issued to, such as `orders-web`: the value of its first client claim. */
export type ClientId = Brand<string, 'ClientId'>;

/** A partner of the tenant, such as `acme`, whose processes are its own: the value of the partner claim. */
export type PartnerId = Brand<string, 'PartnerId'>;

/**
 * What a token says of partners. A claim that is present and empty, or of a wrong type, is `invalid` and never `none`:
 * a mistake of the issuer must not turn a partner's token into one without a partner, which may see more.
 */
export type PartnerClaim =
  | { kind: 'none' }
  | { kind: 'one'; partner: PartnerId }
  /** A list, also one of a single partner. */
  | { kind: 'several'; partners: readonly PartnerId[] }
  | { kind: 'invalid' };

/** The user or service account for whom a client acts: the claim `sub` of its token. May be personal data. */
export type SubjectId = Brand<string, 'SubjectId'>;

/**
 * Whom creations and their idempotency keys belong to. Callers with equal owners share their keys; for all others these
 * keys do not exist.
 */
export type Owner =
  /** All callers, where authentication is disabled. */
  | { kind: 'deployment' }
  /** A partner, whichever of its clients and users creates. */
  | { kind: 'partner'; partner: PartnerId }
  /** A client that acts for itself (client credentials). Another issuer may use the same name for another client. */
  | { kind: 'client'; issuer: string; client: ClientId }
  /** A client that acts for one of its users. */
  | { kind: 'user'; issuer: string; client: ClientId; subject: SubjectId };

/** A caller that owns nothing and may not create; `reason` says what its token was to have, and what it has. */
export type NoOwner = { kind: 'none'; reason: string };

/** The client that sends a request. */
export type Caller = {
  /** The name in the audit log. */
  name: string;
  /**
   * Whom the quota and metrics count the request for; `null` for a token without a usable client claim, and without
   * tokens.
   */
  client: ClientId | null;
  partner: PartnerClaim;
  /** Whom its creations belong to. */
  owner: Owner | NoOwner;
  /** Whether the caller has a valid token, or authentication is disabled. */
  authenticated: boolean;
  scopes: Scopes;
};

/** The scopes that a field requires: all scopes of any one of these lists. */
export type Requirement = readonly (readonly Scope[])[];

/** One object for each set of scopes, by the names of the scopes. */
const scopeSets = new Map<string, Scopes>();

/** The scopes of this service among the scopes of a token; the others belong to other services. */
export function scopesAmong(granted: Iterable<string>): Scopes {
  const names = new Set(granted);
  const ours = SCOPES.filter((scope) => names.has(scope));
  const name = ours.join(' ');
  let scopes = scopeSets.get(name);
  if (scopes === undefined) scopeSets.set(name, (scopes = new Set(ours)));
  return scopes;
}

/** The caller of every request where authentication is disabled. */
export const ALL_SCOPES_CALLER: Caller = {
  name: 'auth-disabled',
  client: null,
  partner: { kind: 'none' },
  owner: { kind: 'deployment' },
  authenticated: true,
  scopes: scopesAmong(SCOPES),
};

/** The caller of a request without a token where one is required. */
export const ANONYMOUS: Caller = {
  name: 'anonymous',
  client: null,
  partner: { kind: 'none' },
  owner: { kind: 'none', reason: 'expected a token, got none' },
  authenticated: false,
  scopes: scopesAmong([]),
};

/** Whether these scopes meet a requirement. */
export function permits(requirement: Requirement, scopes: Scopes): boolean {
  return requirement.some((all) => all.every((scope) => scopes.has(scope)));
}
