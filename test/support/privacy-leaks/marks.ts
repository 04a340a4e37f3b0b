import { createHash } from 'node:crypto';
import { cpf } from '../../../sandbox/lib/check-digits.ts';
import { selfieBase64 } from '../../../sandbox/lib/selfie.ts';

/**
 * Who may be shown a mark: `personal`, those who may see persons; `plain`, all who may read; `secret`, nobody.
 * None of them may be anywhere else.
 */
export type Kind = 'personal' | 'plain' | 'secret';

/** A value that is found nowhere else, and the part of it by which it is known again. */
export type Mark = { name: string; kind: Kind; value: string; core: string };

/** Consonants alone make no word of any language: what is found was planted. */
const CONSONANTS = 'bcdfghjklmnpqrstvwxz';

function bytesOf(name: string): number[] {
  return [...createHash('sha256').update(name).digest()];
}

function letters(name: string, count = 16): string {
  return bytesOf(name)
    .slice(0, count)
    .map((byte) => CONSONANTS[byte % CONSONANTS.length])
    .join('');
}

function digits(name: string, count: number): string {
  // No zero in front, which some readers leave out.
  return bytesOf(name)
    .slice(0, count)
    .map((byte) => 1 + (byte % 9))
    .join('');
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `07`. */
const two = (value: number): string => String(value).padStart(2, '0');

const tokenPart = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export type Marks = ReturnType<typeof createMarks>;

/** Makes marks, each by its name: the same name is the same mark. */
export function createMarks() {
  const all = new Map<string, Mark>();
  const add = (kind: Kind, name: string, value: string, core: string = value): string => {
    all.set(name, { name, kind, value, core });
    return value;
  };
  return {
    all: (): Mark[] => [...all.values()],
    /** Marks a value that comes from elsewhere. */
    add,
    word: (kind: Kind, name: string) => add(kind, name, letters(name)),
    /** Two words with accents, which have two forms each in Unicode. */
    person(kind: Kind, name: string) {
      const [first, last] = [letters(`${name} first`, 8), letters(`${name} last`, 8)];
      return add(kind, name, `${capital(first.slice(0, 4))}ãç${first.slice(4)} ${capital(last)}é`);
    },
    cpf: (kind: Kind, name: string) => add(kind, name, cpf(digits(name, 9))),
    phone: (kind: Kind, name: string) => add(kind, name, `55${digits(name, 11)}`),
    mail: (kind: Kind, name: string) => add(kind, name, `${letters(name)}+x@mail.com.br`, letters(name)),
    url: (kind: Kind, name: string) =>
      add(kind, name, `https://files.com.br/${letters(name)}?x=1`, letters(name)),
    /** A day that no clock of this century shows. */
    day(kind: Kind, name: string) {
      const [year = 0, month = 0, day = 0] = bytesOf(name);
      const parts = [`${1910 + (year % 80)}`, two(1 + (month % 12)), two(1 + (day % 28))];
      return add(kind, name, parts.join('-'), parts.join(''));
    },
    /** Reads like a token: its core is the signature, and whoever decodes the rest finds it too. */
    jwt(kind: Kind, name: string) {
      const core = letters(name);
      return add(kind, name, [tokenPart({ alg: 'none' }), tokenPart({ core }), core].join('.'), core);
    },
    image(kind: Kind, name: string) {
      const value = selfieBase64({ seed: bytesOf(name)[0] ?? 0 });
      // From the middle, where the drawing is: all images begin and end alike.
      const middle = Math.floor(value.length / 2);
      return add(kind, name, value, value.slice(middle, middle + 32));
    },
  };
}

/** So much of a mark counts as the mark. */
const PARTIAL = 8;

/** Letters without their accents, small: what a reader takes for the same. */
function folded(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/** Every piece of a core that counts, as it is and as it looks where UTF-8 was read as Latin 1. */
function piecesOf({ core }: Mark): string[] {
  return [core, Buffer.from(core).toString('latin1')]
    .map(folded)
    .flatMap((text) =>
      Array.from({ length: Math.max(0, text.length - PARTIAL + 1) }, (_, at) => text.slice(at, at + PARTIAL)),
    );
}

/** Times and measures have digits at random, which could be anybody's. */
const INSTANTS = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;
const MEASURES = /\d+\.\d{4,}(?:e[+-]?\d+)?/g;
/** Seconds, milliseconds or microseconds of this age; no CPF has so many digits, and no phone number of ours begins so. */
const CLOCKS = /(?<!\d)1[6-9]\d{8}(?:\d{3}){0,2}(?!\d)/g;

/** What stands between the digits of a number as people write it. */
const BETWEEN_DIGITS = /(?<=\d)[.\-/ ()_]{1,2}(?=\d)/g;

function unescaped(text: string): string {
  return text
    .replaceAll(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll(/\\x([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll(/\\(.)/g, '$1');
}

function percentDecoded(text: string): string {
  const bytes = text
    .replaceAll('+', ' ')
    .replaceAll(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return `${bytes}\n${Buffer.from(bytes, 'latin1').toString('utf8')}`;
}

/** What runs of an alphabet stand for, wherever in the run the encoded text begins. */
function decoded(text: string, runs: RegExp, encoding: 'base64' | 'hex', offsets: number): string {
  return (text.match(runs) ?? [])
    .flatMap((run) =>
      Array.from({ length: offsets }, (_, at) => Buffer.from(run.slice(at), encoding).toString('utf8')),
    )
    .join('\n');
}

/** Everything that a text can be taken for by whoever looks for a person in it. */
function readingsOf(text: string): string[] {
  const plain = [INSTANTS, MEASURES, CLOCKS].reduce((left, times) => left.replaceAll(times, ' '), text);
  const escaped = unescaped(plain);
  const readings = [
    plain,
    escaped,
    unescaped(escaped),
    percentDecoded(plain),
    [...folded(plain)].toReversed().join(''),
    decoded(plain, /[A-Za-z0-9+/_-]{10,}/g, 'base64', 4),
    decoded(plain, /[0-9a-fA-F]{16,}/g, 'hex', 2),
  ];
  return [...readings, ...readings.map((reading) => reading.replaceAll(BETWEEN_DIGITS, ''))];
}

/** Latin letters with their accents, and what stands between them. */
const PRINTED = /[\p{Script=Latin}\p{M}\u0020-\u00ff]{6,}/gu;
const PRINTED_ASCII = /[\u0020-\u007e]{6,}/g;

/** Latin letters in UTF-16. Node's own decoder writes beyond its memory at an odd place with an odd length (24.21). */
const WIDE = /(?:[\u0020-\u00ff]\0){6,}/g;

/** What can be read in bytes: of those that are sealed it is next to nothing. */
function textsOf(haystack: string | Buffer): string[] {
  if (typeof haystack === 'string') return [haystack];
  const bytes = haystack.toString('latin1');
  const texts = [bytes.match(PRINTED_ASCII), haystack.toString('utf8').match(PRINTED), bytes.match(WIDE)];
  return texts.map((runs) => (runs ?? []).join('\n').replaceAll('\0', ''));
}

/** So much is looked at together, and so much of it again with the next, for what lies across the cut. */
const PIECE = 200_000;
const ACROSS = 10_000;

function cut(whole: string | Buffer): (string | Buffer)[] {
  const count = Math.max(1, Math.ceil((whole.length - ACROSS) / PIECE));
  return Array.from({ length: count }, (_, at) => {
    const [from, to] = [at * PIECE, (at + 1) * PIECE + ACROSS];
    return typeof whole === 'string' ? whole.slice(from, to) : whole.subarray(from, to);
  });
}

/** A number for the three characters at a place. */
const beginningAt = (text: string, at: number): number =>
  (text.charCodeAt(at) * 257 + text.charCodeAt(at + 1) * 17 + text.charCodeAt(at + 2)) & 0xffff;

/** Names the marks that are in something, in whatever form. */
export type Search = (haystack: string | Buffer) => string[];

export function createSearch(marks: readonly Mark[]): Search {
  const pieces = new Map(marks.flatMap((mark) => piecesOf(mark).map((piece) => [piece, mark.name] as const)));
  /** The beginnings of pieces: most of what is looked at does not even begin like one. */
  const beginnings = new Uint8Array(65_536);
  for (const piece of pieces.keys()) beginnings[beginningAt(piece, 0)] = 1;

  function lookInto(text: string, found: Set<string>): void {
    for (let at = 0; at <= text.length - PARTIAL; at += 1) {
      if (beginnings[beginningAt(text, at)] === 0) continue;
      const name = pieces.get(text.slice(at, at + PARTIAL));
      if (name !== undefined) found.add(name);
    }
  }

  return (haystack) => {
    const found = new Set<string>();
    for (const piece of cut(haystack)) {
      for (const reading of textsOf(piece).flatMap(readingsOf)) lookInto(folded(reading), found);
    }
    return [...found];
  };
}

/** The forms in which a value can get somewhere: each is found again. */
export const FORMS: Record<string, (value: string) => string | Buffer> = {
  'as it is': (value) => value,
  'in capitals': (value) => value.toUpperCase(),
  'composed (NFC)': (value) => value.normalize('NFC'),
  'decomposed (NFD)': (value) => value.normalize('NFD'),
  'without its accents': folded,
  'percent-encoded': encodeURIComponent,
  'as a form': (value) => new URLSearchParams({ x: value }).toString(),
  'escaped in JSON': (value) =>
    [...value].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  'in JSON in JSON': (value) => JSON.stringify(JSON.stringify({ [value]: value })),
  'as bytes in an escaped text': (value) =>
    [...Buffer.from(value)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
  'in base64': (value) => Buffer.from(value).toString('base64'),
  'in base64 behind something': (value) => Buffer.from(`x${value}`).toString('base64'),
  'in base64 behind something else': (value) => Buffer.from(`xy${value}`).toString('base64'),
  'in base64 of addresses': (value) => Buffer.from(value).toString('base64url'),
  'in hexadecimal digits': (value) => Buffer.from(value).toString('hex'),
  'in hexadecimal digits behind one': (value) => `a${Buffer.from(value).toString('hex')}`,
  backwards: (value) => [...value].toReversed().join(''),
  'read as Latin 1': (value) => Buffer.from(value).toString('latin1'),
  'in UTF-16': (value) => Buffer.from(value, 'utf16le'),
  'in UTF-16 behind something': (value) => Buffer.concat([Buffer.from('x'), Buffer.from(value, 'utf16le')]),
};

/** The forms of a CPF beside those. */
export const FORMS_OF_A_CPF: Record<string, (value: string) => string> = {
  'as it is printed': (value) => value.replace(/^(...)(...)(...)(..)$/, '$1.$2.$3-$4'),
  'with a slash': (value) => value.replace(/^(...)(...)(...)(..)$/, '$1.$2.$3/$4'),
  'with spaces': (value) => value.replace(/^(...)(...)(...)(..)$/, '$1 $2 $3 $4'),
  'without its check digits': (value) => value.slice(0, 9),
  'without its beginning': (value) => value.slice(3),
};
