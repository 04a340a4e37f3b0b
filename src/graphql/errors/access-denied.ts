import { GraphQLError } from 'graphql';
import { permits, type Caller, type Requirement } from '../../domain/caller.ts';

/** The caller may not have this. The message says which scopes it takes and which they have; both are words of ours. */
export class AccessDenied extends GraphQLError {
  constructor({ authenticated, scopes }: Caller, requirement: Requirement) {
    const ways = requirement.map((all) => all.join(' and ')).join(', or ');
    const got = scopes.size === 0 ? 'none of them' : [...scopes].join(', ');
    super(
      authenticated
        ? `expected a token with the scope ${ways}, got ${got}`
        : `expected a token with the scope ${ways} (header "authorization: Bearer <token>"), got no token`,
      { extensions: { code: authenticated ? 'FORBIDDEN' : 'UNAUTHENTICATED' } },
    );
  }
}

/** Throws a `Denial` unless the caller has the scopes that are required. */
export function requireScopes(caller: Caller, requirement: Requirement): void {
  if (!permits(requirement, caller.scopes)) throw new AccessDenied(caller, requirement);
}
