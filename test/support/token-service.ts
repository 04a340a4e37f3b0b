import { generateKeyPairSync } from 'node:crypto';
import type { UnicoClient } from '../../src/upstream/unico/client.ts';
import type { Reply, SeenRequest, Upstream } from './upstream.ts';
import { CALLS, unicoReplying } from './unico-client.ts';
import type { TestClientOptions } from './unico.ts';

export const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

export const ACCOUNT = {
  account: 'svc-account',
  tenantId: '4d4f3d90-04a3-4259-b63b-930ab10d2e47',
  privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
};

const isTokenRequest = ({ path }: SeenRequest): boolean => path === '/oauth2/token';

/** A valid response of the token service: `token-1`, `token-2`, … */
export const tokenBody = (nth: number): object => ({
  access_token: `token-${nth}`,
  token_type: 'Bearer',
  expires_in: 3600,
});

/** A valid response to any call; 404 for an unknown path. */
export function validReply({ method, path }: SeenRequest): Reply {
  const isMatch = (name: string): boolean => {
    const [verb = '', pattern = ''] = name.split(' ');
    return (
      verb === method && new RegExp(`^/${pattern.replace('{id}', '[^/]+')}$`).test(path.replace(/\?.*/, ''))
    );
  };
  const call = CALLS.find(({ name }) => isMatch(name));
  return call === undefined ? { status: 404 } : { body: call.body };
}

export type UnicoWithTokens = {
  unico: UnicoClient;
  upstream: Upstream;
  /** The requests for tokens, in order. */
  tokenRequests: () => SeenRequest[];
  /** The tokens in the requests to the contracts, in order. */
  tokensUsed: () => string[];
};

const tokenOf = ({ headers }: SeenRequest): string => headers.authorization?.replace('Bearer ', '') ?? '';

/** Starts an upstream with a token service, and creates a client with a service account. */
export async function unicoWithTokens(
  onToken: (nth: number) => Reply | Promise<Reply> = (nth) => ({ body: tokenBody(nth) }),
  onCall: (request: SeenRequest, token: string) => Reply | Promise<Reply> = validReply,
  options: TestClientOptions = {},
): Promise<UnicoWithTokens> {
  let nth = 0;
  const { unico, upstream } = await unicoReplying(
    (request) => (isTokenRequest(request) ? onToken(++nth) : onCall(request, tokenOf(request))),
    { credential: ACCOUNT, ...options },
  );
  return {
    unico,
    upstream,
    tokenRequests: () => upstream.requests.filter(isTokenRequest),
    tokensUsed: () => upstream.requests.filter((request) => !isTokenRequest(request)).map(tokenOf),
  };
}
