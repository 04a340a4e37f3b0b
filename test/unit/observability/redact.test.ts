import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import * as fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { selfie } from '../../../sandbox/lib/selfie.ts';
import { redact } from '../../../src/observability/redact.ts';

const image = selfie();
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
const UUID = '53060f52-f146-4c12-a234-5bb5031f6f5b';

/** All parts of four characters: enough to recognise a person by. */
function partsOf(personal: string): string[] {
  return Array.from({ length: Math.max(1, personal.length - 3) }, (_, at) => personal.slice(at, at + 4));
}

/** The parts of a personal text that another text still has. */
const left = (personal: string, text: string): string[] =>
  partsOf(personal).filter((part) => text.includes(part));

describe('redact: personal data and secrets', () => {
  test.each([
    ['a CPF', '12345678909'],
    ['a printed CPF', '123.456.789-09'],
    ['a CPF with a slash', '123.456.789/09'],
    ['a CPF with dots only', '123.456.789.09'],
    ['a CPF with spaces', '123 456 789 09'],
    ['a CPF with its check digits apart', '123456789-09'],
    ['a CPF without its check digits', '123.456.789'],
    ['the last digits of a CPF', '456.789-09'],
    ['a phone number', '5519725570707'],
    ['a phone number with a plus', '+5519725570707'],
    ['a printed phone number', '+55 (19) 97257-0707'],
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
    ['a CURP in lower case', 'hegg560427mvzrrl04'],
    ['a CURP in mixed case', 'Hegg560427mvzrrl04'],
    ['an image in base64', image.toString('base64')],
    ['an image in base64 of addresses', image.toString('base64url')],
    ['an image in hexadecimal digits', image.toString('hex')],
    ['the beginning of an image', image.toString('base64').slice(0, 65)],
  ])('nothing is left of %s, whatever is next to it', (_what, personal) => {
    for (const [before, after] of [
      ['', ''],
      ['Unico said: ', ' (again)'],
      ['/documents/v1?code=', '&type=BR_CNH'],
      ['"', '"'],
      ['<', '>'],
      ['[', ']'],
      [`${UUID} `, ` ${UUID}`],
    ]) {
      const redacted = redact(`${before}${personal}${after}`);
      expect(redacted).toContain('…');
      expect(left(personal, redacted)).toEqual([]);
    }
  });

  test.each([
    ['a CPF with non-breaking spaces', '123\u00a0456\u00a0789\u00a009', /\d{3}/],
    ['a CPF with non-breaking hyphens', '123\u2011456\u2011789\u201109', /\d{3}/],
    ['a CPF with dashes', '123–456–789–09', /\d{3}/],
    // An IPv4 address has no number above 255.
    ['a CPF where an IPv4 address is expected', 'app://123.456.789.09', /\d{3}/],
    ['a CURP with an Ñ', 'HEGG560427MVZRÑL04', /HEGG/],
    ['an e-mail address of an Irish name', "d'angelo.o'brien@example.com", /angelo|brien/],
    ['an e-mail address with a slash', 'maria/silva@example.com', /maria|silva/],
    // Directly after harmless text.
    ['an e-mail address behind an id', `${UUID}maria@example.com`, /maria/],
    ['an e-mail address behind a time', '2026-11-23T12:00:00.000Zmaria@example.com', /maria/],
  ])('nothing is left of %s', (_what, personal, readable) => {
    expect(redact(`got ${personal} here`)).not.toMatch(readable);
  });

  test('nothing is left of several personal values in one text', () => {
    const text = `12345678909 luke@example.com ${JWT} (19) 97257-0707`;
    expect(redact(`subject ${text}, HEGG560427MVZRRL04`)).toMatch(/^subject [… ]+, …$/);
  });

  test('nothing is left of a token that begins like a phone number', () => {
    expect(redact(`token 00--/00${'Aa/-'.repeat(15)}`)).toBe('token …');
  });

  test('personal values are removed and harmless ones kept, in any order', () => {
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

describe('redact: what an operator needs', () => {
  test.each([
    ['the id of a process', UUID],
    ['the id of a process of digits only', '12345678-1234-4234-8234-123456789012'],
    ['a timestamp', '2026-11-23T12:00:00.000Z'],
    ['a timestamp without milliseconds', '2026-11-23T12:00:00Z'],
    ['the URL of the server', 'http://127.0.0.1:4001'],
    ['the URL of all interfaces', 'http://0.0.0.0:65535'],
    ['a URL with an IPv6 address', 'http://[::1]:4001'],
    ['a URL with a host name', 'https://api.idcloud.unico.app'],
    ['the name of a call', 'GET client/v1/process/{id}: HTTP 503, internal failure of Unico'],
    ['an error code', 'OUTCOME_UNKNOWN UPSTREAM_UNAVAILABLE IDEMPOTENCY_KEY_IN_FLIGHT'],
    ["a code of Unico's", '20507, 99999 and 1.2.21'],
    ['a code of the network', 'UND_ERR_HEADERS_TIMEOUT ECONNREFUSED ERR_TLS_CERT_ALTNAME_INVALID'],
    ['an environment variable to check', 'check UNICO_PRIVATE_KEY_FILE and UNICO_APIKEY_TRANSACTIONAL'],
    ['a size', '800 KB, 819200 bytes'],
    ['the frame of a fault', 'at completeValue (node_modules/graphql/execution/execute.js:606:9)'],
    ['a frame of Node', 'at async node:internal/modules/esm/loader:647:26'],
    ['empty text', ''],
  ])('%s is not redacted', (_what, harmless) => {
    expect(redact(harmless)).toBe(harmless);
    expect(redact(`"${harmless}", "${harmless}"`)).toBe(`"${harmless}", "${harmless}"`);
  });
});

test('redact: redacting twice changes nothing more', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      const redacted = redact(text);
      expect(redact(redacted)).toBe(redacted);
    }),
    { numRuns: 2_000 },
  );
});

