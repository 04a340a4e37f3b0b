import type { JwtSettings } from '../server/auth/authenticate-caller.ts';
import type { EnvReader } from './env-reader.ts';

/** Who is let in. */
export type ServerConfig = {
  /** The values that `Router-Authorization` may have; none: it is not looked at. */
  routerSecrets: string[];
  /** Whose tokens of callers count; `null`: they are not looked at, and every caller has all scopes. */
  jwt: JwtSettings | null;
};

const TOKEN_VARIABLES = {
  JWT_JWKS_URL: "the address of the keys that callers' tokens are signed with (JWKS)",
  JWT_ISSUER: 'what the claim iss of their tokens has to be',
  JWT_AUDIENCE: 'what the claim aud of their tokens has to be, or to have in it',
};

function isTokenVariable(name: string): name is keyof typeof TOKEN_VARIABLES {
  return name in TOKEN_VARIABLES;
}

function readRouterSecrets(env: EnvReader, production: boolean): string[] {
  const given =
    env
      .text('ROUTER_SECRET')
      ?.split(',')
      .map((secret) => secret.trim()) ?? [];
  if (!given.every((secret) => /^[\x21-\x7e]+$/.test(secret))) {
    env.problem(
      'ROUTER_SECRET',
      'expected visible ASCII characters, because it is a header; several have commas between, and none is empty',
    );
  }
  if (production && given.length === 0) {
    env.problem(
      'ROUTER_SECRET',
      'expected what the router sends as Router-Authorization, because this is production; it is not set',
    );
  }
  return given;
}

function readTokens(env: EnvReader, production: boolean): JwtSettings | null {
  const names = Object.keys(TOKEN_VARIABLES).filter(isTokenVariable);
  const missing = names.filter((name) => !env.has(name));
  if (missing.length === names.length && !production) return null;
  const why = production
    ? 'this is production'
    : 'others of JWT_JWKS_URL, JWT_ISSUER and JWT_AUDIENCE are set';
  for (const name of missing)
    env.problem(name, `expected ${TOKEN_VARIABLES[name]}, because ${why}; it is not set`);
  const jwksUrl = env.address('JWT_JWKS_URL');
  const issuer = env.text('JWT_ISSUER');
  const audience = env.text('JWT_AUDIENCE');
  return jwksUrl === null || issuer === null || audience === null ? null : { jwksUrl, issuer, audience };
}

/** Reads who is let in; in production neither door may be left open. */
export function readServer(env: EnvReader, production: boolean): ServerConfig {
  return { routerSecrets: readRouterSecrets(env, production), jwt: readTokens(env, production) };
}
