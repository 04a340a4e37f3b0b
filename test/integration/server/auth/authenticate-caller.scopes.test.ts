import { describe, expect, test } from 'vitest';
import { createCallerAuthentication } from '../../../../src/server/auth/authenticate-caller.ts';
import { onboarding } from '../../../support/creation.ts';
import { CREATE, READ, startAuthenticatedSubgraph } from '../../../support/authenticated-subgraph.ts';
import { serverForFile } from '../../../support/server-for-file.ts';
import { pseudonymOf, type Claims } from '../../../support/token-issuer.ts';

const server = serverForFile(() => startAuthenticatedSubgraph());

/** The process as a caller with these scopes reads it. */
async function readBy(...scopes: string[]): Promise<unknown> {
  const { data } = await server().subgraph.ask(READ, {}, await server().issuer.bearer(...scopes));
  return data.process;
}

describe('CallerAuthentication: scopes', () => {
  const READ_AND_PII = ['identity:read', 'identity:pii'];
  const forms: [string, Claims, string[]][] = [
    ['text with spaces', { scope: 'identity:read identity:pii' }, READ_AND_PII],
    ['a list', { scope: READ_AND_PII }, READ_AND_PII],
    ['text in scp', { scp: 'identity:read identity:pii' }, READ_AND_PII],
    ['a list in scp', { scp: READ_AND_PII }, READ_AND_PII],
    ['both claims', { scope: 'identity:read', scp: ['identity:pii'] }, READ_AND_PII],
    ['the app roles of Entra ID', { roles: READ_AND_PII }, READ_AND_PII],
    ['the scopes and app roles of Entra ID', { scp: 'identity:read', roles: ['identity:pii'] }, READ_AND_PII],
    ['the permissions of Auth0', { scope: 'openid', permissions: READ_AND_PII }, READ_AND_PII],
    ['text in roles', { roles: 'identity:read identity:pii' }, READ_AND_PII],
    ['text with other scopes', { scope: 'openid identity:pii profile identity:read' }, READ_AND_PII],
    ['repeated scopes', { scope: 'identity:read identity:read', scp: ['identity:read'] }, ['identity:read']],
    ['text with more spaces', { scope: '  identity:read   identity:pii ' }, READ_AND_PII],
  ];
  test.each(forms)('scopes are read from %s', async (_, claims, expected) => {
    const { scopes } = await server().authenticate(`Bearer ${await server().issuer.issue(claims)}`);
    expect([...scopes].toSorted()).toEqual(expected.toSorted());
  });

  const none: [string, Claims][] = [
    ['a token without claims of scopes', {}],
    ['an empty claim', { scope: '' }],
    ['null', { scope: null, scp: null }],
    ['a number', { scope: 7, scp: 7 }],
    ['true', { scope: true, scp: true }],
    ['an object', { scope: { 'identity:read': true }, scp: { 0: 'identity:read', length: 1 } }],
    ['scopes of other services', { scope: 'customers:read orders:write', scp: ['read', 'write', 'pii'] }],
    ['a longer scope with the same beginning', { scope: 'identity:readx identity:read: identity:reader' }],
    ['a longer scope with the same end', { scope: 'xidentity:read unidentity:pii :identity:write' }],
    ['a shorter scope', { scope: 'identity:rea identity: identity dentity:read' }],
    ['scopes in upper case', { scope: 'IDENTITY:READ Identity:Pii identity:Write' }],
    ['wildcards', { scope: '* identity:* identity all', scp: ['*', 'identity:*'] }],
    ['scopes separated by tabs', { scope: 'identity:read\tidentity:pii' }],
    ['scopes separated by line ends', { scope: 'identity:read\nidentity:pii\r\nidentity:write' }],
    [
      'scopes separated by other white space',
      { scope: 'identity:read\u00a0identity:pii\u2003identity:write' },
    ],
    ['scopes separated by commas', { scope: 'identity:read,identity:pii' }],
    ['scopes with characters that look alike', { scope: 'identity:re\u0430d' }],
    ['scopes with invisible characters', { scope: 'identity:read\u200b identity\u0000:pii' }],
    ['several scopes in one item of a list', { scope: ['identity:read identity:pii'] }],
    ['lists in a list', { scope: [['identity:read']], scp: [{ scope: 'identity:read' }] }],
    [
      'other claims',
      {
        scopes: READ_AND_PII,
        role: READ_AND_PII,
        'scope ': 'identity:read',
        realm_access: { roles: READ_AND_PII },
        resource_access: { 'identity-subgraph': { roles: READ_AND_PII } },
      },
    ],
  ];
  test.each(none)('no scope is read from %s', async (_, claims) => {
    expect([
      ...(await server().authenticate(`Bearer ${await server().issuer.issue(claims)}`)).scopes,
    ]).toEqual([]);
  });

  const configured: [string, string[], Claims, string[]][] = [
    ['a claim with another name', ['grants'], { grants: READ_AND_PII }, READ_AND_PII],
    [
      'a claim whose name is a URL',
      ['https://example.com/scopes'],
      { 'https://example.com/scopes': 'identity:pii' },
      ['identity:pii'],
    ],
    ['no claim at the end of a path', ['realm_access.roles'], { realm_access: { roles: READ_AND_PII } }, []],
    [
      'the literal name of a path',
      ['realm_access.roles'],
      { 'realm_access.roles': READ_AND_PII },
      READ_AND_PII,
    ],
    [
      'none of the usual claims where they are not named',
      ['grants'],
      {
        scope: 'identity:read',
        scp: 'identity:read',
        roles: ['identity:read'],
        permissions: ['identity:read'],
      },
      [],
    ],
    ['no property of all objects', ['constructor', '__proto__', 'toString'], {}, []],
  ];
  test.each(configured)(
    'with JWT_SCOPE_CLAIMS scopes are read from %s',
    async (_, names, claims, expected) => {
      const { issuer } = server();
      const settings = { ...issuer.tokens, claims: { ...issuer.tokens.claims, scopes: names } };
      const { scopes } = await createCallerAuthentication(
        settings,
        pseudonymOf,
      )(`Bearer ${await issuer.issue(claims)}`);
      expect([...scopes].toSorted()).toEqual(expected.toSorted());
    },
  );

  test('a caller has the scopes of the token, and of no other token of the same caller', async () => {
    expect(await readBy('identity:read')).toEqual({ state: 'FINISHED' });
    expect(await readBy()).toBeNull();
    expect(await readBy('identity:read')).toEqual({ state: 'FINISHED' });
    expect(await readBy('identity:pii', 'identity:write')).toBeNull();
  });

  test('an authenticated caller without a scope gets an error with the scopes of its token', async () => {
    const { status, data, errors } = await server().subgraph.ask(
      READ,
      {},
      await server().issuer.bearer('identity:write', 'openid'),
    );
    expect({ status, data }).toEqual({ status: 200, data: { process: null } });
    expect(errors).toMatchObject([{ path: ['process'], extensions: { code: 'FORBIDDEN' } }]);
    expect(errors[0]?.message).toBe('expected a token with the scope identity:read, got identity:write');
  });

  test('only a caller that may create processes may send a large body', async () => {
    const input = onboarding({ imageBase64: 'x'.repeat(512 * 1024) });
    const large = { query: CREATE, variables: { input } };
    for (const [scopes, status] of [
      [[], 413],
      [['identity:read', 'identity:pii'], 413],
      [['identity:write'], 200],
    ] as const) {
      expect((await server().post(large, await server().issuer.bearer(...scopes))).status).toBe(status);
    }
  });
});