/** The URL of a file of the project, as a JavaScript string. */
const file = (path: string): string => JSON.stringify(new URL(`../../../${path}`, import.meta.url).href);

/** Runs code in a thread of its own, which ends with the test: an endless match would block all tests. */
async function inThread(work: string): Promise<unknown> {
  const worker = new Worker(`const { parentPort } = require('node:worker_threads'); ${work}`, { eval: true });
  onTestFinished(() => void worker.terminate());
  const [answer] = await once(worker, 'message');
  return answer;
}

/** Text that begins over and over like something personal and never matches. */
const NEAR_MISSES: Record<string, string> = {
  'letters with accents': 'é',
  'letters with dots': 'a.',
  'letters with commas': 'a,',
  backslashes: '\\',
  'beginnings of e-mail addresses': 'a@',
  'e-mail addresses without an end': 'a@b,',
  'e-mail addresses without a beginning': '@b.c ',
  'beginnings of tokens': 'eyJ,',
  'tokens without a dot': 'eyJaaaaaaaa,',
  'tokens of dots': 'eyJaaaaa..',
  'beginnings of phone numbers': '+(',
  'digits that are too few': '12345,',
  'digits far apart': `1${' '.repeat(500)}.`,
  'images that are too short': `${'A'.repeat(64)},`,
  'beginnings of CURPs': 'ABCD123456,',
  'beginnings of ids': '12345678-abcd-,',
  'beginnings of timestamps': '2026-11-23T12:00:00,',
  'beginnings of IPv4 addresses': '://1.1.1,',
};

describe('redact: long text', () => {
  test.each(Object.entries(NEAR_MISSES))(
    'a megabyte is redacted in linear time, though it is full of %s',
    async (_what, part) => {
      const length = await inThread(`
      import(${file('src/observability/redact.ts')}).then(({ redact }) => {
        const part = ${JSON.stringify(part)};
        parentPort.postMessage(redact(part.repeat(1_000_000 / part.length)).length);
      });
    `);
      expect(length).toBeGreaterThan(0);
    },
  );
});

/** Names of unknown properties, as long as a body without images may be. */
const LONG_NAMES: Record<string, string> = {
  'that looks like the location of an error': ` at "${'a'.repeat(200_000)}`,
  'of many locations of errors': ' at "a'.repeat(40_000),
  'of quotes': '"'.repeat(200_000),
  'of backslashes': '\\'.repeat(200_000),
  'that looks like the end of an error': '" does not exist in "'.repeat(10_000),
  'of letters with accents': 'é'.repeat(100_000),
};

describe('createMessageRedactor: long names', () => {
  test.each(Object.entries(LONG_NAMES))(
    'a message about an unknown property is redacted in linear time: a name %s',
    async (_what, name) => {
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
    },
  );
});
