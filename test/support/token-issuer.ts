import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';
import type { CallerTokens } from '../../src/edge/caller.ts';

type Key = { kid: string; alg: string; privateKey: CryptoKey; jwk: JWK };

async function makeKey(kid: string, alg: string): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** Whoever issues the tokens of callers: a JWKS on a real socket, and tokens signed with its keys. */
export type TokenIssuer = {
  tokens: CallerTokens;
  /** A token of these claims over the usual ones (five minutes, the right issuer and audience, subject `caller-1`). */
  issue(claims?: JWTPayload & Record<string, unknown>): Promise<string>;
  /** The header `authorization` of a caller with these scopes. */
  bearer(...scopes: string[]): Promise<{ authorization: string }>;
  /** Signs with a new key from now on; the old one is published no longer. */
  rotate(alg?: string): Promise<void>;
  /** Answers so from now on instead of with the keys; `null` for the keys again. */
  answerWith(reply: { status: number; body: string } | 'nothing' | null): void;
  /** How often the keys were asked for. */
  asked(): number;
  close(): Promise<void>;
};

const ISSUER = 'https://issuer.example.com/';
const AUDIENCE = 'identity-subgraph';

/** Starts it, signing with `alg`. */
export async function startTokenIssuer(alg = 'ES256'): Promise<TokenIssuer> {
  let generation = 1;
  let key = await makeKey('key-1', alg);
  let reply: { status: number; body: string } | 'nothing' | null = null;
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    if (reply === 'nothing') return;
    response.writeHead(reply?.status ?? 200, { 'content-type': 'application/json' });
    response.end(reply?.body ?? JSON.stringify({ keys: [key.jwk] }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  async function issue(claims: JWTPayload & Record<string, unknown> = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const usual = { iss: ISSUER, aud: AUDIENCE, sub: 'caller-1', iat: now, exp: now + 300 };
    return new SignJWT({ ...usual, ...claims })
      .setProtectedHeader({ alg: key.alg, kid: key.kid })
      .sign(key.privateKey);
  }
  return {
    tokens: { jwksUrl: `http://127.0.0.1:${port}/jwks`, issuer: ISSUER, audience: AUDIENCE },
    issue,
    bearer: async (...scopes) => ({ authorization: `Bearer ${await issue({ scope: scopes.join(' ') })}` }),
    async rotate(next = key.alg) {
      generation += 1;
      key = await makeKey(`key-${generation}`, next);
    },
    answerWith(next) {
      reply = next;
    },
    asked: () => asked,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
