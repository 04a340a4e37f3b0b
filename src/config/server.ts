import { z } from 'zod';
import type { JwtSettings } from '../server/auth/authenticate-caller.ts';
import { DEFAULT_CLAIM_NAMES } from '../server/auth/token-claims.ts';
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

const WHEN =
  '(required in production; elsewhere set JWT_JWKS_URL, JWT_ISSUER and JWT_AUDIENCE, or no JWT_… at all)';

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

/** The name of a claim: any text, and a literal key. Commas separate names, so that no name contains one. */
const claimName = z.string().regex(/^[^,]+$/);
const claimNames = list.pipe(z.array(claimName));

/** Their names are public: a message may repeat them. */
const NAMES = { isPublic: true };

const CLAIMS = {
  client: variable(
    'JWT_CLIENT_CLAIM',
    'names of claims, with commas between them, of which the first that a token has names its client',
    claimNames.default([...DEFAULT_CLAIM_NAMES.client]).meta(NAMES),
  ),
  partner: variable(
    'JWT_PARTNER_CLAIM',
    "the name of the claim that names a token's partner, one name without a comma",
    claimName.default(DEFAULT_CLAIM_NAMES.partner).meta(NAMES),
  ),
  scopes: variable(
    'JWT_SCOPE_CLAIMS',
    'names of claims, with commas between them, that grant scopes',
    claimNames.default([...DEFAULT_CLAIM_NAMES.scopes]).meta(NAMES),
  ),
};

/** Reads `ServerConfig`. In production both authentications are required. */
export function serverSchema(variables: Variables, production: boolean): z.ZodType<ServerConfig> {
  const needsTokens = production || definedNames(variables, { ...JWT, ...CLAIMS }).length > 0;
  const visible = 'visible ASCII characters, with commas between several secrets';
  return eachOf({
    routerSecrets: variable(
      'ROUTER_SECRET',
      `what the router sends as Router-Authorization, in ${visible} (required in production)`,
      production ? SECRETS : SECRETS.default([]),
    ),
    jwt: needsTokens ? eachOf({ ...JWT, claims: eachOf(CLAIMS) }) : constant(null),
  });
}
