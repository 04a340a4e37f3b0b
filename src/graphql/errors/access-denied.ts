import { GraphQLError } from 'graphql';
import { permits, type Caller, type Requirement } from '../../domain/caller.ts';

/** The caller does not have the required scopes: FORBIDDEN with a token, UNAUTHENTICATED without one. */
export class AccessDenied extends GraphQLError {
  constructor({ authenticated, scopes }: Caller, requirement: Requirement) {
    const alternatives = requirement.map((all) => all.join(' and ')).join(', or ');
    const got = scopes.size === 0 ? 'none of them' : [...scopes].join(', ');
    super(
      authenticated
        ? `expected a token with the scope ${alternatives}, got ${got}`
        : `expected a token with the scope ${alternatives} (header "authorization: Bearer <token>"), got no token`,
      { extensions: { code: authenticated ? 'FORBIDDEN' : 'UNAUTHENTICATED' } },
    );
  }
}

/** Throws `AccessDenied` unless the caller has the required scopes. */
export function requireScopes(caller: Caller, requirement: Requirement): void {
  if (!permits(requirement, caller.scopes)) throw new AccessDenied(caller, requirement);
}
