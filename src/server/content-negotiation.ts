import Negotiator from 'negotiator';
import { RequestRejected } from './request-rejected.ts';

/** A media type of responses: `accept` selects it in Apollo Server, and `contentType` is the header of the response. */
export type NegotiatedType = { accept: string; contentType: string };

const JSON_TYPE: NegotiatedType = {
  accept: 'application/json',
  contentType: 'application/json; charset=utf-8',
};
const GRAPHQL_RESPONSE_TYPE: NegotiatedType = {
  accept: 'application/graphql-response+json',
  contentType: 'application/graphql-response+json; charset=utf-8',
};
/** The first one is the default, for clients that accept both by the same wildcard. */
const AVAILABLE = [JSON_TYPE, GRAPHQL_RESPONSE_TYPE];

/** How many results are cached. A router sends the same header with all its requests. */
const MAX_CACHED = 100;
/** The negotiated type by the header `Accept`; `null` where the client accepts neither. */
const cachedTypes = new Map<string, NegotiatedType | null>();

const QUOTED_TEXT = /"[^"]*"/g;
const QUALITY = /^q\s*=\s*(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})$/;

/**
 * Removes all parameters but the quality: a client that names a charset or a profile can read plain JSON too. A quality
 * that is not a number is removed, so that a malformed header is not taken for a refusal.
 */
function withoutParameters(accept: string): string {
  return accept
    .replaceAll(QUOTED_TEXT, '')
    .split(',')
    .map((element) => {
      const [range = '', ...parameters] = element.split(';').map((part) => part.trim().toLowerCase());
      return [range, ...parameters.filter((parameter) => QUALITY.test(parameter))].join(';');
    })
    .join(',');
}

function negotiate(accept: string): NegotiatedType | null {
  const negotiator = new Negotiator({ headers: { accept: withoutParameters(accept) } });
  const type = negotiator.mediaType(AVAILABLE.map((available) => available.accept));
  return AVAILABLE.find((available) => available.accept === type) ?? null;
}

/**
 * Selects the media type of the response by the header `Accept` (RFC 9110, 12.5.1): by quality, then a named type
 * before a wildcard, then the order of the header. Called before anything is executed, because Unico would charge for a
 * creation whose response the client cannot read. Throws `RequestRejected` (406) where the client accepts neither type.
 */
export function negotiateContentType(header: string | undefined): NegotiatedType {
  const accept = header === undefined || header.trim() === '' ? '*/*' : header;
  let type = cachedTypes.get(accept);
  if (type === undefined) {
    type = negotiate(accept);
    if (cachedTypes.size < MAX_CACHED) cachedTypes.set(accept, type);
  }
  if (type !== null) return type;
  const message =
    'expected the header "accept" to allow application/graphql-response+json or application/json, got neither';
  throw new RequestRejected(message, { reason: 'accept', status: 406, code: 'BAD_REQUEST' });
}
