/** Ids of processes and documents: most messages have one. An id identifies no person, and digits in it are no CPF. */
const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/;

/** `2026-11-23T12:00:00.000Z`, which has more digits than a phone number. */
const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/;

/** The number from 0 to 255 of an IPv4 address, and such an address in a URL: where this server listens. */
const OCTET = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const ADDRESS = new RegExp(`(?<=://)${OCTET}(?:\\.${OCTET}){3}(?![\\d.])(?::\\d{1,5})?`);

/** The pseudonym of a caller whose name is personal itself (`server/auth/caller-pseudonym.ts`). */
const DIGEST = /hmac:[0-9a-f]{32}/;

const HARMLESS = [UUID, INSTANT, ADDRESS, DIGEST];

/**
 * JWTs; e-mail addresses; CURPs; base64 and tokens; runs of digits as long as a document or phone number. A token may
 * begin with such a run, so tokens are tried first. Repetitions are bounded where something has to follow: otherwise a
 * long text that nearly matches would be scanned again from each of its characters.
 */
const PERSONAL = [
  /eyJ[\w-]{5,4000}\.[\w-]*(?:\.[\w-]*)?/,
  /[^\s"@<>]{0,63}[^\s"@<>/]@[^\s"'@<>]{1,255}\.[^\s"'@<>]+/,
  /[A-ZÑ]{4}\d{6}[A-ZÑ\d]{8}/,
  // In lower case only with the letter of a sex, which no hexadecimal digest has.
  /[A-Za-z]{4}\d{6}[HMXhmx][A-Za-z\d]{7}/,
  /[A-Za-z0-9+/=_-]{65,}/,
  /\+?\(?\d[\d.\-/()\s\u2010-\u2015]{5,40}\d/,
];

const sources = (patterns: readonly RegExp[]): string => patterns.map(({ source }) => source).join('|');
/** Harmless text is tried first and captured by name; all other matches are removed. */
const ANY = new RegExp(`(?<harmless>${sources(HARMLESS)})|${sources(PERSONAL)}`, 'g');

/** Replaces what looks like personal data or a secret by `…`. Ids of processes, timestamps and pseudonyms stay. */
export function redact(text: string): string {
  return text.replaceAll(ANY, (_, harmless?: string) => harmless ?? '…');
}
