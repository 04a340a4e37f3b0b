import { z } from 'zod';
import type { JwtSettings } from '../server/auth/authenticate-caller.ts';
import {
  address,
  constant,
  eachOf,
  header,
  list,
  definedNames,
  variable,
  type Variables,
} from './variables.ts';

/** How the server authenticates the router and the callers. */
export type ServerConfig = {
  /** The accepted values of the header `Router-Authorization`; with none, the server does not check it. */
  routerSecrets: string[];
  /** Whose tokens of callers are accepted; `null`: the server ignores tokens, and every caller has all scopes. */
  jwt: JwtSettings | null;
};

const SECRETS = list.pipe(z.array(header));

const WHEN = '(in production all JWT_… are required; elsewhere set all or none)';

const JWT = {
  jwksUrl: variable(
    'JWT_JWKS_URL',
    `an https:// address without a user (http:// only for this machine), of the keys of callers' tokens ${WHEN}`,
    address,
  ),
  issuer: variable('JWT_ISSUER', `the claim iss of callers' tokens ${WHEN}`, z.string()),
  audience: variable(
    'JWT_AUDIENCE',
    `the claim aud of callers' tokens, or one of its values ${WHEN}`,
    z.string(),
  ),
};

/** Reads `ServerConfig`. In production both authentications are required. */
export function serverSchema(variables: Variables, production: boolean): z.ZodType<ServerConfig> {
  const needsTokens = production || definedNames(variables, JWT).length > 0;
  const visible = 'visible ASCII characters, with commas between several secrets';
  return eachOf({
    routerSecrets: variable(
      'ROUTER_SECRET',
      `what the router sends as Router-Authorization, in ${visible} (required in production)`,
      production ? SECRETS : SECRETS.default([]),
    ),
    jwt: needsTokens ? eachOf(JWT) : constant(null),
  });
}
