import { generateKeyPairSync } from 'node:crypto';
import type { UnicoClient } from '../../src/upstream/unico/client.ts';
import type { Reply, SeenRequest, Upstream } from './upstream.ts';
import { CALLS, unicoSaying } from './unico-client.ts';
import type { TestClientOptions } from './unico.ts';

export const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

export const ACCOUNT = {
  account: 'svc-account',
  tenantId: '4d4f3d90-04a3-4259-b63b-930ab10d2e47',
  privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
};

const isTokenRequest = ({ path }: SeenRequest): boolean => path === '/oauth2/token';

/** A good answer of the token service: `token-1`, `token-2`, … */
export const tokenAnswer = (nth: number): object => ({
  access_token: `token-${nth}`,
  token_type: 'Bearer',
  expires_in: 3600,
});

/** A good answer of whichever call it is. */
export function goodAnswer({ method, path }: SeenRequest): Reply {
  const fits = (name: string): boolean => {
    const [verb = '', pattern = ''] = name.split(' ');
    return (
      verb === method && new RegExp(`^/${pattern.replace('{id}', '[^/]+')}$`).test(path.replace(/\?.*/, ''))
    );
  };
  const call = CALLS.find(({ name }) => fits(name));
  return call === undefined ? { status: 404 } : { body: call.answer };
}

export type Played = {
  unico: UnicoClient;
  upstream: Upstream;
  /** How many tokens were asked for, and with which assertions. */
  tokenRequests: () => SeenRequest[];
  /** The tokens that the contracts were called with, in order. */
  tokensUsed: () => string[];
};

const tokenOf = ({ headers }: SeenRequest): string => headers.authorization?.replace('Bearer ', '') ?? '';

/** Unico with its token service, and clients with a service account. */
export async function unicoWithTokens(
  onToken: (nth: number) => Reply | Promise<Reply> = (nth) => ({ body: tokenAnswer(nth) }),
  onCall: (request: SeenRequest, token: string) => Reply | Promise<Reply> = goodAnswer,
  options: TestClientOptions = {},
): Promise<Played> {
  let nth = 0;
  const { unico, upstream } = await unicoSaying(
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
