import { NotLetIn } from './not-let-in.ts';

/** What answers can be sent as, in the order in which they are preferred. */
const SENT_AS = ['application/graphql-response+json', 'application/json'];

/** One part of `Accept`: its media type, and whether it is wanted at all. */
function readPart(part: string): { type: string; wanted: boolean } {
  const [type = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
  return { type, wanted: !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter)) };
}

/** The header `Accept` without what can not be sent, and the media type that is sent. */
export type Accepted = { accept: string; sentAs: string };

const USUAL_TYPE = 'application/json';

/**
 * Looks what an answer can be sent as. Asked before anything is executed, because a creation whose answer nobody can take would
 * be billed all the same. Throws `NotLetIn`.
 */
export function checkAccept(accept: string | undefined): Accepted {
  if (accept === undefined || accept.trim() === '') return { accept: '*/*', sentAs: USUAL_TYPE };
  const types = accept
    .split(',')
    .map(readPart)
    .filter(({ wanted }) => wanted)
    .map(({ type }) => type);
  const taken = types.filter((type) => type === '*/*' || type === 'application/*' || SENT_AS.includes(type));
  // A type that is named goes before one that any will do for.
  const sentAs = taken.find((type) => SENT_AS.includes(type)) ?? USUAL_TYPE;
  if (taken.length > 0) return { accept: taken.join(', '), sentAs };
  throw new NotLetIn(
    'accept',
    406,
    'BAD_REQUEST',
    `expected the header "accept" to have ${SENT_AS.join(' or ')}, got others`,
  );
}
