import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import * as fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { selfie } from '../../../sandbox/lib/selfie.ts';
import { redact } from '../../../src/observability/redact.ts';

const image = selfie();
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
const UUID = '53060f52-f146-4c12-a234-5bb5031f6f5b';

/** Pieces that are long enough to tell somebody by. */
function piecesOf(personal: string): string[] {
  return Array.from({ length: Math.max(1, personal.length - 3) }, (_, at) => personal.slice(at, at + 4));
}

/** What is left of something personal in a text. */
const left = (personal: string, text: string): string[] =>
  piecesOf(personal).filter((piece) => text.includes(piece));

describe('nothing is left of', () => {
  test.each([
    ['a CPF', '12345678909'],
    ['a CPF as it is printed', '123.456.789-09'],
    ['a CPF with a slash', '123.456.789/09'],
    ['a CPF with dots alone', '123.456.789.09'],
    ['a CPF with spaces', '123 456 789 09'],
    ['a CPF with its check digits apart', '123456789-09'],
    ['a CPF without its check digits', '123.456.789'],
    ['the last digits of a CPF', '456.789-09'],
    ['a phone number', '5519725570707'],
    ['a phone number with a plus', '+5519725570707'],
    ['a phone number as it is printed', '+55 (19) 97257-0707'],
    ['a phone number without its country', '(19) 97257-0707'],
    ['a phone number without its area', '97257-0707'],
    ['an e-mail address', 'luke@example.com'],
    ['an e-mail address with a plus', 'luke.skywalker+face@mail.example.com'],
    ['an e-mail address of other letters', 'josé.ñandú@exämple.com.br'],
    ['an e-mail address of other scripts', '山田太郎@例え.jp'],
    ['an e-mail address of digits', '12345@example.com'],
    ['an e-mail address as long as they may be', `${'luke.'.repeat(12)}luke@${'sky.'.repeat(60)}walker.com`],
    ['a token', JWT],
    ['a token without a signature', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.'],
    ['half a token', 'eyJhbGciOiJub25lIn0.eyJzdWI'],
    ['a long token', `eyJhbGciOiJub25lIn0.eyJ${'zdWIi'.repeat(2_000)}.c2lnbmF0dXJl`],
    ['a CURP', 'HEGG560427MVZRRL04'],
    ['an image in base64', image.toString('base64')],
    ['an image in base64 of addresses', image.toString('base64url')],
    ['an image in hexadecimal digits', image.toString('hex')],
    ['the beginning of an image', image.toString('base64').slice(0, 65)],
  ])('%s', (_what, personal) => {
    for (const [before, after] of [
      ['', ''],
      ['Unico said: ', ' (again)'],
      ['/documents/v1?code=', '&type=BR_CNH'],
      ['"', '"'],
      ['<', '>'],
      ['[', ']'],
      [`${UUID} `, ` ${UUID}`],
    ]) {
      const scrubbed = redact(`${before}${personal}${after}`);
      expect(scrubbed).toContain('…');
      expect(left(personal, scrubbed)).toEqual([]);
    }
  });

  test.each([
    ['a CPF with spaces that do not break', '123\u00a0456\u00a0789\u00a009', /\d{3}/],
    ['a CPF with hyphens that do not break', '123\u2011456\u2011789\u201109', /\d{3}/],
    ['a CPF with dashes', '123–456–789–09', /\d{3}/],
    // An address has no number above 255.
    ['a CPF where an address could stand', 'app://123.456.789.09', /\d{3}/],
    ['a CURP with an Ñ', 'HEGG560427MVZRÑL04', /HEGG/],
    ['an e-mail address of an Irish name', "d'angelo.o'brien@example.com", /angelo|brien/],
    ['an e-mail address with a slash', 'maria/silva@example.com', /maria|silva/],
    // Run together with what is harmless by itself.
    ['an e-mail address behind an id', `${UUID}maria@example.com`, /maria/],
    ['an e-mail address behind a time', '2026-11-23T12:00:00.000Zmaria@example.com', /maria/],
  ])('%s', (_what, personal, readable) => {
    expect(redact(`got ${personal} here`)).not.toMatch(readable);
  });

  test('several at once', () => {
    const text = `12345678909 luke@example.com ${JWT} (19) 97257-0707`;
    expect(redact(`subject ${text}, HEGG560427MVZRRL04`)).toMatch(/^subject [… ]+, …$/);
  });

  test('a token that begins like a phone number', () => {
    expect(redact(`token 00--/00${'Aa/-'.repeat(15)}`)).toBe('token …');
  });

  test('what is personal among what is not, in any order', () => {
    const harmless = fc.constantFrom(UUID, '2026-11-23T12:00:00.000Z', 'HTTP 503', 'GET processes/v1/{id}');
    const digits = fc.stringMatching(/^[1-9]\d{10,14}$/);
    const printed = fc
      .tuple(fc.stringMatching(/^\d{9}$/), fc.constantFrom('.', ' ', '-'))
      .map(([text, mark]) => [text.slice(0, 3), text.slice(3, 6), `${text.slice(6)}-09`].join(mark));
    const address = fc
      .tuple(fc.stringMatching(/^[a-zé+.]{3,20}$/), fc.stringMatching(/^[a-z]{3,9}\.[a-z]{2,3}$/))
      .map((parts) => parts.join('@'));
    const long = fc.stringMatching(/^[A-Za-z0-9+/_-]{65,90}$/);
    const pairs = fc.array(fc.tuple(harmless, fc.oneof(digits, printed, address, long)), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(pairs, fc.constantFrom(' "', "' ", ' <', '> '), (pieces, between) => {
        const words = redact(pieces.flat().join(between)).split(between);
        expect(words.map((word) => word.trim())).toEqual(pieces.flatMap(([kept]) => [kept, '…']));
      }),
    );
  });
});

describe('what an operator needs is kept:', () => {
  test.each([
    ['the id of a process', UUID],
    ['the id of a process of digits alone', '12345678-1234-4234-8234-123456789012'],
    ['an instant', '2026-11-23T12:00:00.000Z'],
    ['an instant without milliseconds', '2026-11-23T12:00:00Z'],
    ['an address that is listened at', 'http://127.0.0.1:4001'],
    ['an address of all interfaces', 'http://0.0.0.0:65535'],
    ['an address of IPv6', 'http://[::1]:4001'],
    ['an address by name', 'https://api.idcloud.unico.app'],
    ['the name of a call', 'GET client/v1/process/{id}: HTTP 503, internal failure of Unico'],
    ['an error code', 'OUTCOME_UNKNOWN UPSTREAM_UNAVAILABLE IDEMPOTENCY_KEY_IN_FLIGHT'],
    ["a code of Unico's", '20507, 99999 and 1.2.21'],
    ['a code of the network', 'UND_ERR_HEADERS_TIMEOUT ECONNREFUSED ERR_TLS_CERT_ALTNAME_INVALID'],
    ['a variable to check', 'check UNICO_PRIVATE_KEY_FILE and UNICO_APIKEY_TRANSACTIONAL'],
    ['a size', '800 KB, 819200 bytes'],
    ['where a fault is', 'at completeValue (node_modules/graphql/execution/execute.js:606:9)'],
    ['where a fault is in Node', 'at async node:internal/modules/esm/loader:647:26'],
    ['nothing at all', ''],
  ])('%s', (_what, harmless) => {
    expect(redact(harmless)).toBe(harmless);
    expect(redact(`"${harmless}", "${harmless}"`)).toBe(`"${harmless}", "${harmless}"`);
  });
});

test('what was scrubbed once is as it will be', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      const scrubbed = redact(text);
      expect(redact(scrubbed)).toBe(scrubbed);
    }),
    { numRuns: 2_000 },
  );
});

