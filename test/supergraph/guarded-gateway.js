/** The words of the claim `scope` of a bearer token; whether it counts, the subgraph finds out. */
function scopesOf(authorization) {
  const [, payload] = /^Bearer [^.]+\.([^.]+)/.exec(authorization ?? '') ?? [];
  return payload === undefined
    ? []
    : JSON.parse(Buffer.from(payload, 'base64url').toString()).scope.split(' ');
}

/**
 * How a gateway is set up that forwards its callers' tokens: with the secret that subgraphs know it by, where it has one;
 * and with a fence of its own, where it looks at `@requiresScopes` before it asks a subgraph.
 */
export function guarded({ routerSecret, fenced }) {
  return {
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }) => ({
        authorization: request.headers.get('authorization') ?? undefined,
        ...(routerSecret === undefined ? {} : { 'router-authorization': routerSecret }),
      }),
    },
    ...(fenced && {
      genericAuth: {
        mode: 'protect-granular',
        resolveUserFn: ({ request }) => ({ scopes: scopesOf(request.headers.get('authorization')) }),
        extractScopes: ({ scopes }) => scopes,
        rejectUnauthenticated: false,
      },
    }),
  };
}
