import { NotLetIn } from './not-let-in.ts';

/** What answers can be sent as, in the order in which they are preferred. */
const SENT_AS = ['application/graphql-response+json', 'application/json'];

/** One part of `Accept`: its media type, and whether it is wanted at all. */
function readPart(part: string): { type: string; wanted: boolean } {
  const [type = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
  return { type, wanted: !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter)) };
}

/**
 * The header `Accept` without what can not be sent. Asked before anything is executed, because a creation whose answer
 * nobody can take would be billed all the same. Throws `NotLetIn`.
 */
export function checkAccept(accept: string | undefined): string {
  if (accept === undefined || accept.trim() === '') return '*/*';
  const types = accept
    .split(',')
    .map(readPart)
    .filter(({ wanted }) => wanted)
    .map(({ type }) => type);
  const taken = types.filter((type) => type === '*/*' || type === 'application/*' || SENT_AS.includes(type));
  if (taken.length > 0) return taken.join(', ');
  throw new NotLetIn(
    'accept',
    406,
    'BAD_REQUEST',
    `expected the header "accept" to have ${SENT_AS.join(' or ')}, got others`,
  );
}