/** A file of this project, as a script writes its address. */
const file = (path: string): string => JSON.stringify(new URL(`../../../${path}`, import.meta.url).href);

/** Does something in a thread of its own, which ends with the test: what never comes to an end would hold up all tests. */
async function inThread(work: string): Promise<unknown> {
  const worker = new Worker(`const { parentPort } = require('node:worker_threads'); ${work}`, { eval: true });
  onTestFinished(() => void worker.terminate());
  const [answer] = await once(worker, 'message');
  return answer;
}

/** A megabyte that begins over and over like something personal and never becomes it. */
const NEAR_MISSES: Record<string, string> = {
  'letters with accents': 'é',
  'letters with dots': 'a.',
  'letters with commas': 'a,',
  backslashes: '\\',
  'beginnings of addresses': 'a@',
  'addresses without an end': 'a@b,',
  'addresses without a beginning': '@b.c ',
  'beginnings of tokens': 'eyJ,',
  'tokens without a dot': 'eyJaaaaaaaa,',
  'tokens of dots': 'eyJaaaaa..',
  'beginnings of phone numbers': '+(',
  'digits that are too few': '12345,',
  'digits far apart': `1${' '.repeat(500)}.`,
  'images that are too short': `${'A'.repeat(64)},`,
  'beginnings of CURPs': 'ABCD123456,',
  'beginnings of ids': '12345678-abcd-,',
  'beginnings of instants': '2026-11-23T12:00:00,',
  'beginnings of addresses by number': '://1.1.1,',
};

describe('a megabyte is gone through in one go, though it is full of', () => {
  test.each(Object.entries(NEAR_MISSES))('%s', async (_what, part) => {
    const length = await inThread(`
      import(${file('src/observability/redact.ts')}).then(({ redact }) => {
        const part = ${JSON.stringify(part)};
        parentPort.postMessage(redact(part.repeat(1_000_000 / part.length)).length);
      });
    `);
    expect(length).toBeGreaterThan(0);
  });
});

/** A name of a member that nobody has asked for, as long as a body without images may be. */
const LONG_NAMES: Record<string, string> = {
  'that looks like the place of an error': ` at "${'a'.repeat(200_000)}`,
  'of many places of errors': ' at "a'.repeat(40_000),
  'of quotes': '"'.repeat(200_000),
  'of backslashes': '\\'.repeat(200_000),
  'that looks like the end of an error': '" does not exist in "'.repeat(10_000),
  'of letters with accents': 'é'.repeat(100_000),
};

describe("one caller's mistake does not keep the others waiting: an input with a member", () => {
  test.each(Object.entries(LONG_NAMES))('%s', async (_what, name) => {
    const messages = await inThread(`
      Promise.all([
        import(${file('src/graphql/errors/redact-message.ts')}),
        import(${file('node_modules/graphql/index.js')}),
        import(${file('node_modules/graphql/execution/values.js')}),
      ]).then(([{ createMessageRedactor }, { buildSchema, parse }, { getVariableValues }]) => {
        const schema = buildSchema('type Query { find(in: In): ID } input In { person: Person } input Person { name: ID }');
        const [{ variableDefinitions }] = parse('query ($in: In) { __typename }').definitions;
        const given = { in: { person: { [${JSON.stringify(name)}]: 1 } } };
        const { errors } = getVariableValues(schema, variableDefinitions, given);
        parentPort.postMessage(errors.map(createMessageRedactor(schema)));
      });
    `);
    expect(messages).toEqual([
      'Variable "$in" got an invalid value at "person"; Field "…" is not defined by type "Person".',
    ]);
  });
});
