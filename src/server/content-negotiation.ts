import { RequestRejected } from './request-rejected.ts';

/** What answers can be sent as, in the order in which they are preferred. */
const SENT_AS = ['application/graphql-response+json', 'application/json'];

/** One part of `Accept`: its media type, and whether it is wanted at all. */
function readPart(part: string): { type: string; wanted: boolean } {
  const [type = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
  return { type, wanted: !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter)) };
}

/** The header `Accept` without what can not be sent, and what `Content-Type` says of the answer. */
export type NegotiatedType = { accept: string; contentType: string };

const DEFAULT_TYPE = 'application/json';

/** Headers that were read, because all requests of a router bear the same one. More than this are nobody's usual ones. */
const MAX_READ = 100;
const read = new Map<string, NegotiatedType>();

function readHeader(accept: string): NegotiatedType {
  const types = accept
    .split(',')
    .map(readPart)
    .filter(({ wanted }) => wanted)
    .map(({ type }) => type);
  const taken = types.filter((type) => type === '*/*' || type === 'application/*' || SENT_AS.includes(type));
  // A type that is named goes before one that any will do for.
  const type = taken.find((each) => SENT_AS.includes(each)) ?? DEFAULT_TYPE;
  return { accept: taken.join(', '), contentType: `${type}; charset=utf-8` };
}

/**
 * Looks what an answer can be sent as. Asked before anything is executed, because a creation whose answer nobody can take would
 * be billed all the same. Throws `NotLetIn`.
 */
export function negotiateContentType(header: string | undefined): NegotiatedType {
  const accept = header === undefined || header.trim() === '' ? '*/*' : header;
  let accepted = read.get(accept);
  if (accepted === undefined) {
    accepted = readHeader(accept);
    if (read.size < MAX_READ) read.set(accept, accepted);
  }
  if (accepted.accept !== '') return accepted;
  throw new RequestRejected(
    'accept',
    406,
    'BAD_REQUEST',
    `expected the header "accept" to have ${SENT_AS.join(' or ')}, got others`,
  );
}
