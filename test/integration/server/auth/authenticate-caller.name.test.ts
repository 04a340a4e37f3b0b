import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALL_SCOPES_CALLER, ANONYMOUS } from '../../../../src/domain/caller.ts';
import { createAuditLog, type AuditEvent } from '../../../../src/observability/audit-log.ts';
import {
  createCallerAuthentication,
  type AuthenticateCaller,
} from '../../../../src/server/auth/authenticate-caller.ts';
import { createLogger } from '../../../../src/observability/logger.ts';
import { ID, idcloudBody } from '../../../support/bodies.ts';
import { startSubgraph } from '../../../support/subgraph.ts';
import {
  authenticationOf,
  pseudonymOf,
  startTokenIssuer,
  type Claims,
  type TokenIssuer,
} from '../../../support/token-issuer.ts';
import { unicoOf } from '../../../support/unico.ts';
import { startUpstream } from '../../../support/upstream.ts';

let issuer: TokenIssuer;
let authenticate: AuthenticateCaller;

beforeAll(async () => {
  issuer = await startTokenIssuer();
  authenticate = authenticationOf(issuer);
});
afterAll(() => issuer.close());

async function nameOf(claims: Claims): Promise<string> {
  return (await authenticate(`Bearer ${await issuer.issue(claims)}`)).name;
}

/** What is written into the audit log of a caller with these claims. */
async function written(claims: Claims): Promise<string> {
  const lines: string[] = [];
  const audit = createAuditLog(createLogger('info', { write: (line) => void lines.push(line) }));
  const caller = await authenticate(`Bearer ${await issuer.issue(claims)}`);
  audit(caller, { event: 'forgotten', process: ID });
  return lines.join('');
}

describe('a caller is called', () => {
  const named: [string, Claims, string][] = [
    ['by their subject', { sub: 'caller-1', client_id: 'app', azp: 'other' }, 'caller-1'],
    [
      'by their subject, in the form of an identity service',
      { sub: 'oidc|team.a/user=b:c+d@e' },
      'oidc|team.a/user=b:c+d@e',
    ],
    ['by their subject that is a UUID', { sub: ID }, ID],
    ['by the client where there is no subject', { sub: undefined, client_id: 'app', azp: 'other' }, 'app'],
    ['by the client where the subject is empty', { sub: '', client_id: 'app' }, 'app'],
    ['by the client where the subject is no text', { sub: 12, client_id: 'app' }, 'app'],
    ['by the party that the token was issued to', { sub: undefined, azp: 'other' }, 'other'],
    ['unnamed where nothing names them', { sub: undefined }, 'unnamed'],
    ['unnamed where no text does', { sub: null, client_id: ['app'], azp: { name: 'other' } }, 'unnamed'],
  ];
  test.each(named)('%s', async (_, claims, expected) => {
    expect(await nameOf(claims)).toBe(expected);
  });

  test('everybody where tokens are not looked at, and nobody without one', async () => {
    expect(await createCallerAuthentication(null, pseudonymOf)('Bearer whatever')).toBe(ALL_SCOPES_CALLER);
    expect(await authenticate(undefined)).toBe(ANONYMOUS);
  });

  const personal: [string, string][] = [
    ['an e-mail address', 'someone@example.com'],
    ['an e-mail address within more', 'oidc|someone@example.com'],
    ['a CPF', '12345678909'],
    ['a CPF with its signs', '123.456.789-09'],
    ['a CPF within more', 'user:73689290074'],
    ['a CURP', 'BADD110313HCMLNS09'],
    ['a phone number', '+5519725570707'],
    ['a name with a space', 'Luke Skywalker'],
    ['a name with other letters', 'Jos\u00e9'],
    ['a JWT', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln'],
    ['a line end', 'caller-1\n{"event":"forgotten"}'],
    ['a line end at its end', 'caller-1\n'],
    ['a carriage return', 'caller-1\rother'],
    ['another kind of line end', 'caller-1\u2028other'],
    ['a sign that moves the cursor', '\u001b[2Kcaller-1'],
    ['a zero', 'caller-1\u0000'],
    ['quotation marks', 'caller-1","caller":"admin'],
    ['more than 128 characters', 'caller-'.repeat(20)],
  ];
  test.each(personal)('by another name where the subject is or has %s', async (_, sub) => {
    expect(await nameOf({ sub })).toBe(pseudonymOf(sub));
  });
});

describe('in the audit log', () => {
  test('a caller has the name by which they are known, also where that is another one than their own', async () => {
    // Of so many other names some look like a phone number in part; that of a known address has to be found there.
    for (let i = 0; i < 50; i += 1) {
      const sub = `person-${i}@example.com`;
      const line = await written({ sub });
      expect(JSON.parse(line).caller).toBe(pseudonymOf(sub));
    }
  });

  test('an e-mail address is not to be found', async () => {
    const line = await written({
      sub: 'someone@example.com',
      email: 'someone@example.com',
      name: 'Someone',
    });
    expect(line).not.toContain('someone');
    expect(line).not.toContain('example.com');
    expect(line).not.toContain('Someone');
  });

  test('no subject makes a second line, or another member, or another event', async () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'x","event":"personal-read',
        '\n{"event":"forgotten","caller":"admin"}',
        '\r\n\r\n',
        '\\u000a{"event":"forgotten"}',
        '${jndi:ldap://example.com/a}',
        '__proto__',
        '%n%s',
      ),
    );
    await fc.assert(
      fc.asyncProperty(hostile, async (sub) => {
        const lines = (await written({ sub })).split(/[\n\r\u2028\u2029]/);
        expect(lines).toHaveLength(2);
        expect(lines[1]).toBe('');
        expect(JSON.parse(lines[0] ?? '')).toEqual({
          level: 30,
          time: expect.any(String),
          event: 'forgotten',
          caller: expect.stringMatching(/^[\w.:|@/+=-]{1,128}$/),
          process: ID,
          msg: 'audit',
        });
      }),
      { numRuns: 300 },
    );
  });

  test('two callers never have one name', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), async (one, other) => {
        const [first, second] = [await nameOf({ sub: one }), await nameOf({ sub: other })];
        expect(first === second).toBe(one === other);
      }),
    );
  });

  test('whoever is given personal fields stands with the fields and the process, and no value', async () => {
    const upstream = await startUpstream(() => ({
      body: idcloudBody(ID, { person: { duiValue: '73689290074', friendlyName: 'Luke' } }),
    }));
    const seen: [string, AuditEvent][] = [];
    const subgraph = await startSubgraph(unicoOf(upstream), {
      authenticate,
      audited: (caller, audited) => void seen.push([caller, audited]),
    });
    const token = await issuer.issue({ sub: 'someone@example.com', scope: 'identity:read identity:pii' });
    await subgraph.ask(
      `{ process(id: "${ID}") { state person { number: duiValue duiValueMasked friendlyName } } }`,
      {},
      { authorization: `Bearer ${token}` },
    );
    expect(seen).toEqual([
      [
        pseudonymOf('someone@example.com'),
        { event: 'personal-read', process: ID, fields: ['Person.duiValue', 'Person.friendlyName'] },
      ],
    ]);
    await subgraph.close();
    await upstream.close();
  });
});
