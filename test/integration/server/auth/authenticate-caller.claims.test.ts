import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Caller, Owner } from '../../../../src/domain/caller.ts';
import { createCallerAuthentication } from '../../../../src/server/auth/authenticate-caller.ts';
import type { ClaimNames } from '../../../../src/server/auth/token-claims.ts';
import { startAuthenticatedSubgraph } from '../../../support/authenticated-subgraph.ts';
import { clientOwner, partnerOwner, userOwner } from '../../../support/owners.ts';
import { serverForFile } from '../../../support/server-for-file.ts';
import { pseudonymOf, type Claims } from '../../../support/token-issuer.ts';

const server = serverForFile(() => startAuthenticatedSubgraph());

/** No claim that names a client, a user or a partner. */
const UNNAMED = { client_id: undefined, sub: undefined };

/** The caller of a token with these claims, read by these names of claims (the default: the default names). */
async function callerOf(claims: Claims, names: Partial<ClaimNames> = {}): Promise<Caller> {
  const { issuer } = server();
  const settings = { ...issuer.tokens, claims: { ...issuer.tokens.claims, ...names } };
  const authenticate = createCallerAuthentication(settings, pseudonymOf);
  return authenticate(`Bearer ${await issuer.issue({ ...UNNAMED, ...claims })}`);
}

/** Values of a claim that is present and names nothing. `null` is one: some issuers write it for what they do not know. */
const INVALID: unknown[] = ['', '   ', '\t\n', null, 0, 7, true, false, {}, { id: 'app' }];

const isName = (claim: unknown): claim is string => typeof claim === 'string' && claim.trim() !== '';

/** The owner by the rules of docs/security.md; `null` where nothing is owned. */
function expectedOwner({ client_id: id, azp, sub, partner_id: partner }: Claims): Owner | null {
  const client = id === undefined ? azp : id;
  if (!isName(client)) return null;
  if (partner !== undefined) return isName(partner) ? partnerOwner(partner) : null;
  if (sub === undefined || sub === client) return clientOwner(client);
  return isName(sub) ? userOwner(client, sub) : null;
}

/** The owner of what a token with these claims creates; `null` where nothing is owned. */
async function ownerOf(given: Claims): Promise<Owner | null> {
  const { owner } = await callerOf(given);
  return owner.kind === 'none' ? null : owner;
}

describe('CallerAuthentication: the client', () => {
  const clients: [string, Claims, string | null][] = [
    ['client_id', { client_id: 'app' }, 'app'],
    ['azp', { azp: 'app' }, 'app'],
    ['appid', { appid: 'app' }, 'app'],
    ['cid', { cid: 'app' }, 'app'],
    ['the first of several', { cid: '4', appid: '3', azp: '2', client_id: '1' }, '1'],
    ['the first that there is', { cid: '4', appid: '3' }, '3'],
    ['none of the others', { clientId: 'app', client: 'app', aud_client: 'app', sub: 'app' }, null],
  ];
  test.each(clients)('the client of a token is read from %s', async (_, claims, expected) => {
    expect((await callerOf(claims)).client).toBe(expected);
  });

  test('a client claim that is empty or no text hides the ones behind it: no other client is taken', async () => {
    for (const value of [...INVALID, ['app'], []]) {
      expect(await callerOf({ client_id: value, azp: 'other' })).toMatchObject({
        client: null,
        owner: { kind: 'none' },
      });
    }
  });

  test('JWT_CLIENT_CLAIM names the claims of the client, in their order, by literal names', async () => {
    const names = { client: ['https://example.com/app', 'a.b', 'azp'] };
    const claims = { client_id: 'not this', a: { b: 'not this' }, azp: 'last' };
    expect((await callerOf(claims, names)).client).toBe('last');
    expect((await callerOf({ ...claims, 'a.b': 'second' }, names)).client).toBe('second');
    expect(
      (await callerOf({ ...claims, 'a.b': 'second', 'https://example.com/app': 'first' }, names)).client,
    ).toBe('first');
    expect((await callerOf({ client_id: 'not this' }, names)).client).toBeNull();
  });

  test('a claim that every object has is not taken for a claim of the token', async () => {
    const { client, partner } = await callerOf({}, { client: ['constructor'], partner: 'toString' });
    expect({ client, partner }).toEqual({ client: null, partner: { kind: 'none' } });
  });
});

describe('CallerAuthentication: the partner', () => {
  test('the partner of a token is the text of its partner claim', async () => {
    expect((await callerOf({ partner_id: 'acme' })).partner).toEqual({ kind: 'one', partner: 'acme' });
    expect((await callerOf({})).partner).toEqual({ kind: 'none' });
  });

  test('a partner claim that is empty or of a wrong type is invalid, and not the same as no claim', async () => {
    for (const value of [...INVALID, [], [''], ['acme', ''], ['acme', 7], [['acme']]]) {
      const { partner, owner } = await callerOf({ client_id: 'app', partner_id: value });
      expect({ value, partner }).toEqual({ value, partner: { kind: 'invalid' } });
      expect(owner.kind).toBe('none');
    }
  });

  test('a list of partners is a list, also with one partner in it', async () => {
    for (const partners of [['acme', 'globex'], ['acme']]) {
      expect((await callerOf({ partner_id: partners })).partner).toEqual({ kind: 'several', partners });
    }
  });

  test('JWT_PARTNER_CLAIM names the claim of the partner, literally', async () => {
    const names = { partner: 'https://example.com/partner' };
    const claims = { partner_id: 'not this', 'https://example.com/partner': 'acme' };
    expect((await callerOf(claims, names)).partner).toEqual({ kind: 'one', partner: 'acme' });
    expect((await callerOf({ partner_id: 'not this' }, names)).partner).toEqual({ kind: 'none' });
  });
});

