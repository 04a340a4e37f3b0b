/** The ids that this service speaks of all the time; they say nothing of a person, and digits in them are no CPF. */
const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/;

/** `2026-11-23T12:00:00.000Z`, which has more digits than a phone number. */
const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/;

/** Where this server listens or is reached by number. */
const OCTET = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const ADDRESS = new RegExp(`(?<=://)${OCTET}(?:\\.${OCTET}){3}(?![\\d.])(?::\\d{1,5})?`);

/** What stands in the place of a caller's name that is personal itself (`caller.ts`). */
const DIGEST = /hmac:[0-9a-f]{32}/;

const HARMLESS = [UUID, INSTANT, ADDRESS, DIGEST];

/**
 * JWTs; e-mail addresses; CURPs; base64 and tokens; runs of digits as long as a document or phone number, which a token may begin
 * with, so that it comes before them. Repetitions are bounded where something has to follow, or a long text that nearly fits would be read again from each of its characters.
 */
const PERSONAL = [
  /eyJ[\w-]{5,4000}\.[\w-]*(?:\.[\w-]*)?/,
  /[^\s"@<>]{0,63}[^\s"@<>/]@[^\s"'@<>]{1,255}\.[^\s"'@<>]+/,
  /[A-ZÑ]{4}\d{6}[A-ZÑ\d]{8}/,
  /[A-Za-z0-9+/=_-]{65,}/,
  /\+?\(?\d[\d.\-/()\s\u2010-\u2015]{5,40}\d/,
];

const sources = (patterns: readonly RegExp[]): string => patterns.map(({ source }) => source).join('|');
/** What is harmless is named, and found first: what is found otherwise goes. */
const ANY = new RegExp(`(?<harmless>${sources(HARMLESS)})|${sources(PERSONAL)}`, 'g');

/** Text without what looks like personal data or a secret: `…` stands in its place. Ids of processes and instants stay. */
export function redact(text: string): string {
  return text.replaceAll(ANY, (_, harmless?: string) => harmless ?? '…');
}
