import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** An issuer of callers' tokens, in this process. */
export type TokenIssuer = {
  /** The subgraph's environment variables for it. */
  variables: Record<string, string>;
  /** A token with these scopes. It is valid for two hours, longer than any row takes. */
  tokenFor(...scopes: string[]): Promise<string>;
  close(): void;
};

const ISSUER = 'https://issuer.example.com/';
const AUDIENCE = 'identity-subgraph';
const ALGORITHM = 'ES256';

/** Starts an issuer on a free port. */
export async function startTokenIssuer(): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM);
  const key = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: ALGORITHM, use: 'sig' };
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [key] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('unreachable: it listens on a port');
  return {
    variables: {
      JWT_JWKS_URL: `http://127.0.0.1:${address.port}/`,
      JWT_ISSUER: ISSUER,
      JWT_AUDIENCE: AUDIENCE,
    },
    tokenFor: (...scopes) =>
      new SignJWT({ scope: scopes.join(' ') })
        .setProtectedHeader({ alg: ALGORITHM, kid: key.kid })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject('caller-1')
        .setExpirationTime('2h')
        .sign(privateKey),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
