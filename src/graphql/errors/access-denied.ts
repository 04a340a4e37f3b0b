import { GraphQLError } from 'graphql';
import { permits, type Caller, type Owner, type Requirement } from '../../domain/caller.ts';

/** The caller may not do this: FORBIDDEN with a token, UNAUTHENTICATED without one. */
export class AccessDenied extends GraphQLError {
  constructor(message: string, { authenticated }: Caller) {
    super(message, { extensions: { code: authenticated ? 'FORBIDDEN' : 'UNAUTHENTICATED' } });
  }
}

function missingScopes({ authenticated, scopes }: Caller, requirement: Requirement): string {
  const alternatives = requirement.map((all) => all.join(' and ')).join(', or ');
  const got = scopes.size === 0 ? 'none of them' : [...scopes].join(', ');
  return authenticated
    ? `expected a token with the scope ${alternatives}, got ${got}`
    : `expected a token with the scope ${alternatives} (header "authorization: Bearer <token>"), got no token`;
}

/** Throws `AccessDenied` unless the caller has the required scopes. */
export function requireScopes(caller: Caller, requirement: Requirement): void {
  if (!permits(requirement, caller.scopes))
    throw new AccessDenied(missingScopes(caller, requirement), caller);
}

/** Whom the caller's creations belong to. Throws `AccessDenied` for a caller that owns nothing. */
export function requireOwner(caller: Caller): Owner {
  if (caller.owner.kind === 'none') throw new AccessDenied(caller.owner.reason, caller);
  return caller.owner;
}
