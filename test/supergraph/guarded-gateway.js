/** The scopes that a bearer token claims; only the subgraph verifies the token. */
function scopesOf(authorization) {
  const [, payload] = /^Bearer [^.]+\.([^.]+)/.exec(authorization ?? '') ?? [];
  return payload === undefined
    ? []
    : JSON.parse(Buffer.from(payload, 'base64url').toString()).scope.split(' ');
}

/**
 * The configuration of a gateway that forwards its callers' tokens: with the secret for subgraphs, where it has one, and
 * with an access check of its own, where it applies `@requiresScopes` before it sends a request to a subgraph.
 */
export function guarded({ routerSecret, checksScopes }) {
  return {
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }) => ({
        authorization: request.headers.get('authorization') ?? undefined,
        ...(routerSecret === undefined ? {} : { 'router-authorization': routerSecret }),
      }),
    },
    ...(checksScopes && {
      genericAuth: {
        mode: 'protect-granular',
        resolveUserFn: ({ request }) => ({ scopes: scopesOf(request.headers.get('authorization')) }),
        extractScopes: ({ scopes }) => scopes,
        rejectUnauthenticated: false,
      },
    }),
  };
}
