import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { ALL_SCOPES_CALLER, ANONYMOUS } from '../../../../src/domain/caller.ts';
import { createAuditLog } from '../../../../src/observability/audit-log.ts';
import type { AuditEvent } from '../../../../src/observability/log-events.ts';
import {
  createCallerAuthentication,
  type AuthenticateCaller,
} from '../../../../src/server/auth/authenticate-caller.ts';
import { ID, idcloudBody } from '../../../support/bodies.ts';
import { startLog } from '../../../support/log.ts';
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

const CPF = '12345678909';

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

/** The text that is written into the audit log for a caller with these claims. */
async function written(claims: Claims): Promise<string> {
  const { output, written: text } = startLog('info');
  const caller = await authenticate(`Bearer ${await issuer.issue(claims)}`);
  const { signal } = new AbortController();
  await createAuditLog(output).write(caller, { event: 'forgotten', process: ID }, signal);
  return text();
}

describe("CallerAuthentication: the caller's name", () => {
  const named: [string, Claims, string][] = [
    ['its subject', { sub: 'caller-1', client_id: 'app', azp: 'other' }, 'caller-1'],
    [
      'its subject, in the form of an identity service',
      { sub: 'oidc|team.a/user=b:c+d@e' },
      'oidc|team.a/user=b:c+d@e',
    ],
    ['its subject that is a UUID', { sub: ID }, ID],
    ['its client where the token has no subject', { sub: undefined, client_id: 'app', azp: 'other' }, 'app'],
    ['its client where the subject is empty', { sub: '', client_id: 'app' }, 'app'],
    ['its client where the subject is no text', { sub: 12, client_id: 'app' }, 'app'],
    [
      'the party that the token was issued to',
      { sub: undefined, client_id: undefined, azp: 'other' },
      'other',
    ],
    ['"unnamed" where no claim has a name', { sub: undefined, client_id: undefined }, 'unnamed'],
    [
      '"unnamed" where no claim with a name is a text',
      { sub: null, client_id: ['app'], azp: { name: 'other' } },
      'unnamed',
    ],
  ];
  test.each(named)('the name of a caller is %s', async (_, claims, expected) => {
    expect(await nameOf(claims)).toBe(expected);
  });

  test('a caller has all scopes where tokens are not verified, and is anonymous without a token where they are', async () => {
    expect(await createCallerAuthentication(null, pseudonymOf)('Bearer whatever')).toBe(ALL_SCOPES_CALLER);
    expect(await authenticate(undefined)).toBe(ANONYMOUS);
  });

  const personal: [string, string][] = [
    ['an e-mail address', 'someone@example.com'],
    ['an e-mail address within other text', 'oidc|someone@example.com'],
    ['a CPF', '12345678909'],
    ['a CPF with punctuation', '123.456.789-09'],
    ['a CPF within other text', 'user:73689290074'],
    ['a CURP', 'BADD110313HCMLNS09'],
    ['a phone number', '+5519725570707'],
    ['a name with a space', 'Luke Skywalker'],
    ['a name with letters that are not ASCII', 'Jos\u00e9'],
    ['a JWT', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln'],
    ['a line end', 'caller-1\n{"event":"forgotten"}'],
    ['a line end at its end', 'caller-1\n'],
    ['a carriage return', 'caller-1\rother'],
    ['another kind of line end', 'caller-1\u2028other'],
    ['a control sequence of terminals', '\u001b[2Kcaller-1'],
    ['a zero', 'caller-1\u0000'],
    ['quotation marks', 'caller-1","caller":"admin'],
    ['more than 128 characters', 'caller-'.repeat(20)],
  ];
  test.each(personal)('a caller whose subject is or has %s is named by a pseudonym', async (_, sub) => {
    expect(await nameOf({ sub })).toBe(pseudonymOf(sub));
  });
});

describe('CallerAuthentication: callers in the audit log', () => {
  test('the audit log has the name of the caller, also where it is a pseudonym', async () => {
    // Some of so many pseudonyms have digits like a phone number, and must not be redacted: that of a known address has to be found.
    for (let i = 0; i < 50; i += 1) {
      const sub = `person-${i}@example.com`;
      const line = await written({ sub });
      expect(JSON.parse(line).caller).toBe(pseudonymOf(sub));
    }
  });

  test('the audit log has no e-mail address and no name of a person', async () => {
    const line = await written({
      sub: 'someone@example.com',
      email: 'someone@example.com',
      name: 'Someone',
    });
    expect(line).not.toContain('someone');
    expect(line).not.toContain('example.com');
    expect(line).not.toContain('Someone');
  });

  test('no subject forges a second line, another field or another event', async () => {
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

  test.each([
    CPF,
    '123.456.789-09',
    'maria@example.com',
    'cpf:12345678909',
    'HEGG560427MVZRRL04',
    'Maria Souza',
  ])(
    'the audit log names a caller whose subject is %s by a pseudonym, which is always the same',
    async (sub) => {
      const { caller } = JSON.parse(await written({ sub }));
      expect(caller).not.toMatch(/Maria|maria|12345|123\.456|HEGG/);
      expect(JSON.parse(await written({ sub })).caller).toBe(caller);
    },
  );

  test('a pseudonym cannot be found by hashing all CPFs, which takes a machine a minute', async () => {
    const { caller } = JSON.parse(await written({ sub: CPF }));
    for (const algorithm of ['md5', 'sha1', 'sha256', 'sha512']) {
      const digest = createHash(algorithm).update(CPF).digest();
      for (const encoding of ['hex', 'base64', 'base64url'] as const) {
        expect(caller).not.toContain(digest.toString(encoding).slice(0, 12));
      }
    }
  });

  test('two callers never share a name', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), async (one, other) => {
        const [first, second] = [await nameOf({ sub: one }), await nameOf({ sub: other })];
        expect(first === second).toBe(one === other);
      }),
    );
  });

  test('a read of personal fields is recorded with the caller, the fields and the process, and no value', async () => {
    const upstream = await startUpstream(() => ({
      body: idcloudBody(ID, { person: { duiValue: '73689290074', friendlyName: 'Luke' } }),
    }));
    onTestFinished(() => upstream.close());
    const seen: [string, AuditEvent][] = [];
    const subgraph = await startSubgraph(unicoOf(upstream), {
      authenticate,
      audited: (caller, auditEvent) => void seen.push([caller, auditEvent]),
    });
    onTestFinished(() => subgraph.close());
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
  });
});