describe('CallerAuthentication: the owner of what a caller creates', () => {
  const owned: [string, Claims, object][] = [
    ['its client where the token has no subject', { client_id: 'app' }, clientOwner('app')],
    ['its client where the client is the subject', { client_id: 'app', sub: 'app' }, clientOwner('app')],
    ['the client and its user', { client_id: 'app', sub: 'luke' }, userOwner('app', 'luke')],
    ['the partner', { client_id: 'app', partner_id: 'acme' }, partnerOwner('acme')],
    [
      'the partner, for its users too',
      { client_id: 'app', sub: 'luke', partner_id: 'acme' },
      partnerOwner('acme'),
    ],
  ];
  test.each(owned)('the owner is %s', async (_, claims, expected) => {
    expect((await callerOf(claims)).owner).toEqual(expected);
  });

  const CLIENT =
    'expected a token that names its client by one of the claims client_id, azp, appid, cid (JWT_CLIENT_CLAIM)';
  const PARTNER = 'expected the claim partner_id of the token (JWT_PARTNER_CLAIM) to name one partner';
  const SUBJECT = 'expected the claim sub of the token to be text where there is one';
  const NO_TEXT = 'got a value that is empty or no text';
  const ownerless: [string, Claims, string][] = [
    ['no client', { sub: 'luke' }, `${CLIENT}, got none of them`],
    ['a partner and no client', { partner_id: 'acme' }, `${CLIENT}, got none of them`],
    ['an empty client', { client_id: '' }, `${CLIENT}, ${NO_TEXT}`],
    ['an empty partner', { client_id: 'app', partner_id: '' }, `${PARTNER}, ${NO_TEXT}`],
    ['several partners', { client_id: 'app', partner_id: ['acme', 'globex'] }, `${PARTNER}, got a list`],
    ['an empty subject', { client_id: 'app', sub: '' }, `${SUBJECT}, ${NO_TEXT}`],
    ['a subject that is no text', { client_id: 'app', sub: 12 }, `${SUBJECT}, ${NO_TEXT}`],
    ['a subject that is null', { client_id: 'app', sub: null }, `${SUBJECT}, ${NO_TEXT}`],
  ];
  test.each(ownerless)(
    'a token with %s owns nothing, and the reason names the claim',
    async (_, claims, reason) => {
      expect((await callerOf(claims)).owner).toEqual({ kind: 'none', reason });
    },
  );

  test('the reason names the claims that are configured', async () => {
    const names = { client: ['https://example.com/app'], partner: 'https://example.com/partner' };
    expect((await callerOf({ client_id: 'app' }, names)).owner).toMatchObject({
      reason: expect.stringContaining('one of the claims https://example.com/app (JWT_CLIENT_CLAIM)'),
    });
    const partnerless = { 'https://example.com/app': 'app', 'https://example.com/partner': [] };
    expect((await callerOf(partnerless, names)).owner).toMatchObject({
      reason: expect.stringContaining(
        'the claim https://example.com/partner of the token (JWT_PARTNER_CLAIM)',
      ),
    });
  });

  test('for any claims, a token owns what its partner, else its client and user own, and nothing without them', async () => {
    const value = fc.oneof(fc.constantFrom('app', 'luke', 'acme', ''), fc.jsonValue());
    const claims = fc.record(
      { client_id: value, azp: value, sub: value, partner_id: value },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(claims, async (given) => {
        expect(await ownerOf(given)).toEqual(expectedOwner(given));
      }),
      { numRuns: 200 },
    );
  });
});

describe('CallerAuthentication: tokens of known issuers, with the default names of claims', () => {
  const scopes = ['identity:read', 'identity:write'];
  const tokens: [string, Claims, Owner][] = [
    [
      'RFC 9068, client credentials',
      { client_id: 's6BhdRkqt3', sub: 's6BhdRkqt3', scope: 'identity:read identity:write' },
      clientOwner('s6BhdRkqt3'),
    ],
    [
      'RFC 9068, a user',
      { client_id: 's6BhdRkqt3', sub: '5ba552d67', scope: 'openid identity:read identity:write' },
      userOwner('s6BhdRkqt3', '5ba552d67'),
    ],
    [
      'Entra ID, version 1, an application',
      { appid: 'aa-app', oid: 'bb-principal', sub: 'bb-principal', roles: scopes },
      userOwner('aa-app', 'bb-principal'),
    ],
    [
      'Entra ID, version 2, a user',
      { azp: 'aa-app', oid: 'cc-user', sub: 'pairwise', scp: 'identity:read identity:write' },
      userOwner('aa-app', 'pairwise'),
    ],
    [
      'Auth0, an application',
      { azp: 'app', sub: 'app@clients', gty: 'client-credentials', permissions: scopes },
      userOwner('app', 'app@clients'),
    ],
    ['Okta, an application', { cid: '0oa-app', sub: '0oa-app', scp: scopes }, clientOwner('0oa-app')],
    ['Okta, a user', { cid: '0oa-app', uid: '00u', sub: 'luke', scp: scopes }, userOwner('0oa-app', 'luke')],
    [
      'Keycloak, a service account',
      {
        azp: 'orders',
        client_id: 'orders',
        sub: 'dd-account',
        scope: 'profile identity:read identity:write',
      },
      userOwner('orders', 'dd-account'),
    ],
  ];
  test.each(tokens)('client, owner and scopes are read from a token of %s', async (_, claims, owner) => {
    const caller = await callerOf(claims);
    expect(caller.owner).toEqual(owner);
    expect(caller.client).toBe('client' in owner ? owner.client : null);
    expect([...caller.scopes]).toEqual(scopes);
  });
});
