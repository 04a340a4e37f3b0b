import type { Mark } from './marks.ts';

/** This many characters of a mark count as the mark. */
const PARTIAL = 8;

/** Text in lower case without accents, which a reader takes for the same. */
function folded(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/** Every part of a core that counts as the mark, as it is and as UTF-8 that was read as Latin 1. */
function fragmentsOf({ core }: Mark): string[] {
  return [core, Buffer.from(core).toString('latin1')]
    .map(folded)
    .flatMap((text) =>
      Array.from({ length: Math.max(0, text.length - PARTIAL + 1) }, (_, at) => text.slice(at, at + PARTIAL)),
    );
}

/** Times and measurements have random digits, which could be those of a number. */
const INSTANTS = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;
const MEASURES = /\d+\.\d{4,}(?:e[+-]?\d+)?/g;
/** Epoch times in seconds, milliseconds or microseconds; no CPF has so many digits, and no phone mark begins like this. */
const CLOCKS = /(?<!\d)1[6-9]\d{8}(?:\d{3}){0,2}(?!\d)/g;

/** The separators between the digits of a number as people write it. */
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

/** The decoded text of all runs of an alphabet, for every offset at which the encoded text may begin. */
function decoded(text: string, runs: RegExp, encoding: 'base64' | 'hex', offsets: number): string {
  return (text.match(runs) ?? [])
    .flatMap((run) =>
      Array.from({ length: offsets }, (_, at) => Buffer.from(run.slice(at), encoding).toString('utf8')),
    )
    .join('\n');
}

/** All decodings of a text in which a person could be found. */
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

/** Runs of Latin letters with accents, and of punctuation. */
const PRINTED = /[\p{Script=Latin}\p{M}\u0020-\u00ff]{6,}/gu;
const PRINTED_ASCII = /[\u0020-\u007e]{6,}/g;

/** Latin letters in UTF-16. Node's own decoder writes beyond its memory at an odd place with an odd length (24.21). */
const WIDE = /(?:[\u0020-\u00ff]\0){6,}/g;

/** The readable texts in bytes: encrypted bytes have almost none. */
function textsOf(haystack: string | Buffer): string[] {
  if (typeof haystack === 'string') return [haystack];
  const bytes = haystack.toString('latin1');
  const texts = [bytes.match(PRINTED_ASCII), haystack.toString('utf8').match(PRINTED), bytes.match(WIDE)];
  return texts.map((runs) => (runs ?? []).join('\n').replaceAll('\0', ''));
}

/** The size of a chunk of the search, and its overlap with the next chunk, for marks across the boundary. */
const CHUNK = 200_000;
const OVERLAP = 10_000;

function chunksOf(whole: string | Buffer): (string | Buffer)[] {
  const count = Math.max(1, Math.ceil((whole.length - OVERLAP) / CHUNK));
  return Array.from({ length: count }, (_, at) => {
    const [from, to] = [at * CHUNK, (at + 1) * CHUNK + OVERLAP];
    return typeof whole === 'string' ? whole.slice(from, to) : whole.subarray(from, to);
  });
}

/** A hash of the three characters at an index. */
const hashAt = (text: string, at: number): number =>
  (text.charCodeAt(at) * 257 + text.charCodeAt(at + 1) * 17 + text.charCodeAt(at + 2)) & 0xffff;

/** Returns the names of the marks that a text or bytes contain, in any form. */
export type Search = (haystack: string | Buffer) => string[];

/** Creates the search for these marks. */
export function createSearch(marks: readonly Mark[]): Search {
  const fragments = new Map(
    marks.flatMap((mark) => fragmentsOf(mark).map((fragment) => [fragment, mark.name] as const)),
  );
  /** The hashes of the first characters of fragments, which rule out most indices of a text. */
  const beginnings = new Uint8Array(65_536);
  for (const fragment of fragments.keys()) beginnings[hashAt(fragment, 0)] = 1;

  function searchIn(text: string, found: Set<string>): void {
    for (let at = 0; at <= text.length - PARTIAL; at += 1) {
      if (beginnings[hashAt(text, at)] === 0) continue;
      const name = fragments.get(text.slice(at, at + PARTIAL));
      if (name !== undefined) found.add(name);
    }
  }

  return (haystack) => {
    const found = new Set<string>();
    for (const chunk of chunksOf(haystack)) {
      for (const reading of textsOf(chunk).flatMap(readingsOf)) searchIn(folded(reading), found);
    }
    return [...found];
  };
}

/** The forms in which a value can leak: the search finds each. */
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

/** The additional forms of a CPF. */
export const FORMS_OF_A_CPF: Record<string, (value: string) => string> = {
  'with its punctuation': (value) => value.replace(/^(...)(...)(...)(..)$/, '$1.$2.$3-$4'),
  'with a slash': (value) => value.replace(/^(...)(...)(...)(..)$/, '$1.$2.$3/$4'),
  'with spaces': (value) => value.replace(/^(...)(...)(...)(..)$/, '$1 $2 $3 $4'),
  'without its check digits': (value) => value.slice(0, 9),
  'without its beginning': (value) => value.slice(3),
};
