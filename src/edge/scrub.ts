/** The ids that this service speaks of all the time; they say nothing of a person, and digits in them are no CPF. */
const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/;

/** `2026-11-23T12:00:00.000Z`, which has more digits than a phone number. */
const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/;

/** Where this server listens or is reached by number. */
const ADDRESS = /(?<=:\/\/)\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?/;

const HARMLESS = [UUID, INSTANT, ADDRESS];

/** JWTs; e-mail addresses; CURPs; runs of digits as long as a document or phone number; base64 and tokens. */
const PERSONAL = [
  /eyJ[\w-]{5,}\.[\w-]*(?:\.[\w-]*)?/,
  /[^\s"'@<>/]+@[^\s"'@<>]+\.[^\s"'@<>]+/,
  /[A-Z]{4}\d{6}[A-Z\d]{8}/,
  /\+?\(?\d[\d.\-/() ]{5,}\d/,
  /[A-Za-z0-9+/=_-]{65,}/,
];

const sources = (patterns: readonly RegExp[]): string => patterns.map(({ source }) => source).join('|');
/** What is harmless is named, and found first: what is found otherwise goes. */
const ANY = new RegExp(`(?<harmless>${sources(HARMLESS)})|${sources(PERSONAL)}`, 'g');

/** Text without what looks like personal data or a secret: `…` stands in its place. Ids of processes and instants stay. */
export function scrub(text: string): string {
  return text.replaceAll(ANY, (_, harmless?: string) => harmless ?? '…');
}
