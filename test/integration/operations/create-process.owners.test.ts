import { describe, expect, test } from 'vitest';
import { startAuthenticatedSubgraph } from '../../support/authenticated-subgraph.ts';
import { CREATE, journey, SUBJECT } from '../../support/create-process.ts';
import { serverForFile } from '../../support/server-for-file.ts';
import type { Answer } from '../../support/subgraph.ts';
import type { Claims } from '../../support/token-issuer.ts';

const server = serverForFile(() => startAuthenticatedSubgraph());

async function createAs(claims: Claims, key = 'a-key', input: object = journey): Promise<Answer> {
  const { subgraph, issuer } = server();
  const token = await issuer.issue({ scope: 'identity:write', ...claims });
  return subgraph.ask(CREATE, { key, input }, { authorization: `Bearer ${token}` });
}

const CLIENTLESS = { client_id: undefined };

/** Tokens whose creations would have no owner, and what the error says. */
const OWNERLESS: [string, Claims, RegExp][] = [
  ['no client claim', CLIENTLESS, /client_id, azp, appid, cid \(JWT_CLIENT_CLAIM\), got none of them$/],
  ['a partner alone', { ...CLIENTLESS, partner_id: 'acme' }, /JWT_CLIENT_CLAIM/],
  ['an empty client claim', { client_id: '' }, /JWT_CLIENT_CLAIM.*empty or no text$/],
  ['an empty client claim before another one', { client_id: '', azp: 'app' }, /JWT_CLIENT_CLAIM/],
  ['a list of clients', { client_id: ['app'] }, /JWT_CLIENT_CLAIM.*empty or no text$/],
  [
    'an empty partner claim',
    { partner_id: '' },
    /partner_id of the token \(JWT_PARTNER_CLAIM\).*empty or no text$/,
  ],
  ['a partner claim that is null', { partner_id: null }, /JWT_PARTNER_CLAIM/],
  ['a partner claim that is an object', { partner_id: { id: 'acme' } }, /JWT_PARTNER_CLAIM/],
  ['a list of partners', { partner_id: ['acme', 'globex'] }, /JWT_PARTNER_CLAIM.*got a list$/],
  ['an empty list of partners', { partner_id: [] }, /JWT_PARTNER_CLAIM/],
  ['an empty subject', { sub: '' }, /the claim sub/],
  ['a subject that is no text', { sub: 7 }, /the claim sub/],
];

describe('createProcess by a token whose creations would have no owner', () => {
  test.each(OWNERLESS)(
    'it is FORBIDDEN, says which claim was expected, and sends nothing: %s',
    async (_, claims, message) => {
      const { status, data, errors } = await createAs(claims);
      expect({ status, data }).toEqual({ status: 200, data: { createProcess: null } });
      expect(errors).toMatchObject([
        {
          path: ['createProcess'],
          message: expect.stringMatching(message),
          extensions: { code: 'FORBIDDEN' },
        },
      ]);
      expect(JSON.stringify(errors)).not.toMatch(/acme|globex|"app"/);
      expect(server().upstream.requests).toEqual([]);
    },
  );

  test('it is FORBIDDEN whatever the key and the input are: it learns nothing of either', async () => {
    for (const [key, input] of [
      ['with a space', journey],
      ['a-key', { onboarding: { subject: SUBJECT, imageBase64: 'no image' } }],
      ['a-key', { journey: { flow: 'id', callbackUri: 'no address' } }],
    ] as const) {
      expect((await createAs(CLIENTLESS, key, input)).errors).toMatchObject([
        { extensions: { code: 'FORBIDDEN' } },
      ]);
    }
  });

  test('its key stays free, and its other operations are answered', async () => {
    await createAs(CLIENTLESS, 'free-key');
    const { subgraph, issuer } = server();
    const token = await issuer.issue({ ...CLIENTLESS, scope: 'identity:read identity:write' });
    const { data, errors } = await subgraph.ask(
      `mutation { forgetProcess(id: "53060f52-f146-4c12-a234-5bb5031f6f5b") { userErrors { code } } }`,
      {},
      { authorization: `Bearer ${token}` },
    );
    expect({ data, errors }).toEqual({ data: { forgetProcess: { userErrors: [] } }, errors: [] });
    const created = await createAs({}, 'free-key');
    expect(created.data.createProcess).toMatchObject({ replayed: false, userErrors: [] });
  });

  test('for a token without the scope, or no token, the error is about the scope', async () => {
    const unscoped = await createAs({ ...CLIENTLESS, scope: 'identity:read' });
    expect(unscoped.errors[0]?.message).toBe(
      'expected a token with the scope identity:write, got identity:read',
    );
    const { errors } = await server().subgraph.ask(CREATE, { key: 'a-key', input: journey });
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });
});
