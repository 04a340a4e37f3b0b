import { describe, expect, test } from 'vitest';
import { SCOPES } from '../../../../src/domain/caller.ts';
import { onboarding } from '../../../support/creation.ts';
import { CREATE, READ, startAuthenticatedSubgraph } from '../../../support/authenticated-subgraph.ts';
import { serverForFile } from '../../../support/server-for-file.ts';

const server = serverForFile(() => startAuthenticatedSubgraph());

/** A token of this type, valid in every other respect. */
async function bearerOfType(typ: unknown): Promise<{ authorization: string }> {
  return { authorization: `Bearer ${await server().issuer.issue({ scope: SCOPES.join(' ') }, { typ })}` };
}

describe('CallerAuthentication: types of tokens', () => {
  test.each([
    undefined,
    'JWT',
    'jwt',
    'Jwt',
    'at+jwt',
    'AT+JWT',
    'At+Jwt',
    'application/at+jwt',
    'APPLICATION/AT+JWT',
    'application/jwt',
  ])('an access token is accepted with the type %j', async (typ) => {
    expect(await server().subgraph.ask(READ, {}, await bearerOfType(typ))).toMatchObject({
      status: 200,
      data: { process: { state: 'FINISHED' } },
      errors: [],
    });
  });

  test.each([
    'logout+jwt',
    'dpop+jwt',
    'secevent+jwt',
    'application/logout+jwt',
    'DPoP+JWT',
    'id+jwt',
    'token-introspection+jwt',
    'oauth-authz-req+jwt',
    'client-authentication+jwt',
    'entity-statement+jwt',
    'kb+jwt',
    'dc+sd-jwt',
    'vc+jwt',
    'rt+jwt',
    'wit+jwt',
    'JWE',
    'JOSE',
    'at',
    'jwt+at',
    'at+jwt ',
    ' JWT',
    'at+jwt; charset=utf-8',
    'text/jwt',
    'application/application/jwt',
    'application/',
    '',
    'constructor',
    null,
    7,
    true,
    ['at+jwt'],
    { typ: 'JWT' },
  ])('a token that the issuer has signed for another purpose is rejected: its type is %j', async (typ) => {
    const headers = await bearerOfType(typ);
    for (const request of [{ query: READ }, { query: CREATE, variables: { input: onboarding() } }]) {
      const { status, text } = await server().post(request, headers);
      expect(status).toBe(401);
      expect(JSON.parse(text)).toMatchObject({
        errors: [
          {
            message: 'the token is not accepted: expected an access token (header typ: JWT, at+jwt or none)',
            extensions: { code: 'UNAUTHENTICATED' },
          },
        ],
      });
    }
    expect(server().upstream.requests).toEqual([]);
  });
});
